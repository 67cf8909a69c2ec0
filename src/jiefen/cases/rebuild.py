"""Work out anew all that follows from the steps: state, counters, responsible persons, assignments, deadlines, doors.

The same function that `take_step` uses (`standing.work_out`) is asked again, with nothing but the rows; so a cache that
differs from its rebuild is a mistake, in the cache or in the function. None of it needs a case's key.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from jiefen.cases.models import Case
from jiefen.cases.standing import write_many
from jiefen.kernel.clock import now
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope

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
    """Work out every case's caches at a moment (now, if none is given) and bring them in line; `check` writes nothing.

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
            differed = write_many(batch, at, check=check)
        report.cases += len(batch)
        report.differences += [Difference(c.number, tuple(differed[c.pk])) for c in batch if c.pk in differed]
        report.sealed += [case.number for case in batch if case.key.wrapped is None]
        last = batch[-1].pk
        progress(report.cases, total)
