"""No sequence of dispatch, signature, objection, return, ruling and reassignment lowers the time any clock has run, or leaves
a matter without somebody who answers. Random walks of the real engine's own moves over the pure fold and clocks, and one
with the real verbs in the database."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.actions.opening import assigned
from jiefen.cases.models import Case
from jiefen.cases.rehome import orphans
from jiefen.cases.rules import ON_ASSIGNMENT, Row, fold, objects, rules_on
from jiefen.cases.tests.petitions import petition
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.procedures import loader
from jiefen.procedures.clocks import Deadline, clock_state, run
from jiefen.procedures.counting import elapsed
from jiefen.procedures.definition import Procedure
from jiefen.procedures.engine import weigh
from jiefen.procedures.seeds import seeded
from tests.world import MONDAY

HOUR = timedelta(hours=1)
CALENDAR = seeded()
UNITS = (7, 8, 9)
NAMES = ("petition-claim", "petition-suggestion", "hotline-order", "screening-hidden-danger")
LIMITS = {"petition.returns-before-ruling": 2, "hotline.returns-before-ruling": 3, "screening.returns-before-ruling": 2}
MOVES = {
    "transfer", "assign", "dispatch", "object", "return", "agree-return", "reject-return", "redispatch", "rule", "add-helpers",
    "sign-assignment", "object-assignment", "keep-assignment", "release-assignment", "answer-assignment", "receive", "sign",
    "remind", "contact", "take", "report-up", "register",
}  # fmt: skip
"""What hands a matter on, back, or confirms it; steps that answer it end the question."""


class Tour:
    """A matter walked by rows that the engine itself lets through."""

    def __init__(self, definition: Procedure):
        self.definition = definition
        self.rows: list[Row] = []
        self.at = MONDAY
        codes = {"about": {"kind": "0705", "area": 1, "centre": 1, "grade": "ordinary", "flags": [], "people": 1, "stratum": 0},
                 "kind": "0705", "received-by": "petition-office", "joined": ["p1"]}  # fmt: skip
        self.rows.append(Row(1, "opened", "", definition.start.name, 1, "clerk", 1, self.at, codes))
        self._worked_out: tuple[Any, Any] = (None, None)

    @property
    def standing(self) -> Any:
        return self._known()[0]

    def deadlines(self) -> list[Deadline]:
        return self._known()[1]

    def _known(self) -> tuple[Any, list[Deadline]]:
        """Worked out anew from all the rows once a row is added, not once for each question asked of them."""
        if self._worked_out[0] != (len(self.rows), self.at):
            standing = fold(self.definition, self.rows)
            clocks = run(self.definition, standing.history, calendar=CALENDAR, settings={}, at=self.at)
            self._worked_out = ((len(self.rows), self.at), (standing, clocks))
        return self._worked_out[1]

    def steps(self) -> list[tuple[str, str]]:
        """(step, assignment) that the engine lets somebody take now."""
        standing, found = self.standing, []
        clocks = self.deadlines()
        for step in self.definition.steps.values():
            if step.name not in MOVES or standing.state not in step.from_states or step.reopens:
                continue
            keys = [d.key for d in standing.live() if d.part == "assist"] if step.on == "assignment" else [""]
            for key in keys:
                mine = key or (standing.lead.key if standing.lead else "")
                if step.on == "case" and {"handler", "unit-head"} >= set(step.roles) and standing.lead is None:
                    continue
                facts: Mapping[str, Any] = _Facts(
                    {
                        "return-count": standing.returns, "remit-disputed": False, "ruling-stands": standing.ruled,
                        "clock-state": clock_state(clocks, at=self.at, key=mine),
                        "objection-reasons": "不属职权", "proper-unit": "另一单位",
                    }
                )  # fmt: skip
                guards = tuple(g for g in step.guards if g in JUDGED)
                refusal = weigh(
                    replace(step, guards=guards, needs=()), state=standing.state, roles=frozenset(step.roles), facts=facts,
                    papers=frozenset(), settings=LIMITS,
                )  # fmt: skip
                if refusal is None:
                    found.append((step.name, key))
        return found

    def take(self, name: str, key: str, unit: int, gap: timedelta) -> None:
        step, standing = self.definition.steps[name], self.standing
        self.at += gap
        codes: dict[str, Any] = {}
        if "lead-unit" in step.facts:
            codes["assign"] = assigned(len(standing.duties), unit)
        elif "helper-units" in step.facts and step.on == "case":
            free = [u for u in UNITS if u not in {d.unit for d in standing.live()}]
            if not free:
                return
            codes["assign"] = assigned(len(standing.duties), None, free[:1])
        if "due-on" in step.facts:
            codes["due-on"] = "2027-06-30"
        at_unit = standing.duties[key].unit if key else standing.lead.unit if standing.lead else 1
        role = step.roles[0]
        self.rows.append(
            Row(
                len(self.rows) + 1,
                name,
                key,
                step.to or standing.state,
                2,
                role,
                at_unit if role in ("handler", "unit-head") else 1,
                self.at,
                codes,
            )
        )


@cache
def newest(name: str) -> Procedure:
    """The newest version of a procedure, read once for all walks."""
    return loader.trusted(loader.procedure_files(of=name)[-1].read_text("utf-8"), loader.load_vocabulary())


JUDGED = frozenset(
    {"objection-window-open", "objection-reasoned", "returns-below-limit", "returns-at-limit", "no-ruling-stands"}
)
"""The guards about returns. The others ask for things a walk has: a place, a signature, no interest."""


class _Facts(dict[str, Any]):
    pass


def holder(tour: Tour, one: Deadline, units: dict[str, int]) -> tuple[str, str]:
    """Whose time a clock counts: the office of the assignment; for a clock that each office has anew from its own receipt
    (`restarts`), that office; else the person or the case."""
    if one.scope == "assignment":
        return one.clock, f"unit {units[one.key]}"
    return one.clock, one.key


def used(one: Deadline, at: datetime) -> int:
    """Days counted so far, without what pauses take out."""
    end = one.stopped_at or at
    return elapsed(
        local_day(one.started_at), local_day(end), one.kind if one.kind != "clock" else "natural", one.pauses, CALENDAR
    )


def begins_anew(tour: Tour, clock: str) -> bool:
    """Clocks of answering a return: each return is a new thing to answer, by another office than the one that returns."""
    starts = set(tour.definition.clocks[clock].starts.step)
    steps = tour.definition.steps
    handed = any("lead-unit" in steps[s].facts or "helper-units" in steps[s].facts for s in starts if s in steps)
    return bool(starts) and not handed


def check(tour: Tour, before: list[Deadline], had_lead: dict[tuple[str, str, int], int]) -> None:
    after = tour.deadlines()
    units = {d.key: d.unit for d in tour.standing.duties.values()}
    now = {(d.clock, d.key, d.round): d for d in after}
    lead = tour.standing.lead
    for d in after:
        had_lead.setdefault((d.clock, d.key, d.round), lead.unit if lead else 0)
    for old in before:
        kept = now[(old.clock, old.key, old.round)]  # no run is ever rewritten
        assert kept.started_at == old.started_at
        if old.stopped_at is not None:
            assert kept.stopped_at == old.stopped_at
        elif kept.due_at is not None and old.due_at is not None:
            assert kept.due_at == old.due_at
        assert used(kept, tour.at) >= used(old, tour.at) if kept.stopped_at is None else True
    for d in after:
        if not d.is_open or begins_anew(tour, d.clock):
            continue
        office = had_lead[(d.clock, d.key, d.round)] if d.scope != "assignment" else 0
        for old in before:
            same = holder(tour, old, units) == holder(tour, d, units)
            if not same or (old.round == d.round and old.key == d.key):
                continue
            if d.scope != "assignment" and had_lead[(old.clock, old.key, old.round)] != office:
                continue  # the law counts it for each office from its own receipt
            assert used(d, tour.at) >= used(old, min(tour.at, old.stopped_at or tour.at)), (
                d.clock,
                holder(tour, d, units),
            )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_sequence_lowers_the_time_a_clock_has_run(name, data):
    tour = Tour(newest(name))
    had: dict[tuple[str, str, int], int] = {}
    before = tour.deadlines()
    check(tour, before, had)
    wait = next((d for d in before if d.clock in ("resident-waits", "finish-by")), None)
    for _n in range(data.draw(st.integers(1, 12))):
        open_to = tour.steps()
        if not open_to:
            break
        step, key = data.draw(st.sampled_from(open_to))
        tour.take(step, key, data.draw(st.sampled_from(UNITS)), data.draw(st.integers(0, 60)) * HOUR)
        check(tour, before, had)
        before = tour.deadlines()
        standing = tour.standing
        limit = {"hotline-order": 3}.get(name, 2)
        assert standing.returns <= limit
        assert standing.lead is not None or standing.state in {
            s.name for s in tour.definition.states.values() if not s.end
        }
        if standing.ruled:
            assert standing.lead is not None
            names = {n for n, k in tour.steps() if not k}
            assert not names & {
                s.name for s in tour.definition.steps.values() if rules_on(s) or (objects(s) and s.on == "case")
            }
        if standing.returns >= limit and not standing.ruled:
            assert not {n for n, k in tour.steps() if not k} & {
                "agree-return",
                "reject-return",
                "redispatch",
                "object",
                "return",
            }
        if wait is not None:
            same = next(d for d in before if (d.clock, d.key, d.round) == (wait.clock, wait.key, wait.round))
            assert same.due_at == wait.due_at


WHO = {
    "transfer": "officer", "assign": "officer", "object": "", "agree-return": "officer", "reject-return": "officer", "rule": "su",
    "add-helpers": "officer", "sign-assignment": "", "object-assignment": "", "keep-assignment": "officer",
    "release-assignment": "officer", "answer-assignment": "",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_by_the_real_verbs_leaves_nobody_waiting_on_nobody(county, seed, db):
    dice = random.Random(seed)
    people = {county.units["labour"].pk: "he", county.units["housing"].pk: "housing_handler"}
    with scope("worker"):
        w = petition(county, unit=None, tells=False, once_key=f"walk {seed}")
        first = w.clock("resident-waits").due_at
        taken: set[str] = set()
        for _n in range(14):
            at = w.later(dice.randint(1, 20) * HOUR)
            name = _one_step(county, w.case.pk, people, dice, at)
            if name is None:
                break
            taken.add(name)
            case = Case.objects.get(pk=w.case.pk)
            assert case.is_open and case.responsible_id is not None and case.next_due_at is not None
            assert orphans(at) == []
            assert w.clock("resident-waits").due_at == first and case.returns <= 2
        assert len(taken) >= 3


def _one_step(county: Any, pk: int, people: dict[int, str], dice: Any, at: datetime) -> str | None:
    """Some step that the verbs let somebody take now, tried in random order; None where there is none."""
    case = Case.objects.get(pk=pk)
    helping = list(case.assignments.exclude(state="released").filter(part="assist").values_list("key", "unit_id"))
    for name in dice.sample(sorted(WHO), len(WHO)):
        if name in ON_ASSIGNMENT and not helping:
            continue
        key, unit = dice.choice(helping) if name in ON_ASSIGNMENT else ("", case.lead_unit_id)
        facts: dict[str, Any] = {"recusal-declared": True, "objection-reasons": "不属职权", "proper-unit": "县住建局"}
        if name in ("transfer", "assign", "rule"):
            facts |= {"lead-unit": dice.choice(sorted(people)), "due-on": "2026-12-31", "ruling-words": "由其办理"}
        if name == "add-helpers":
            facts |= {"helper-units": [dice.choice(sorted(people))]}
        by = county.actor(WHO[name] or people.get(unit or 0, "he"), at)
        try:
            take_step(case, name, by=by, at=at, facts=facts, reason="说明", assignment=key)
        except StepRefused:
            continue
        return name
    return None
