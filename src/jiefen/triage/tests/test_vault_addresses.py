"""Every address that names a thing of the vault answers as if there were no such thing: to the byte, by GET and by POST."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jiefen.cases import questions
from jiefen.cases.models import Case, Question, Step
from jiefen.cases.tests.petitions import DAY
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.oversight.models import FollowUp
from jiefen.papers.models import Paper
from jiefen.privacy.models import PersonalRequest
from jiefen.privacy.requests import Asking, ask
from jiefen.triage.tests.test_vault_bytes import VOLATILE
from jiefen.triage.tests.vault_walk import screened
from tests.world import MONDAY

NOBODY = "none-2026-0001"
TOLD = ("张某", "举报", "检举", "控告", "贿赂", "查处", "贪污", "纪委", "密〔")
SEE_MOST = ("zhou", "su", "officer", "wen")
"""Asked for what there is not at every address too; the others get what is theirs nowhere, to the byte."""
PEOPLE = ("zhou", "su", "he", "ming", "lin", "officer", "caller", "an", "wen")


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def still(monkeypatch):
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + DAY)


class Inside:
    """One matter in the vault with everything that an address could name."""

    def __init__(self, county):
        w = screened(county)
        w.papers("hand-over")
        self.case = Case.objects.get(pk=w.case.pk)
        self.letter = Intake.objects.select_related("key", "area").get(decision__case=self.case)
        self.file = store(
            b"%PDF-1.4 slip\n%%EOF", "转账.pdf", holder=f"case:{self.case.pk}", key_id=self.case.key_id, given_by="resident", at=MONDAY
        )  # fmt: skip
        key = open_row(self.case.key)
        self.question = Question.objects.create(
            case=self.case, seq=1, of="p1", sort=next(iter(questions.table()["sorts"])), without="on-file", due_on=(MONDAY + 20 * DAY).date(),
            once_key="q", words=key.seal({"text": "张某在哪里收的钱", "without": ""}, field="question.words"),
            by=county.people["keeper"], unit=county.units["petition"], asked_at=MONDAY,
        )  # fmt: skip
        self.paper = Paper.objects.filter(case=self.case).latest("pk")
        self.reading = Reading.objects.create(
            subject=f"case:{self.case.pk}", person=county.people["keeper"].pk, name="管小严", unit="县信访局", purpose="办理",
            what="事项全页", with_task=False, at=MONDAY,
        )  # fmt: skip
        self.request = ask(
            self.letter,
            Asking(kind="correction", part="name", wanted="兰秀莹", words="", once="c"),
            fresh="2061",
            at=MONDAY,
        )
        self.token = open_row(self.letter.key).open(self.letter.token, field="intake.token")

    def named(self, address: str) -> tuple[str, str] | None:
        """An address with what it names inside, and with what there is not."""
        wholes = {
            "<str:slug>": (self.case.slug, NOBODY), "<str:number>": (self.letter.number, NOBODY),
            "<int:seq>": (1, 1), "<slug:kind>": ("hand-over-letter",) * 2, "<slug:party>": ("p1", "p1"),
        }  # fmt: skip
        if address.startswith("follow/") or not re.search(
            r"<str:(slug|number)>|^personal/|^supervise/readings/", address
        ):
            return None
        if "<int:pk>" in address:
            pk = (
                self.file.pk if "files/" in address else self.paper.pk if "papers/" in address
                else self.request.pk if address.startswith("personal/") else self.reading.pk if "readings/" in address else 1
            )  # fmt: skip
            wholes["<int:pk>"] = (pk, pk if "<str:slug>" in address else 999_999)
        if "<slug:name>" in address:
            wholes["<slug:name>"] = ("national-petition",) * 2 if "upper/" in address else ("screen", "screen")
        one = other = address
        for what, (inside, outside) in wholes.items():
            one, other = one.replace(what, str(inside)), other.replace(what, str(outside))
        return f"/{one}", f"/{other}"


def addresses(patterns=None, prefix: str = "") -> Iterator[str]:
    """Every address that takes a parameter."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, address)
        elif isinstance(entry, URLPattern) and "<" in address:
            yield address


def body(answer) -> bytes:
    return VOLATILE.sub(rb"\1", answer.content)


