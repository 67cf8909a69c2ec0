"""No orphan: every open case has an active responsible person and a next date.

A unit's head stands in from the minute somebody leaves. The verb that ends a posting calls `leaver` in its own
transaction; `sweep` does the same every hour for postings whose end was set beforehand, and proves that nobody is missed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from jiefen.cases import ground
from jiefen.cases.models import Assignment, Case, Party
from jiefen.cases.standing import standing_of, work_out, write
from jiefen.kernel.scope import scope
from jiefen.people import actions as people
from jiefen.people.queries import postings_at


class Orphan(NamedTuple):
    """An open case without somebody who answers for it, or without a next date."""

    number: str
    lacks: str


def register() -> None:
    people.when_leaving(leaver)


def leaver(person_id: int, unit_id: int, at: datetime) -> None:
    """Re-home what somebody answered for, at this unit."""
    ground.forget()
    with scope("worker"):
        held = Case.objects.filter(
            Q(responsible_id=person_id, is_open=True)
            | Q(assignments__responsible_id=person_id, assignments__state__in=["open", "signed", "objected"])
        ).distinct()
        for case in _locked(held):
            refresh(case, at)


def _locked(held: QuerySet[Case]) -> Iterator[Case]:
    for pk in list(held.values_list("pk", flat=True)):
        yield Case.objects.select_for_update(of=("self",)).get(pk=pk)


def refresh(case: Case, at: datetime) -> list[str]:
    """Work out a locked case's caches at a moment and bring them in line."""
    parties = list(Party.objects.filter(case=case))
    return write(case, work_out(case, standing_of(case), parties, at))


def sweep(at: datetime) -> int:
    """Re-home every open case whose responsible person no longer works where the duty lies. Returns how many moved."""
    with scope("worker"):
        here = postings_at(at).values_list("person_id", flat=True)
        moved = set(
            Case.objects.filter(is_open=True).filter(Q(responsible__isnull=True) | ~Q(responsible_id__in=here)).values_list("pk", flat=True)
        ) | set(
            Assignment.objects.filter(case__is_open=True, state__in=["open", "signed", "objected"])
            .filter(Q(responsible__isnull=True) | ~Q(responsible_id__in=here))
            .values_list("case_id", flat=True)
        )
        for pk in moved:
            refresh(Case.objects.select_for_update(of=("self",)).get(pk=pk), at)
        return len(moved)


def orphans(at: datetime) -> list[Orphan]:
    """Every open case without an active responsible person or without a next date. Empty is what it should be."""
    with scope("worker"):
        here = set(postings_at(at).values_list("person_id", flat=True))
        found = []
        rows = Case.objects.filter(is_open=True).values_list("number", "responsible_id", "next_due_at")
        for number, responsible, due in rows.iterator(chunk_size=5000):
            if responsible not in here:
                found.append(Orphan(number, "responsible"))
            if due is None:
                found.append(Orphan(number, "next date"))
        return found
