"""What a follow-up speaks of: which step gave the person an answer, and where a procedure waits to ask them. Pure.

Nothing here knows a procedure by name. A step gives an answer when the office answers every demand with it, when it ends a
matter with an answer, or when it comes to a state in which somebody independent asks (an agreement to be kept, a danger
said to be gone). Whatever leads back to where no answer had been given yet calls it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jiefen.cases.rules import answers
from jiefen.kernel.clock import local_day
from jiefen.procedures.clocks import Happened
from jiefen.procedures.definition import Clock, Procedure, Step

ASKED_BY = "follow-up-caller"
MATTER = "matter"


def asks(step: Step) -> bool:
    """Whether a step rests on what somebody independent heard."""
    return "follow-up-done" in step.guards or ("follow-ups" in step.facts and ASKED_BY in step.roles)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the steps of one procedure mean to whoever follows up."""

    asked_in: frozenset[str]  # open states in which somebody independent asks
    gives: frozenset[str]  # steps that give an answer
    calls_back: frozenset[str]  # steps after which no answer stands
    closes: frozenset[str]  # steps that end a matter that has its answer
    clock: Clock | None  # by when they are to be asked


_shapes: dict[tuple[str, int], tuple[Procedure, Shape]] = {}


def shape_of(procedure: Procedure) -> Shape:
    """The shape of a procedure; worked out once for each version, published versions never change."""
    kept = _shapes.get((procedure.name, procedure.version))
    if kept is None or kept[0] is not procedure:
        kept = _shapes[(procedure.name, procedure.version)] = (procedure, _shape(procedure))
    return kept[1]


def _shape(procedure: Procedure) -> Shape:
    steps = [step for step in procedure.steps.values() if step.on == "case"]
    if procedure.about != MATTER:
        none: frozenset[str] = frozenset()
        return Shape(none, none, none, none, None)
    ends = {name for name, state in procedure.states.items() if state.end}
    asked_in = {state for step in steps if asks(step) for state in step.from_states} - ends
    gives = {
        step.name for step in steps
        if step.to and (answers(step) or step.to in asked_in or (step.to in ends and procedure.states[step.to].answers))
    }  # fmt: skip
    before = _before(procedure, steps, gives)
    back = {
        step.name for step in steps
        if step.reopens or (step.to in before and step.to not in ends and not set(step.from_states) & before)
    }  # fmt: skip
    closes = {step.name for step in steps if step.to in ends and procedure.states[step.to].answers}
    return Shape(
        frozenset(asked_in), frozenset(gives - back), frozenset(back | _mixed(steps, before, ends, gives)),
        frozenset(closes), _clock(procedure, steps),
    )  # fmt: skip


def _before(procedure: Procedure, steps: list[Step], gives: set[str]) -> set[str]:
    """The states in which no answer has been given yet: reached from the start without a step that gives one."""
    found, look = set(), [procedure.start.name]
    while look:
        state = look.pop()
        if state in found:
            continue
        found.add(state)
        look += [s.to for s in steps if state in s.from_states and s.to and s.name not in gives and not s.reopens]
    return found


def _mixed(steps: list[Step], before: set[str], ends: set[str], gives: set[str]) -> set[str]:
    """Steps that may also be taken from an answered state and lead back (a ruling from any state)."""
    return {
        s.name for s in steps
        if s.name not in gives and s.to in before and s.to not in ends and set(s.from_states) - before
    }  # fmt: skip


def _clock(procedure: Procedure, steps: list[Step]) -> Clock | None:
    """The clock by which somebody is to be asked: one that a caller's step stops, else one that a step resting on it stops."""
    callers = {s.name for s in steps if asks(s) and ASKED_BY in s.roles}
    others = {s.name for s in steps if asks(s)} - callers
    for names in (callers, others):
        for clock in procedure.clocks.values():
            if names & set(clock.stops.step) and not clock.right:
                return clock
    return None


def last_answer(
    procedure: Procedure, history: Iterable[Happened], *, person: str = "", each: frozenset[str] = frozenset()
) -> int:
    """The row (seq) of the answer that stands; 0 where none does.

    For one complainant (`person`, key of the party) who joined later, an answer from before does not count until a paper
    that goes to each of them (`each`, kinds) was delivered to them.
    """
    return _told(procedure, history, person, each)[0]


def occasion(
    procedure: Procedure, history: Iterable[Happened], *, person: str = "", each: frozenset[str] = frozenset()
) -> int:
    """The row that somebody is asked about: the answer that stands, or the end that came after it; 0 for none.

    Rows written later on a closed matter are no new occasion.
    """
    return max(_told(procedure, history, person, each))


def _told(
    procedure: Procedure, history: Iterable[Happened], person: str, each: frozenset[str]
) -> tuple[int, int]:  # fmt: skip
    shape = shape_of(procedure)
    given = closed = 0
    late = False  # this person joined after the answer
    for h in history:
        if person and h.name == "opened" and person in h.complainants and given:
            late = True
        elif h.name == "delivered" and late and h.paper in each and person in h.complainants:
            given, late = h.seq, False
        elif h.assignment:
            continue
        elif h.name in shape.calls_back:
            given = closed = 0
            late = False
        elif h.name in shape.gives:
            if not given:
                given, late = h.seq, False
            if h.name in shape.closes and not closed:
                closed = h.seq
    return (0, 0) if late else (given, closed)


PARTS = ("morning", "afternoon", "evening")
"""The parts of a day in which somebody is tried."""
PART_ENDS = (12, 18)
"""Local hours at which morning and afternoon end."""


def part_of_day(hour: int) -> str:
    """The part of the day of a local hour, as the guard `follow-up-done` counts tries by it."""
    return PARTS[sum(hour >= end for end in PART_ENDS)]


def days_after(closed: datetime | None, at: datetime) -> int | None:
    """Calendar days since a matter closed, the day itself not counted. None where it has not."""
    return None if closed is None else max((local_day(at) - local_day(closed)).days, 0)
