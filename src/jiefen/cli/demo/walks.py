"""The walks that a demo matter may take, each a few real verbs by the person who would take them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from jiefen.cases import ground
from jiefen.cases.actions import answer_demand, correct, deliver, take_step
from jiefen.cases.actions.join import join
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.proofs import Proof
from jiefen.cli.demo.crew import Crew, Nobody
from jiefen.cli.demo.moments import Moments
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.oversight.actions import record_follow_up
from jiefen.papers.actions import draft_by_hand
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.places.models import Area
from jiefen.triage import setup
from jiefen.triage.actions import Decision, decide
from jiefen.triage.levels import raise_matter

REMEDY = "对答复不满意的，可以要求重办，或者向县综治中心反映；民事争议也可以申请人民调解，或者向人民法院起诉。"


class Matter:
    """One matter on its way: its row of data, where it is, and the time of the last thing that happened to it."""

    def __init__(self, row: Mapping[str, Any], crew: Crew, moments: Moments, cases: dict[str, Case]):
        self.row, self.crew, self.moments, self.cases = row, crew, moments, cases
        self.came: datetime = moments.came(row["ago"], row["hm"])
        self.now = self.came
        self.area: Area = crew.area(row["at"])
        # A matter that few may see lies on the county's bench alone.
        narrow = (
            row.get("kind") in setup.shipped_tables().kinds and setup.shipped_tables().kinds[row["kind"]].restricted
        )
        bench = ground.home_centre(crew.area("").pk if narrow else self.area.pk, moments.at)
        if bench is None:
            raise Nobody(f"no centre for {self.area.full_name}")
        self.bench: Unit = Unit.objects.select_related("area").get(pk=bench.pk)
        self.intake: Intake
        self.case: Case
        self.dispatched_at = self.came

    @property
    def dispatcher(self) -> Actor:
        return self.crew.at_unit(self.bench, "dispatcher")

    @property
    def handler(self) -> Actor:
        self.case.refresh_from_db()
        return self.crew.at_unit(self.case.lead_unit_id or 0, "handler", "unit-head")

    @property
    def caller(self) -> Actor:
        return self.crew.at_unit(self.bench, "follow-up-caller")

    def soon(self, what: str) -> datetime:
        self.now = max(self.now, self.moments.soon(self.now, what))
        return self.now

    def until(self, moment: datetime) -> datetime:
        self.now = max(self.now, moment)
        return self.now

    def decide(self, by: Actor, **words: Any) -> None:
        at = self.until(self.came + timedelta(minutes=12)) if self.row.get("urgent") else self.soon("decide")
        made = decide(self.intake, Decision(**words), by=by, at=min(at, self.moments.at))
        self.dispatched_at = self.now
        if made.case_id:
            self.case = Case.objects.select_related("key").get(pk=made.case_id)
            self.cases[self.row["id"]] = self.case

    def step(self, name: str, by: Actor, *, reason: str = "", assignment: str = "", **facts: Any) -> Step:
        given = {key.replace("_", "-"): value for key, value in facts.items()}
        return take_step(self.case, name, by=by, at=self.now, facts=given, reason=reason, assignment=assignment)

    def opening(self, *, unit: bool, procedure: str = "hotline-order") -> dict[str, Any]:
        row = self.row
        return {
            "action": "open", "kind": row["kind"], "area_code": self.area.code, "title": row["title"],
            "unit": self.crew.unit(row["unit"], self.area).pk if unit else None, "procedure": procedure,
            "helpers": [self.crew.unit(sort, self.area).pk for sort in row.get("help", ())], "demands": row["want"],
            "ask_type": row["ask"], "urgent": bool(row.get("urgent")), "respondents": row.get("against", ()),
            "grade": "complex" if row.get("people", 1) >= 4 or row.get("help") else "ordinary",
        }  # fmt: skip


# ---------- deciding ----------


def registered(m: Matter) -> None:
    """Opened by a clerk, who may not hand on: it waits for the dispatcher."""
    m.decide(m.crew.at_unit(m.bench, "clerk"), **m.opening(unit=False))


def dispatched(m: Matter) -> None:
    m.decide(m.dispatcher, **m.opening(unit=True))


def transferred(m: Matter) -> None:
    m.decide(m.dispatcher, **m.opening(unit=True, procedure="petition-suggestion"))


def joined(m: Matter) -> None:
    into = m.cases.get(m.row["into"])
    if into is None:  # the county was loaded earlier; the newcomer waits to be joined by hand
        return
    m.decide(m.dispatcher, action="join", case=into.pk)


def together(m: Matter) -> None:
    """Opened as a matter of its own and handled together with another about the same thing."""
    lead = m.cases.get(m.row["into"])
    if lead is None:  # the county was loaded earlier; it waits to be joined by hand
        return
    m.soon("join")
    m.until(max(m.now, *Step.objects.filter(case__in=[lead.pk, m.case.pk]).values_list("at", flat=True)))
    join(lead, m.case, by=m.dispatcher, at=m.now, reason=m.row["why"])


def refused(m: Matter) -> None:
    m.decide(m.dispatcher, action="refuse", article=m.row["article"], reason=m.row["why"])


def referred(m: Matter) -> None:
    unit = m.crew.unit(m.row["to"], m.area).pk if "to" in m.row else None
    m.decide(m.dispatcher, action="refer", to_unit=unit, to_road=m.row.get("road", ""), reason=m.row["why"])


# ---------- handling ----------


def signed(m: Matter) -> None:
    m.soon("sign")
    m.step("sign", m.handler, recusal_declared=True)
    m.soon("contact")
    m.step("contact", m.handler, session_note="已电话联系本人，核对了情况，说明了期限。")


def _assist(m: Matter, key: str, sort: str, *, answer: str) -> None:
    by = m.crew.at_unit(m.crew.unit(sort, m.area), "handler", "unit-head")
    m.soon(f"assist {key}")
    m.step("sign-assignment", by, assignment=key, recusal_declared=True)
    if answer:
        m.until(m.moments.later(m.dispatched_at, 2, f"answer {key}"))
        m.step("answer-assignment", by, assignment=key, recusal_declared=True, assignment_answer=answer)


def assisted(m: Matter) -> None:
    """Every assisting office signs and answers."""
    for n, sort in enumerate(m.row.get("help", ()), 2):
        _assist(m, f"a{n}", sort, answer="已按职责核查，情况属实，材料已交主办单位。")


def half_assisted(m: Matter) -> None:
    """The first assisting office has answered, the second has not even signed."""
    _assist(m, "a2", m.row["help"][0], answer="已开过两次调解会，双方对工日没有异议，对付款时间还有分歧。")


def corrected(m: Matter) -> None:
    m.soon("correct")
    by = m.dispatcher
    correct(
        m.case,
        by=by,
        role="dispatcher",
        unit=m.bench.pk,
        at=m.now,
        reason="分诊时看成了路灯，实际是供电。",
        about={"kind": m.row["right-kind"]},
    )


def extended(m: Matter) -> None:
    days, why = m.row["extend"]
    m.until(m.moments.later(m.dispatched_at, 7, "extend"))
    m.step(
        "extend",
        m.dispatcher,
        reason=why,
        extensions=[{"clock": "finish-by", "days": days, "reason": why, "approver": "dispatcher", "told": True}],
    )


def returned(m: Matter) -> None:
    proper = m.crew.unit(m.row.get("proper") or m.row["other"], m.area).name
    m.soon("return")
    m.step("return", m.handler, reason=m.row["returns"][0], objection_reasons=m.row["returns"][0], proper_unit=proper)


def redispatched(m: Matter) -> None:
    m.soon("redispatch")
    unit = m.crew.unit(m.row["other"], m.area)
    m.step("redispatch", m.dispatcher, reason="先由镇里核实，意见不一致再报县中心定。", lead_unit=unit.pk)


def returned_again(m: Matter) -> None:
    m.soon("return again")
    why = m.row["returns"][1]
    m.step("return", m.handler, reason=why, objection_reasons=why, proper_unit=m.crew.unit(m.row["unit"], m.area).name)


def answered(m: Matter) -> None:
    """The answers are written, as far as there are any."""
    for n, (outcome, result, basis, *remedy) in enumerate(m.row["said"], 1):
        answer_demand(m.case, n, outcome=outcome, result=result, basis=basis, remedy=remedy[0] if remedy else REMEDY)


def replied(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, m.row["days"], "reply"))
    store(
        "\n".join(["现场核实记录", m.row["title"], *(said[1] for said in m.row["said"]), "当事人在场，已看过，无异议。"]).encode(),
        "现场核实记录（当事人签字）.txt", holder=f"case:{m.case.pk}", key_id=m.case.key_id, given_by="resident", at=m.now,
    )  # fmt: skip
    m.step("reply", m.handler)


# ---------- following up ----------


def _call(m: Matter, *, words: str = "", satisfied: bool | None = None, ground: str = "") -> None:
    outcome = "reached" if words else "no-answer"
    record_follow_up(
        m.case,
        by=m.caller,
        at=m.now,
        outcome=outcome,
        words=words,
        satisfied=satisfied,
        solved=satisfied,
        ground=ground,
    )


def closed(m: Matter) -> None:
    m.until(m.moments.later(m.now, 1, "call"))
    _call(m, words=m.row["heard"], satisfied=not m.row.get("grudging"))
    m.step("call-back", m.caller, call_result="已解决" if not m.row.get("grudging") else "基本解决")


def sent_back(m: Matter) -> None:
    m.until(m.moments.later(m.now, 1, "call"))
    _call(m, words=m.row["heard"], satisfied=False, ground=m.row["ground"])
    m.step("redo", m.caller, reason="本人说答复与事实不符，发回重办。")


def _tries(m: Matter, count: int) -> None:
    replied_at = m.now
    for day, hour in ((1, 10), (2, 15), (3, 19))[:count]:
        m.until(m.moments.part(replied_at, day, hour))
        _call(m)


def called_twice(m: Matter) -> None:
    _tries(m, 2)


def raised(m: Matter) -> None:
    """The village could not settle it; the township takes it over."""
    m.soon("raise")
    lead = m.crew.unit(m.row["raise"], m.area).pk
    raise_matter(m.case, "township", by=m.dispatcher, at=m.now, reason=m.row["why"], lead=lead)


def given_up(m: Matter) -> None:
    _tries(m, 3)
    m.until(m.now + timedelta(minutes=9))
    m.step("no-answer", m.caller, reason="三天里上午、下午、晚上各打了一次，都没有人接。")


# ---------- suggestions ----------


def taken(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, 2, "take"))
    m.step("take", m.handler)


def advised(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, 9, "advise"))
    by, why = m.handler, m.row["said"][0][1]
    draft_by_hand(
        m.case,
        "suggestion-reply",
        {"adoption": m.row["adoption"], "reason": why},
        by=by,
        unit=m.case.lead_unit,
        at=m.now,
    )
    served(m, "suggestion-reply", by)
    m.step("reply", by, reason=why, adoption=m.row["adoption"])


def served(m: Matter, paper: str, by: Actor) -> None:
    """A paper reaches everybody who brought the matter, by registered post."""
    m.case.refresh_from_db()
    held = next(p for p in by.held if p.unit_id == m.case.lead_unit_id)
    for n, party in enumerate(Party.objects.filter(case=m.case, role="complainant").order_by("pk"), 1):
        deliver(
            m.case, paper=paper, person=party.key, way="post", by=by, role=held.role, unit=held.unit_id, at=m.now,
            proof=Proof(number=f"XA{m.case.pk:06d}{n:02d}CN"),
        )  # fmt: skip


WALKS: dict[str, Callable[[Matter], None]] = {
    walk.__name__: walk
    for walk in (
        registered, dispatched, transferred, joined, together, refused, referred, signed, assisted, half_assisted, corrected, extended,
        returned, redispatched, returned_again, answered, replied, closed, sent_back, called_twice, given_up, raised, taken, advised,
    )
}  # fmt: skip
