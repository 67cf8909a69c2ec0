"""Work out anew everything that follows from the steps: state, counters, responsible persons, assignments, deadlines, doors.

The same function that `take_step` uses (`standing.work_out`) is asked again, with nothing but the rows; so a cache that
differs from its rebuild is a mistake, in the cache or in the function. None of it needs a case's key.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction

from jiefen.cases.models import Assignment, Case, Deadline, Party, Step
from jiefen.cases.rules import Row
from jiefen.cases.standing import ROW, Have, standing_of, work_out, write
from jiefen.kernel.clock import now
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.people.queries import who_answers

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One case whose caches were not what its steps add up to. `fields` as `standing.write` names them."""

    number: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number}：{'、'.join(self.fields)}"


@dataclass(slots=True)
class Report:
    """How many cases were worked out, and which differed. Iterating gives the differences.

    `sealed` are the numbers of cases whose key was destroyed: their caches were worked out like all others, but what
    only the key opens (titles, index rows of their words) is gone for good and was passed over.
    """

    cases: int = 0
    differences: list[Difference] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def __len__(self) -> int:
        return len(self.differences)


def rebuild(check: bool, progress: Progress | None = None, at: datetime | None = None) -> Report:
    """Work out every case's caches at a moment (now, if none is given) and bring them in line; with `check` write nothing.

    Goes by batches, each in a transaction of its own that holds its cases' locks, so that work goes on meanwhile and a
    kill loses at most one batch. Running it again finds nothing.
    """
    at = at or now()
    progress = progress or silent
    report = Report()
    with scope("worker"):
        total = Case.objects.count()
    last = 0
    while True:
        with transaction.atomic(), scope("worker"):
            cases = Case.objects.filter(pk__gt=last).order_by("pk").select_related("key")
            batch = list((cases if check else cases.select_for_update(of=("self",)))[:BATCH])
            if not batch:
                return report
            _one_batch(report, batch, at, check)
        last = batch[-1].pk
        progress(report.cases, total)


def _one_batch(report: Report, batch: Sequence[Case], at: datetime, check: bool) -> None:
    """Compare the cases of a batch; four queries read whatever they need."""
    pks = [case.pk for case in batch]
    rows: dict[int, list[Row]] = defaultdict(list)
    for case_id, *values in Step.objects.filter(case__in=pks).order_by("case_id", "seq").values_list("case_id", *ROW):
        rows[case_id].append(Row(*values))
    who = cache(who_answers)
    parties, assignments, deadlines = (_by_case(model, pks) for model in (Party, Assignment, Deadline))
    for case in batch:
        if rows[case.pk]:
            caches = work_out(case, standing_of(case, rows[case.pk]), parties[case.pk], at, who)
            fields = write(case, caches, check=check, have=Have(assignments[case.pk], deadlines[case.pk]))
        else:
            fields = ["steps"]  # there is nothing to work from; `verify` says what is missing
        report.cases += 1
        if fields:
            report.differences.append(Difference(case.number, tuple(fields)))
        if case.key.wrapped is None:
            report.sealed.append(case.number)


def _by_case(model: Any, pks: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(case__in=pks).order_by("pk"):
        found[row.case_id].append(row)
    return found
