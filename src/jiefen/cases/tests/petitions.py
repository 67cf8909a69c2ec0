"""Walking petitions by the real verbs: intake, opening, steps, papers, deliveries. The people are those of `tests/world.py`,
with a reviewing office of the county (Fu, Bao and their head) and one above it (Gao, Tang)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from jiefen.cases.actions import StepRefused, answer_demand, deliver, take_step
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Deadline, Step
from jiefen.cases.proofs import Proof
from jiefen.cases.rebuild import rebuild
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.papers.actions import draft_by_hand
from jiefen.people.actions import post
from jiefen.people.models import Person, Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.guards.petition import ROUTES
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY, START, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIX = [{"route": route, "applies": False, "basis": "不属该途径"} for route in ROUTES]
COURT = [{"route": "litigation", "applies": True, "basis": "民事诉讼法第一百二十二条", "still_open": True}, *SIX[1:]]
NEUTRAL = {"recusal-declared": True}


def reviewers(county: World) -> None:
    """The offices above: the county's government, and the city's. Each with two officers; the county's also has a head."""
    for name, label, sort, people in (
        ("gov", "清和县人民政府", "government", (("fu", "傅审", "review-officer"), ("bao", "鲍核", "review-officer"), ("gov_head", "政主任", "unit-head"))),
        ("city", "市人民政府复核机构", "upper-authority", (("gao", "高复", "review-officer"), ("tang", "唐核", "review-officer"), ("city_head", "市主任", "unit-head"))),
    ):  # fmt: skip
        county.units[name] = Unit.objects.create(
            code=name, name=label, unit_type=sort, area=county.areas["county"], mark=label[:2], letters=name.upper(),
            since=date(2020, 1, 1),
        )  # fmt: skip
        for username, called, role in people:
            person = Person(username=username, name=called)
            person.set_unusable_password()
            person.save()
            county.people[username] = person
            post(person, county.units[name], role, at=START)


@dataclass
class Walk:
    """One case and the moment it has come to. Every verb goes an hour on, unless told otherwise."""

    county: World
    case: Case
    at: datetime = MONDAY
    facts: dict[str, Any] = field(default_factory=dict)
    tells: bool = (
        True  # whether what follows a step (papers it makes, notices) is done at once; a delivery's slip always is
    )

    def later(self, gap: timedelta = HOUR) -> datetime:
        self.at += gap
        return self.at

    def fresh(self) -> Case:
        self.case = Case.objects.select_related("key", "area", "centre", "lead_unit", "arose_from").get(pk=self.case.pk)
        return self.case

    @property
    def state(self) -> str:
        return self.fresh().state

    def step(self, name: str, who: str | None, *, after: timedelta = HOUR, reason: str = "说明", **facts: Any) -> Step:
        """Take a step; `_` in the names of facts stands for `-`. What guards want declared is declared."""
        assignment, for_party = facts.pop("assignment", ""), facts.pop("for_party", "")
        said = NEUTRAL | {key.replace("_", "-"): value for key, value in facts.items()}
        at = self.later(after)
        by = self.county.actor(who, at) if who else None
        row = take_step(
            self.case, name, by=by, at=at, facts=said, reason=reason, assignment=assignment, for_party=for_party
        )
        if self.tells:
            outbox.work(row.pk)
        return row

    def refused(self, name: str, who: str | None, **facts: Any) -> str:
        """Try a step that must be refused; gives the rule, and nothing is written."""
        before = Step.objects.filter(case=self.case).count()
        try:
            self.step(name, who, **facts)
        except StepRefused as refused:
            assert Step.objects.filter(case=self.case).count() == before
            return refused.refusal.rule
        raise AssertionError(f"{name} was taken")

    def paper(self, kind: str, who: str, **fields: Any) -> None:
        """Draft a paper with every field that it must have."""
        by = self.county.actor(who, self.later(HOUR / 60))
        wanted = {
            f["name"]: _words(f) for f in vocabulary().papers[kind]["fields"] if f["required"] and f["name"] != "number"
        }
        unit = Unit.objects.get(pk=by.held[0].unit_id)
        draft_by_hand(self.case, kind, wanted | fields, by=by, unit=unit, at=self.at)

    def answer(
        self,
        outcome: str = "supported",
        remedy: str = "可自收到之日起30日内向县人民政府请求复查",
        only: Sequence[int] = (),
    ) -> None:
        """Answer every demand."""
        for demand in self.case.demands.all():
            if not only or demand.seq in only:
                answer_demand(
                    self.case, demand.seq, outcome=outcome, result="已责令支付9560元", basis="保障农民工工资支付条例第三十条", remedy=remedy
                )  # fmt: skip

    def deliver(self, paper: str, person: str = "p1", who: str = "he", after: timedelta = HOUR) -> Step:
        """A paper reaches one person by registered post."""
        by = self.county.actor(who, self.later(after))
        row = deliver(
            self.case, paper=paper, person=person, way="post", by=by, role=by.held[0].role, unit=by.held[0].unit_id,
            at=self.at, proof=Proof(number="EMS10203040"),
        )  # fmt: skip
        outbox.work(row.pk)
        return row

    def evidence(self) -> None:
        store(
            b"%PDF-1.4 wage slip\n%%EOF", "工资条.pdf", holder=f"case:{self.case.pk}", key_id=self.fresh().key_id,
            given_by="resident", at=self.at,
        )  # fmt: skip

    def called(self, words: str = "没有人逼我，是我自己想撤", *, party: str = "") -> None:
        """Somebody independent asked; of several, the one named."""
        at, by = self.later(), self.county.actor("caller", self.at)
        record_follow_up(self.case, by=by, at=at, outcome="reached", words=words, party=party)

    def clock(self, name: str, key: str = "") -> Deadline:
        rows = Deadline.objects.filter(case=self.case, clock=name).order_by("key", "run")
        return list(rows.filter(key=key) if key else rows)[-1]

    # Parts that many walks share

    def accepted(self, who: str = "he", **facts: Any) -> "Walk":
        self.step("accept", who, **({"route_answers": SIX} | facts))
        return self

    def investigated(self, who: str = "he") -> "Walk":
        self.paper("investigation-record", who)
        self.step("investigate", who, session_note="听取陈述，核对工资表")
        return self

    def decided(self, who: str = "he_head") -> "Walk":
        """The opinion, with its four parts and the remedy."""
        self.answer()
        self.paper("handling-opinion", who)
        self.step("issue-opinion", who, outcome="支持")
        return self

    def served(self, people: Sequence[str] = ("p1",)) -> "Walk":
        for person in people:
            self.deliver("handling-opinion", person)
        self.step("serve", "he")
        return self


