"""The day a paper prints as the last one: that of the clock the office must finish by, never merely of the next clock."""

from datetime import date
from functools import cache

from jiefen.cases.models import Case
from jiefen.cases.rules import answers
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Deadline
from jiefen.procedures.definition import Procedure, Step

RIGHTS = frozenset({"complainant", "parties", "court"})


def due_days(case: Case) -> dict[str, date]:
    """The last day of every clock of a case by its name, of its latest run; paused ones have none. One query."""
    rows = deadlines_of(case, standing_of(case))
    return {d.clock: d.due_on for d in sorted(rows, key=lambda d: d.started_at) if d.due_on}


def finish_on(case: Case) -> date | None:
    """The last day of the clock that an answer must keep, of its latest run. None where no such clock ran. One query."""
    definition = procedure(case.procedure, case.version)
    rows = [d for d in deadlines_of(case, standing_of(case)) if d.due_at and d.due_on and _finishes(definition, d)]
    last = max(rows, key=lambda d: (d.started_at, d.due_at), default=None)
    return last.due_on if last else None


def _finishes(definition: Procedure, deadline: Deadline) -> bool:
    """Whether nothing but an answer, what follows it, or an end stops a clock that began before the answer. The call within
    a day stops with an answer too, but with the call before it: it is not the day to answer by."""
    clock = definition.clocks.get(deadline.clock)
    if clock is None or deadline.binds in RIGHTS or clock.scope == "assignment":
        return False
    later = _after_answer(definition)
    stops, starts = (
        [definition.steps[n] for n in t.step if n in definition.steps] for t in (clock.stops, clock.starts)
    )
    return (
        any(_answers(definition, step, later) for step in stops)
        and all(_answers(definition, step, later) or bool(step.to and definition.states[step.to].end) for step in stops)
        and not any(step.to in later for step in starts)
    )


def _answers(definition: Procedure, step: Step, later: frozenset[str]) -> bool:
    return answers(step) or bool(step.to and definition.states[step.to].answers) or set(step.from_states) <= later


@cache
def _states_after(definition: str, version: int) -> frozenset[str]:
    found = procedure(definition, version)
    steps = [step for step in found.steps.values() if step.on == "case" and step.to]
    written_in = {state for step in steps if answers(step) for state in step.from_states}
    later = {step.to for step in steps if answers(step) and step.to}
    while more := {s.to for s in steps if s.to and set(s.from_states) <= later and s.to not in written_in} - later:
        later |= more
    return frozenset(later)


def _after_answer(definition: Procedure) -> frozenset[str]:
    """The states that a case comes into by its answer and after it."""
    return _states_after(definition.name, definition.version)
