"""No orphan: every open case has an active responsible person and a next date.

A unit's head stands in from the minute somebody leaves. The verbs that change who works where call `moved` in their own
transaction; `sweep` does the same every hour for what was dated beforehand, and `orphans` proves that nobody is missed.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.models import Assignment, Case
from jiefen.cases.standing import write_many
from jiefen.kernel.scope import scope
from jiefen.people import actions as people
from jiefen.people.apart import doors_without
from jiefen.people.queries import who_answers

LIVE = ("open", "signed", "objected")

Answer = tuple[int, int | None, int | None]
"""An office with a duty, who is named for it, and who answers for it now."""


class Orphan(NamedTuple):
    """An open case without somebody who answers for it, or without a next date."""

    number: str
    lacks: str
    case: int = 0


_finders: list[Callable[[list[Orphan], datetime], None]] = []


def register() -> None:
    people.when_moving(moved)


def when_orphaned(tell: Callable[[list[Orphan], datetime], None]) -> None:
    """Register who is told of orphans that the hourly sweep could not help. `notices` does so."""
    _finders.append(tell)


def moved(persons: frozenset[int], units: frozenset[int], at: datetime) -> None:
    """Somebody came, went, or is stood in for: put right whatever these people answer for, and whatever lies at these
    offices and below. Raises people.Refused where nobody at all would be left to answer."""
    ground.forget()
    with scope("worker"):
        below = ground.with_below(units) if units else frozenset()
        lacking = _lacking(_put_right(at, persons, below))
    if lacking:
        says = _("%(case)s等%(n)d件在办事项会没有人负责。请先安排接替的人，再结束这项任职。")
        raise people.Refused(says % {"case": lacking[0], "n": len(lacking)})


def sweep(at: datetime) -> int:
    """Put right every open case whose responsible person is not who must answer there now. Returns how many; a second
    sweep of the same hour finds none."""
    ground.forget()
    with scope("worker"):
        return len(_put_right(at))


def sweep_and_tell(at: datetime) -> list[Orphan]:
    """The hourly work: sweep, prove, and tell whoever registered of the orphans that are left."""
    sweep(at)
    left = orphans(at)
    if left:
        with scope("worker"):
            for tell in _finders:
                tell(left, at)
    return left


def refresh(case: Case, at: datetime) -> list[str]:
    """Work out one locked case's caches at a moment and bring them in line; what differed."""
    return write_many([case], at).get(case.pk, [])


def _lacking(cases: list[Case]) -> list[str]:
    """The numbers of these cases where nobody answers, for the case or for an office with a duty in it. Of the vault
    nothing is said; who heads the centre stands in there for a keeper who left, and reads nothing."""
    told = {c.pk: c.number for c in cases if c.is_open and c.stratum != Case.Stratum.VAULT}
    alone = {c.pk for c in cases if c.responsible_id is None}
    duties = Assignment.objects.filter(case__in=told, state__in=LIVE, responsible__isnull=True)
    alone.update(duties.values_list("case_id", flat=True))
    return [number for pk, number in told.items() if pk in alone]


def _answers(persons: frozenset[int] | None, units: frozenset[int]) -> Iterable[Answer]:
    """Who answers where, of all open cases or only of these people and offices. Two grouped index scans."""
    asked = "" if persons is None else "AND (responsible_id = ANY(%(persons)s) OR {unit} = ANY(%(units)s))"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, named_id, responsible_id FROM cases_assignment "
            f"WHERE state = ANY(%(live)s) {asked.format(unit='unit_id')} GROUP BY 1, 2, 3 UNION "
            f"SELECT {AT_UNIT}, named_id, responsible_id FROM cases_case "
            f"WHERE is_open AND stratum <> 2 {asked.format(unit=AT_UNIT)} GROUP BY 1, 2, 3",
            {"live": list(LIVE), "persons": sorted(persons or ()), "units": sorted(units)},
        )
        return cursor.fetchall()


AT_UNIT = "coalesce(lead_unit_id, centre_id)"


def _put_right(at: datetime, persons: frozenset[int] | None = None, units: frozenset[int] = frozenset()) -> list[Case]:
    """Lock and refresh the cases where somebody else must answer now, of all or only of these people and offices."""
    found: set[int] = set()
    for unit, named, person in _answers(persons, units):
        if person is not None and person == who_answers(unit, named, at):
            continue
        of = {"named": named, "responsible": person}
        duties = Assignment.objects.filter(unit=unit, state__in=LIVE, **of)
        found.update(duties.values_list("case_id", flat=True))
        at_unit = Q(lead_unit=unit) | Q(lead_unit__isnull=True, centre=unit)
        found.update(Case.objects.filter(at_unit, is_open=True, **of).values_list("pk", flat=True))
    # Whoever stepped back answers for nothing there, so the row does not name them: who stands in for them from now on does.
    if persons and (doors := doors_without(persons)):
        found.update(Case.objects.filter(doors__overlap=doors, is_open=True).values_list("pk", flat=True))
    # The vault's few are its keeper's, whatever lies where.
    vault = Case.objects.filter(is_open=True, stratum=Case.Stratum.VAULT)
    found.update((vault if persons is None else vault.filter(responsible__in=persons)).values_list("pk", flat=True))
    # Always locked in this order, so that two who do this at once wait instead of locking each other out.
    cases = list(Case.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))
    changed = write_many(cases, at)
    return [case for case in cases if case.pk in changed or case.responsible_id is None]


ORPHANS = """
WITH here AS MATERIALIZED (
  SELECT DISTINCT p.person_id FROM people_posting p JOIN people_person who ON who.id = p.person_id AND who.is_active
   WHERE p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
), found AS (
  SELECT id AS case_id, 'responsible' AS lacks FROM cases_case
   WHERE is_open AND (responsible_id IS NULL OR responsible_id NOT IN (SELECT person_id FROM here))
  UNION ALL
  SELECT id, 'next date' FROM cases_case WHERE is_open AND next_due_at IS NULL
  UNION ALL
  SELECT case_id, 'responsible of ' || key FROM cases_assignment
   WHERE state = ANY(%(live)s) AND (responsible_id IS NULL OR responsible_id NOT IN (SELECT person_id FROM here))
)
SELECT c.number, f.lacks, c.id FROM found f JOIN cases_case c ON c.id = f.case_id ORDER BY c.id, f.lacks
"""


def orphans(at: datetime) -> list[Orphan]:
    """Every open case or assignment without an active responsible person, or without a next date. Empty is what it
    should be."""
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(ORPHANS, {"at": at, "live": list(LIVE)})
        return [Orphan(*row) for row in cursor.fetchall()]