def _words(one: dict[str, Any]) -> Any:
    return ["如记录所载"] if one["type"] == "list" else "2026年11月20日" if one["type"] == "date" else "如记录所载"


def petition(
    county: World, *, unit: str | None = "labour", helpers: tuple[str, ...] = (), at: datetime = MONDAY, by: str = "officer",
    people: Sequence[dict[str, Any]] = (), decision: dict[str, Any] | None = None, tells: bool = True, **draft: Any,
) -> Walk:  # fmt: skip
    """A petition from the intake on: taken in and opened by the petition office, handed on unless `unit` is None. `people`:
    further people who bring the same matter, each with an intake and a receipt of their own, joined."""
    case = county.case(
        unit=unit, helpers=helpers, at=at, by=by,
        decision={"procedure": "petition-claim", "grade": "complex", "kind": "0705"} | (decision or {}), **draft,
    )  # fmt: skip
    walk = Walk(county, case, at, tells=tells)
    for one in people:
        receipt = county.intake(at=at, **one)
        with scope("worker"):
            intake = Intake.objects.get(pk=receipt.intake_id)
        decide(intake, Decision("join", case=case.pk), by=county.actor(by, at), at=at)
    for row in Step.objects.filter(case=case).order_by("seq") if tells else ():
        outbox.work(row.pk)
    walk.fresh()
    return walk


def whole(at: datetime) -> None:
    """What the steps add up to is what is cached, and every chain verifies."""
    assert [str(d) for d in rebuild(check=True, at=at)] == []
    assert [str(p) for p in verify(files=False)] == []


def walked(name: str) -> tuple[set[str], set[str]]:
    """Steps of a procedure that nobody took in what is in the database, and ends that nobody reached."""
    definition = procedure(name)
    rows = Step.objects.filter(case__procedure=name)
    taken, reached = set(rows.values_list("name", flat=True)), set(rows.values_list("to_state", flat=True))
    return set(definition.steps) - taken, {s.name for s in definition.states.values() if s.end} - reached
