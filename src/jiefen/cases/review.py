"""A case that reviews another: which paper it reviews, whose window that was, and which office may review.

Nothing here knows the petition procedures by name: a case reviews the one it arose from where a right that began with the
delivery of a paper there is used by opening it (`starts: notice`, `stops: opens`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiefen.cases import ground
from jiefen.cases.models import Case, Deadline, Party
from jiefen.cases.rules import Standing
from jiefen.cases.standing import standing_of
from jiefen.kernel.clock import day_end, day_start, local_day
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.procedures import counting
from jiefen.procedures.catalogue import current_calendar, procedure, procedures
from jiefen.procedures.definition import Clock, Procedure

REVIEWS = "review-officer"


def right_to(definition: Procedure, opens: str) -> Clock | None:
    """The right of a person, begun by the delivery of a paper, that opening another procedure uses."""
    return next((c for c in definition.clocks.values() if c.right and c.starts.notice and opens in c.stops.opens), None)


def any_right_to(opens: str) -> Clock | None:
    """The same right in whichever procedure has it: for what was decided before it came to us."""
    found = (right_to(definition, opens) for definition in procedures().values())
    return next((clock for clock in found if clock), None)


def reviewed(case: Case) -> tuple[Case, Clock] | None:
    """The case that this one reviews, and the right by which it was opened; None where it reviews nothing here."""
    earlier = case.arose_from
    clock = right_to(procedure(earlier.procedure, earlier.version), case.procedure) if earlier else None
    return (earlier, clock) if earlier and clock else None


def chain(case: Case) -> Iterator[Case]:
    """The cases under review, the nearest first: of a second review the first, and then the matter itself."""
    seen = {case.pk}
    while (found := reviewed(case)) and found[0].pk not in seen:
        case = found[0]
        seen.add(case.pk)
        yield case


def who_handled(cases: Iterable[Case]) -> list[tuple[Case, Standing]]:
    """Each case with its standing: who acted there, and which units had the duty."""
    return [(case, standing_of(case)) for case in cases]


def same_person(one: Party, other: Party) -> bool:
    """Whether two rows of two cases stand for one person: by their receipt, else by number of identity, else by phone."""
    for name in ("receipt", "id_blind", "phone_blind"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine is not None and theirs is not None:
            return bool(mine == theirs) if name == "receipt" else bytes(mine) == bytes(theirs)
    return False


@dataclass(frozen=True, slots=True)
class Window:
    """When a paper demonstrably reached somebody, and whether their time was still running at a moment."""

    on: date
    open: bool

    def as_fact(self) -> dict[str, Any]:
        return {"on": self.on.isoformat(), "window_open": self.open}


def windows(case: Case, people: Sequence[Party]) -> list[Window]:
    """The window of each of these people of a reviewing case, as it stood when they asked. Those without proof of
    delivery have none."""
    found = reviewed(case)
    if found is None:
        return []
    earlier, clock = found
    there = Party.objects.filter(case=earlier, role=Party.Role.COMPLAINANT)
    keys = {party.key for party in there if any(same_person(party, one) for one in people)}
    runs = Deadline.objects.filter(case=earlier, clock=clock.name, key__in=keys).order_by("key", "run")
    last = {row.key: row for row in runs}
    return [
        Window(local_day(row.started_at), row.due_at is None or case.opened_at < row.due_at) for row in last.values()
    ]


def window_said(case: Case, received_on: str | date) -> Window | None:
    """The window of somebody whose paper came from outside, from the day they received it. None for an unreadable day."""
    clock = any_right_to(case.procedure)
    try:
        day = received_on if isinstance(received_on, date) else date.fromisoformat(received_on)
    except (TypeError, ValueError):
        return None
    if clock is None:
        return None
    due = counting.due(day_start(day), clock.amount, 0, [], current_calendar())
    late = due.at or (day_end(due.on) if due.on else None)
    return Window(day, late is None or case.opened_at < late)


def handling_units(cases: Iterable[tuple[Case, Standing]]) -> frozenset[int]:
    """The offices that had the duty in what is reviewed, and all below them: none of them may review it."""
    return ground.with_below({duty.unit for _case, standing in cases for duty in standing.duties.values()})


def reviewing_office(case: Case, handled: frozenset[int], at: datetime) -> Unit | None:
    """The office above that takes reviews of a case: where a reviewing officer is posted, over the area of the office
    that handled it; the one it answers to first, then the nearest, a people's government before others."""
    lead = case.lead_unit or case.centre
    above = ground.lineage(lead.area_id)
    depth = {area: n for n, area in enumerate(above)}
    posted = postings_at(at).filter(role=REVIEWS, unit__area_id__in=above).exclude(unit_id__in=handled)
    offices = {posting.unit_id: posting.unit for posting in posted.select_related("unit")}
    order = sorted(
        offices.values(),
        key=lambda u: (u.pk != lead.parent_id, -depth[u.area_id], not u.unit_type.endswith("government"), u.pk),
    )
    return order[0] if order else None
