"""One of everything that an address can name, and every address made concrete with it."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.contrib import auth
from django.db import transaction
from django.template.base import Template
from django.test import Client

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case
from jiefen.desk import door, errors
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.papers.models import Paper
from jiefen.privacy.requests import Asking, ask
from tests.clients import client_for
from tests.house.test_routes import routes
from tests.world import MONDAY, World

PEOPLE = (
    "zhou",
    "ge",
    "ming",
    "he",
    "he_head",
    "su",
    "lin",
    "an",
    "agent",
    "caller",
    "officer",
    "keeper",
    "wen",
    "nobody",
)
"""Everybody of the county by role, Wen who has no business here, and somebody who is not signed in."""

NONE = 999_999
PDF = b"%PDF-1.4\n%%EOF"
SIGN_IN = re.compile(r"^(signin|signout|password)/")
"""The sign-in pages are allauth's; their own tests stand in desk/tests/test_signin.py."""


@dataclass
class Ground:
    """Lan's matter at 人社局, signed for by He, with a file, papers, a request; and another intake that waits."""

    county: World
    case: Case
    intake: Intake
    waiting: Intake
    token: str
    wholes: dict[str, Any] = field(default_factory=dict)

    def address(self, pattern: str) -> str:
        """The address with every parameter filled in: by what is there, else by what is not."""

        def one(found: re.Match[str]) -> str:
            sort, name = found[1], found[2]
            before = pattern[: found.start()]
            for start, value in self.wholes.items():
                prefix, _bar, param = start.partition("|")
                if param == name and before.startswith(prefix):
                    return str(value)
            return str({"int": NONE, "slug": "nowhere", "str": "nowhere"}[sort])

        return "/" + re.sub(r"<(\w+):(\w+)>", one, pattern)


def build(county: World) -> Ground:
    """All of it, by the real verbs."""
    case = county.case(once_key="attacked")
    with scope("worker"):
        take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})
        case = Case.objects.select_related("key").get(pk=case.pk)
        intake = Intake.objects.select_related("key").get(decision__case=case)
        for row in case.trail.order_by("pk"):
            outbox.work(row.pk)
        file = store(PDF, "合同.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
        paper = Paper.objects.filter(case=case).order_by("pk").first()
        token = open_row(intake.key).open(intake.token, field="intake.token")
        reading = Reading.objects.create(
            subject=f"case:{case.pk}", person=county.people["su"].pk, name="苏珩", unit="县综治中心", purpose="办理", what="事项全页",
            with_task=False, at=MONDAY,
        )  # fmt: skip
        request = ask(intake, Asking(kind="copy", part="", wanted="", words="", once="a"), fresh="2061", at=MONDAY)
        notice = Notice.objects.order_by("pk").first()
    set_scope("worker")
    waiting = Intake.objects.get(pk=county.intake(once_key="waits", text="路灯坏了").intake_id)
    wholes = {
        "cases/|slug": case.slug, "follow-ups/|slug": case.slug, "intakes/|number": waiting.number, "follow/|token": token,
        "cases/<str:slug>/files/|pk": file.pk, "cases/<str:slug>/papers/|pk": paper.pk if paper else NONE,
        "follow/|pk": paper.pk if paper else NONE, "personal/|pk": request.pk, "supervise/readings/|pk": reading.pk,
        "inbox/|pk": notice.pk if notice else NONE, "cases/<str:slug>/demands/|seq": 1, "cases/<str:slug>/steps/|name": "reply",
        "cases/<str:slug>/join/|other": "nowhere", "cases/<str:slug>/draft/|kind": "reply-letter", "follow-ups/|party": "p1",
        "admin/areas/|code": "450399100000", "admin/units/|pk": county.units["housing"].pk, "admin/people/|pk": county.people["ming"].pk,
        "admin/settings/|key": "listing-days", "admin/procedures/|name": "hotline-order", "admin/procedures/|version": 1,
        "admin/routing/|version": 1, "hall/|letters": "LH", "guide/|code": "0701", "guide/road/|name": "labour-arbitration", "roads/|name": "mediation", "indicators/|key": "intakes",
        "upper/|name": "national-petition", "cases/<str:slug>/upper/|name": "national-petition", "admin/successions/new/|kind": "merge-units",
    }  # fmt: skip
    return Ground(county, case, intake, waiting, token, wholes)


def quickly(monkeypatch: Any, settings: Any) -> None:
    """For thousands of requests that change nothing: sessions in memory, each person and their postings read once, and the
    one 404 made once in each language. What is asked about, the door of each address, is as ever."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    users: dict[str, Any] = {}
    actors: dict[Any, Any] = {}
    bodies: dict[str, str] = {}
    user_of, actor_of, rendered = auth.get_user, door.actor_for, errors.render_to_string

    def user(request: Any) -> Any:
        who = request.session.get(auth.SESSION_KEY, "")
        if who not in users:
            users[who] = user_of(request)
        return copy(users[who])

    def actor(person: Any, at: Any) -> Any:
        if (person.pk, at) not in actors:
            actors[(person.pk, at)] = actor_of(person, at)
        return actors[(person.pk, at)]

    def body(name: str, context: Any) -> str:
        said = f"{name} {context}"
        if said not in bodies:
            bodies[said] = rendered(name, context)
        return bodies[said]

    # Tests of pages copy every context of every template; nothing here asks what was in one.
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    monkeypatch.setattr(auth, "get_user", user)
    monkeypatch.setattr(door, "actor_for", actor)
    monkeypatch.setattr(errors, "render_to_string", body)


def patterns() -> Iterator[tuple[str, Any]]:
    """(pattern, view) of every route of ours."""
    for pattern, view in routes():
        if not SIGN_IN.match(pattern):
            yield pattern, view


def clients(county: World) -> dict[str, Client]:
    """Everybody at a browser."""
    made = {name: client_for(county, None if name == "nobody" else name) for name in PEOPLE}
    for client in made.values():
        client.raise_request_exception = False
    return made


def tried(client: Client, method: str, address: str, said: Any = None, **more: Any) -> Any:
    """The answer to one request, which changes nothing: whatever it wrote is taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(address, said or {}, **more)
        if getattr(answer, "streaming", False):
            answer.content = b"".join(answer)
        transaction.set_rollback(True)
    set_scope("worker")
    return answer
