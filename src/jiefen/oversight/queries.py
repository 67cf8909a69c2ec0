"""Named questions: who is to be asked, what waits to be taken up again, who was asked to go and see.

Each is asked through the reader's own eyes. Independence here is what `independence.py` says, in SQL.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiefen.cases.models import Step
from jiefen.kernel import ask
from jiefen.kernel.clock import local
from jiefen.oversight.answers import ASKED_BY, shape_of
from jiefen.oversight.independence import HANDLING, TAKEN_IN
from jiefen.oversight.models import FollowUp, Visit
from jiefen.oversight.reading import part_at
from jiefen.oversight.rules import again_steps, answered_states, tries
from jiefen.oversight.shut import not_shut
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedures

_INDEPENDENT = """
  AND NOT EXISTS (SELECT 1 FROM cases_assignment a WHERE a.case_id = c.id AND a.unit_id = ANY (%(units)s::bigint[]))
  AND NOT EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = c.id AND s.name <> %(taken_in)s
    AND s.by_role = ANY (%(handling)s::text[])
    AND (s.by_id = %(me)s OR (s.unit_id = ANY (%(units)s::bigint[]) AND s.name = ANY (%(gives)s::text[]))))
  AND NOT EXISTS (SELECT 1 FROM cases_step s JOIN cases_assignment a ON a.case_id = s.case_id AND a.unit_id = s.unit_id
    WHERE s.case_id = c.id AND s.by_id = %(me)s AND s.by_role <> %(asked_by)s)
"""
_SHOWN = """
SELECT c.id, c.slug, c.number, c.procedure, c.version, c.state, c.title, c.key_id, k.wrapped, k.master, ar.name, c.opened_at, {}
"""
_JOINED = """
JOIN kernel_sealkey k ON k.id = c.key_id JOIN places_area ar ON ar.id = c.area_id
"""
BY_CLOCK = (
    _SHOWN.format("d.due_at, d.id, d.clock")
    + "FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id"
    + _JOINED
    + """
WHERE d.clock = ANY (%(clocks)s::text[]) AND d.stopped_at IS NULL AND NOT d.lapsed AND d.due_at IS NOT NULL
  AND c.is_open AND c.procedure || ':' || c.state = ANY (%(states)s::text[]) AND c.doors && %(keys)s::bigint[]
  AND (d.due_at, d.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint) AND d.due_at < %(before)s::timestamptz
"""
    + _INDEPENDENT
    + "ORDER BY d.due_at, d.id LIMIT %(size)s"
)
WITHOUT = (
    _SHOWN.format("c.changed_at, c.id, ''")
    + "FROM cases_case c"
    + _JOINED
    + """
WHERE c.is_open AND c.procedure || ':' || c.state = ANY (%(open)s::text[]) AND c.doors && %(keys)s::bigint[]
  AND (c.changed_at, c.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint)
"""
    + _INDEPENDENT
    + "ORDER BY c.changed_at, c.id LIMIT %(size)s"
)
BEGIN = (datetime.fromisoformat("0001-01-02T00:00:00+00:00"), 0)
EVER = datetime.fromisoformat("9999-12-30T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class ToAsk:
    """One matter whose people are to be asked. `at`: by when, or since when where no clock runs."""

    case: int
    slug: str
    number: str
    procedure: str
    version: int
    state: str
    title: bytes
    key: int
    wrapped: bytes | None
    master: int
    place: str
    opened_at: datetime
    at: datetime
    mark: int
    clock: str


def to_ask(
    actor: Actor, *, after: tuple[datetime, int] = BEGIN, before: datetime = EVER, size: int = 50, by_clock: bool = True
) -> list[ToAsk]:  # fmt: skip
    """A page of matters that wait for this person to ask: the soonest due first, or those that no clock presses, the
    longest answered first. One query."""
    given = _given(actor) | {"after_at": after[0], "after_id": after[1], "before": before, "size": size}
    return [ToAsk(*values) for values in ask.rows(BY_CLOCK if by_clock else WITHOUT, given)]


def _given(actor: Actor) -> dict[str, Any]:
    known = [(p, shape_of(p)) for p in procedures().values()]
    clocked = [(p, s) for p, s in known if s.clock is not None]
    bare = [(p, s) for p, s in known if s.clock is None]
    return {
        "me": actor.person_id, "units": sorted(actor.units), "keys": sorted(actor.keys), "handling": sorted(HANDLING),
        "taken_in": TAKEN_IN, "asked_by": ASKED_BY, "gives": sorted({name for _p, s in known for name in s.gives}),
        "clocks": sorted({s.clock.name for _p, s in clocked if s.clock}),
        "states": sorted({f"{p.name}:{state}" for p, s in clocked for state in s.asked_in}),
        "open": sorted({f"{p.name}:{name}" for p, s in bare for name in _told(p) if not p.states[name].end}),
    }  # fmt: skip


def _told(procedure: Any) -> Iterable[str]:
    """States in which the person holds the answer; an opinion that must yet be served is not with them."""
    shape = shape_of(procedure)
    issued = {s.to for s in procedure.steps.values() if s.name in shape.gives and s.needs} - shape.asked_in
    return answered_states(procedure) - {s for s in issued if s and not procedure.states[s].end}


def tries_of(cases: Iterable[int]) -> dict[int, list[FollowUp]]:
    """The attempts made in some cases, oldest first. One query."""
    found: dict[int, list[FollowUp]] = defaultdict(list)
    for row in FollowUp.objects.filter(case_id__in=list(cases), replaced_by=None).order_by("at", "pk"):
        found[row.case_id].append(row)
    return found


def by_part(rows: Iterable[FollowUp]) -> dict[str, int]:
    """Tries that nobody answered, by the part of the day, each part of each day once."""
    counted: dict[str, int] = defaultdict(int)
    for _day, part in tries({"on": str(local(r.at).date()), "part": part_at(r.at), "outcome": r.outcome} for r in rows):
        counted[part] += 1
    return counted


def again(actor: Actor) -> QuerySet[FollowUp]:
    """What was heard that proposes to take a matter up again and waits for a word, oldest first. Through the door."""
    names = sorted(again_steps(procedures().values()))
    taken = Step.objects.filter(case=OuterRef("case"), seq__gt=OuterRef("seen"), name__in=names)
    rows = FollowUp.objects.filter(
        ~Q(proposes=""), case__doors__overlap=sorted(actor.keys), kept_at=None, replaced_by=None
    )
    return rows.exclude(Exists(taken)).order_by("at", "pk")


def errands(actor: Actor) -> QuerySet[Visit]:
    """Visits that this person's offices were asked to make, of matters they have not stepped back from, oldest first."""
    rows = Visit.objects.filter(not_shut(actor), unit_id__in=sorted(actor.units), done=None, called_off_at=None)
    return rows.order_by("at", "pk")
