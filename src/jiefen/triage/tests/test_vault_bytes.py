"""One sealed matter changes no byte of any page for anybody but its keeper."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jiefen.cases.models import Step
from jiefen.cases.tests.petitions import DAY, HOUR, petition
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope, set_scope
from jiefen.triage.tests.vault_walk import (
    PART,
    discipline,
    handed_over,
)
from jiefen.triage.vault import split_off
from tests.world import MONDAY

VOLATILE = re.compile(
    rb'(csrfmiddlewaretoken" value="|nonce="|X-CSRFToken": "|once_key" value="|name="once" value=")[^"]+'
)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def addresses(patterns=None, prefix: str = "") -> Iterator[str]:
    """Every address that takes no parameter."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(entry.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, address)
        elif isinstance(entry, URLPattern) and not re.search(r"[<(\[\\]", address):
            yield f"/{address}"


LEAVE = ("/signin", "/signout", "/logout", "/accounts", "/language", "/health", "/static", "/api/")


def probe(county, who: str, more: list[str]) -> dict[str, bytes]:
    """What somebody gets at every address they can ask for. Reading leaves lines, and these are shown: they are taken back
    afterwards, so that one round of looking leaves nothing for the next to see."""
    before = transaction.savepoint()
    client = Client(raise_request_exception=False)
    client.force_login(county.people[who])
    searches = [
        f"{a}?{q}"
        for a in ("/cases/", "/intakes/", "/search/")
        for q in ("q=张某", "q=举报", "flag=official-accused", "state=all")
    ]
    seen = {}
    for address in [*sorted(set(addresses())), *searches, *more]:
        if not address.startswith(LEAVE):
            answer = client.get(address)
            body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content
            seen[address] = str(answer.status_code).encode() + VOLATILE.sub(rb"\1", body)
    transaction.savepoint_rollback(before)
    set_scope("worker")  # the pages' own scope lives as long as the test's transaction
    return seen


def off(one: bytes, other: bytes) -> str:
    """Where two pages begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 80) : at + 80].decode(errors='replace')} ≠ {other[max(0, at - 80) : at + 80].decode(errors='replace')}"


def work_off() -> None:
    """What the worker does after every step."""
    for row in Step.objects.order_by("pk"):
        outbox.work(row.pk)


@pytest.fixture
def still(monkeypatch):
    """The pages' clock stands still."""
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + 2 * DAY)


ASKED = ("zhou", "su", "he", "officer", "an", "wen")


def test_one_sealed_matter_changes_no_byte_for_anybody(county, still):
    ordinary = county.case(once_key="ordinary")
    w = petition(county, once_key="parent")
    pages = [f"/cases/{c.slug}/{tail}" for c in (ordinary, w.case) for tail in ("", "papers/", "files/", "steps/")]
    waiting = county.intake(once_key="waiting", text="路灯坏了")
    pages += [f"/intakes/{waiting.number}/", f"/intakes/{waiting.number}/receipt/"]
    discipline(county)
    work_off()
    before = {who: probe(county, who, pages) for who in ASKED}
    assert all(sum(body.startswith(b"200") for body in seen.values()) > 5 for seen in before.values())
    inside = handed_over(county)
    split_off(w.case, part=PART, by=county.actor("officer"), at=MONDAY + HOUR)
    work_off()
    for who in ASKED:
        after = probe(county, who, pages)
        differs = [f"{who} {a}: {off(b, after[a])}" for a, b in before[who].items() if b != after[a]]
        assert not differs, differs
        client = Client()
        client.force_login(county.people[who])
        nowhere, hidden = (client.get(f"/cases/{slug}/") for slug in ("nowhere-2026-0001", inside.case.slug))
        assert nowhere.status_code == hidden.status_code == 404
        assert VOLATILE.sub(rb"\1", nowhere.content) == VOLATILE.sub(rb"\1", hidden.content)
