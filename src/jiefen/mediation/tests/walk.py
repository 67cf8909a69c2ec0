"""Walking mediations by the real verbs: consents, groundwork, agreement, signatures, promises. Builds on the petitions' walk."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiefen.cases.integrity import verify
from jiefen.cases.models import Step
from jiefen.cases.rebuild import rebuild
from jiefen.cases.rehome import orphans
from jiefen.cases.tests.petitions import HOUR, Walk
from jiefen.files.actions import store
from jiefen.kernel import outbox
from jiefen.mediation.actions import (
    check_bars,
    draft_agreement,
    fulfil,
    give_consent,
    sign_agreement,
    tell_rights,
    withdraw_consent,
)  # fmt: skip
from jiefen.mediation.models import Obligation
from jiefen.oversight.actions import record_follow_up
from jiefen.people.actions import post
from jiefen.people.models import Person, Unit
from jiefen.procedures.catalogue import procedure
from tests.world import MONDAY, START, World

CLAUSES = [
    {
        "who": "p2",
        "whom": "p1",
        "what": "支付瓷砖工资9560元",
        "fen": 956000,
        "due_on": "2026-12-20",
        "where": "汇入兰秀英的工资卡",
    }
]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@dataclass
class Mediation(Walk):
    """A walk of a mediation. `leads`: who mediates."""

    leads: str = "ming"

    def file(self, name: str = "原件.pdf") -> int:
        """Something on file; its id."""
        row = store(
            f"%PDF-1.4 {self.at} {name}\n%%EOF".encode(), name, holder=f"case:{self.case.pk}", key_id=self.fresh().key_id,
            given_by="resident", at=self.at,
        )  # fmt: skip
        return row.pk

    def papers(self, step: str, *, but: tuple[str, ...] = ()) -> None:
        """Draft whatever a step needs and nobody has put on file yet."""
        from jiefen.papers.queries import kinds_on_file

        for kind in procedure(self.case.procedure).steps[step].needs:
            if kind not in kinds_on_file(self.case) and kind not in but:
                self.paper(kind, self.leads)

    def does(self, name: str, who: str | None = None, **facts: Any) -> Step:
        """Draft what the step needs, then take it; by who mediates, unless told otherwise."""
        self.papers(name)
        return self.step(name, who or self.leads, **facts)

    def consent(self, *parties: str, to: str = "mediation", how: str = "window") -> None:
        for party in parties or ("p1", "p2"):
            give_consent(
                self.case, party, to=to, how=how, by=self.county.actor(self.leads, self.later(HOUR / 60)), at=self.at
            )

    def withdraw(self, party: str) -> None:
        at = self.later(HOUR / 60)
        withdraw_consent(self.case, party, how="window", by=self.county.actor(self.leads, at), at=at)

    def groundwork(self, bars: tuple[str, ...] = ()) -> None:
        by = self.county.actor(self.leads, self.later(HOUR / 60))
        tell_rights(self.case, by=by, at=self.at)
        check_bars(self.case, by=by, at=self.at, bars=bars)

    def agreed(self, clauses: list[dict[str, Any]] | None = None, *, leave_out: tuple[str, ...] = ()) -> None:
        """Draft and sign, by every party on paper, the mediator and the seal."""
        by = self.county.actor(self.leads, self.later(HOUR / 60))
        made = draft_agreement(self.case, clauses or CLAUSES, by=by, at=self.at)
        sides = list(self.case.parties.filter(role__in=("complainant", "respondent")).values_list("key", flat=True))
        for who in (*sides, "mediator", "seal"):
            if who not in leave_out:
                proof = self.file() if who in sides else None
                sign_agreement(
                    self.case, who, seq=made.seq, how="paper" if proof else "window", by=by, at=self.at, proof=proof
                )

    def kept(self) -> None:
        """Every promise is kept, with a slip."""
        by = self.county.actor(self.leads, self.later(HOUR / 60))
        for promise in Obligation.objects.filter(case=self.case, state="due"):
            fulfil(promise, by=by, at=self.at, proof=self.file("凭证.pdf"))

    def heard(self, words: str = "钱收到了", satisfied: bool | None = True, **said: Any) -> None:
        """Somebody independent asked."""
        at = self.later()
        record_follow_up(
            self.case,
            by=self.county.actor("caller", at),
            at=at,
            outcome="reached",
            words=words,
            satisfied=satisfied,
            **said,
        )

    def in_session(self, **opening: Any) -> "Mediation":
        """Accepted with both consents, and sat together once."""
        self.consent()
        self.groundwork()
        self.does("accept", **opening)
        self.does("hold-session", session_note="双方各自陈述，对账")
        return self


def opened(
    county: World, name: str, *, unit: str | None, leads: str, kind: str = "0701", by: str = "zhou", extra: dict[str, Any] | None = None,
    decision: dict[str, Any] | None = None, **draft: Any,
) -> Mediation:  # fmt: skip
    """A mediation from Lan's intake on, with Shi on the other side, at the office that mediates."""
    case = county.case(
        unit=unit, by=by,
        decision={"procedure": name, "kind": kind, "respondents": ["石建国"], "extra": extra or {}} | (decision or {}), **draft,
    )  # fmt: skip
    walk = Mediation(county, case, MONDAY, leads=leads)
    for row in Step.objects.filter(case=case).order_by("seq"):
        outbox.work(row.pk)
    walk.fresh()
    return walk


def office(county: World, name: str, label: str, sort: str, *people: tuple[str, str, tuple[str, ...]]) -> Unit:
    """One more office of the county, with its people: (username, name, roles)."""
    unit = county.units[name] = Unit.objects.create(
        code=name, name=label, unit_type=sort, area=county.areas["county"], mark=label[:2], letters=name[:4].upper(),
        parent=county.units["county-centre"], phone="0000-7000001", since=date(2020, 1, 1),
    )  # fmt: skip
    for username, called, roles in people:
        person = Person(username=username, name=called)
        person.set_unusable_password()
        person.save()
        county.people[username] = person
        for role in roles:
            post(person, unit, role, at=START)
    return unit


def clean(at: Any) -> None:
    """What the steps add up to is what is cached, every chain verifies, and nobody's matter is an orphan."""
    off = [str(d) for d in rebuild(check=True, at=at)]
    assert not off, off
    broken = [str(p) for p in verify(files=True)]
    assert not broken, broken
    left = orphans(at)
    assert not left, left