def test_no_address_tells_that_there_is_such_a_thing(county, still):
    inside = Inside(county)
    county.case(once_key="ordinary")
    pairs = [pair for address in addresses() if (pair := inside.named(address))]
    assert len(pairs) > 40 and {p.split("/")[1] for p, _none in pairs} >= {
        "cases",
        "intakes",
        "personal",
        "supervise",
        "follow-ups",
    }
    before = (Step.objects.count(), Paper.objects.count(), PersonalRequest.objects.count())
    wrong = []
    for who in PEOPLE:
        client = Client(raise_request_exception=False)
        client.force_login(county.people[who])
        nowhere = client.get(f"/cases/{NOBODY}/")
        assert nowhere.status_code == 404
        for one, other in pairs:
            for method in ("get", "post"):
                said = (
                    {"part": "x", "reason": "x", "do": "let-out", "words": "x", "verdict": "fine"}
                    if method == "post"
                    else {}
                )
                got = getattr(client, method)(one, said)
                ask = who in SEE_MOST or got.status_code != 404
                none = getattr(client, method)(other, said) if ask else nowhere
                # The address itself stands nowhere on a page of nothing, so nothing needs to be taken out of it.
                if (got.status_code, body(got)) != (none.status_code, body(none)) or got.status_code < 300:
                    wrong.append(f"{who} {method} {one} {got.status_code} / {none.status_code}")
    assert not wrong, wrong
    set_scope("worker")
    assert before == (Step.objects.count(), Paper.objects.count(), PersonalRequest.objects.count())


def test_the_same_address_opens_for_its_keeper(county, still):
    inside = Inside(county)
    keeper = Client()
    keeper.force_login(county.people["keeper"])
    for tail in ("", f"files/{inside.file.pk}/", f"papers/{inside.paper.pk}/", "vault/"):
        assert keeper.get(f"/cases/{inside.case.slug}/{tail}").status_code == 200, tail
    assert keeper.get(f"/intakes/{inside.letter.number}/").status_code == 200
    assert keeper.get(f"/personal/{inside.request.pk}/").status_code == 200


BY_CODE = ("", "?all=1", "?scale=elder", "receipt/", "readings/", "mine/")


def test_the_persons_own_code_shows_that_the_keeper_has_it_and_nothing_of_what_it_is(county, still):
    inside = Inside(county)
    client = Client(raise_request_exception=False)
    for tail in BY_CODE:
        answer = client.get(f"/follow/{inside.token}/{tail}")
        page = answer.content.decode()
        assert answer.status_code == 200, tail
        assert not [word for word in TOLD if word in page], (tail, [word for word in TOLD if word in page])
        assert inside.case.number not in page and inside.case.slug not in page
    assert client.get(f"/follow/{inside.token}/consent/")["Location"] == f"/follow/{inside.token}/"
    nothing = client.get(f"/follow/{inside.token}/papers/999999/")
    for paper in Paper.objects.filter(case=inside.case):
        for tail in ("", "pdf/"):
            answer = client.get(f"/follow/{inside.token}/papers/{paper.pk}/{tail}")
            assert (answer.status_code, answer.content) == (404, nothing.content)


def test_what_is_done_by_code_writes_nothing_into_the_vault(county, still):
    inside = Inside(county)
    before = (inside.case.steps, FollowUp.objects.count())
    said = {
        "solved": "no",
        "satisfied": "no",
        "second": "2061",
        "words": "张某",
        "question": "1",
        "to": "mediation",
        "say": "yes",
    }
    for act in ("rate/", "reopen/", "answer/", "consent/"):
        answer = Client(raise_request_exception=False).post(f"/follow/{inside.token}/{act}", said)
        page = answer.content.decode()
        assert answer.status_code in (302, 404, 422), act
        assert not [word for word in TOLD if word in page], act
        set_scope("worker")
        assert (Case.objects.get(pk=inside.case.pk).steps, FollowUp.objects.count()) == before, act
        assert Question.objects.get(pk=inside.question.pk).answered_at is None, act


def test_a_code_of_nobody_and_a_code_of_the_vault_say_the_same_to_whoever_has_no_second_thing(county, still):
    inside = Inside(county)
    said = {"code": inside.letter.short_code, "second": "0000"}
    wrong, none = (
        Client().post("/follow/", said | {"code": code}) for code in (inside.letter.short_code, "LH-0000-00")
    )
    assert (wrong.status_code, body(wrong).replace(inside.letter.short_code.encode(), b"LH-0000-00")) == (
        none.status_code, body(none)
    )  # fmt: skip
