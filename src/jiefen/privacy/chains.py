"""The chains of all cases and lanes, and what was noted of them outside: `kernel.heads` knows the files, `cases.integrity` and
`mediation.lane_chain` the chains."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from jiefen.cases import integrity
from jiefen.cases.integrity import Problem
from jiefen.cases.models import Case
from jiefen.kernel import heads
from jiefen.kernel.clock import local_day
from jiefen.kernel.heads import Head, Note
from jiefen.kernel.scope import scope
from jiefen.mediation.lane_chain import lane_ends, lanes_against

BATCH = 5000


class NoNotes(RuntimeError):
    """Nothing was ever noted here."""


def folder() -> Path:
    return Path(settings.HEADS)


def copy() -> Path | None:
    """The second place, where one is named: better on another machine."""
    return Path(settings.HEADS_COPY) if settings.HEADS_COPY else None


def note_today(at: datetime) -> Note | None:
    """Note every chain's end; None where the day is noted already. Raises heads.Gone when a chain that was noted before is
    not there any more as it was noted."""
    with scope("worker"):
        return heads.note(folder(), _now(), day=local_day(at), at=at, broken=_broken, copy=copy())


def _now() -> Iterator[Head]:
    lanes = [Head(heads.BESIDE + pk, rows, head) for pk, rows, head in lane_ends()]
    return heapq.merge(_cases(), lanes, key=lambda head: head.number.encode())


def _cases() -> Iterator[Head]:
    rows = Case.objects.extra(select={"by": 'number COLLATE "C"'}, order_by=["by"])
    for number, steps, head in rows.values_list("number", "steps", "head").iterator(BATCH):
        yield Head(number, steps, bytes(head))


def _broken(noted: list[Head]) -> list[str]:
    beside = [head for head in noted if head.beside]
    problems = [*integrity.against(heads.as_pairs(h for h in noted if not h.beside)), *lanes_against(_lanes_of(beside))]
    return [str(problem) for problem in problems]


def _lanes_of(noted: list[Head]) -> dict[str, tuple[int, bytes]]:
    return heads.as_pairs(head._replace(number=head.number.removeprefix(heads.BESIDE)) for head in noted)


def compare() -> Iterator[Problem]:
    """What the notes tell: about themselves, and about every chain. Raises NoNotes when there are none."""
    place, other = folder(), copy()
    if not heads.notes(place) and (other is None or not heads.notes(other)):
        raise NoNotes
    for fault in heads.check(place, copy=other):
        yield Problem("heads", _("%(day)s的链首记录") % {"day": fault.day}, fault.says)
    best = place if heads.notes(place) else other
    assert best is not None
    lanes: list[Head] = []
    with scope("worker"):
        for batch in heads.batches(heads.noted(best), BATCH):
            yield from integrity.against(heads.as_pairs(head for head in batch if not head.beside))
            lanes += (head for head in batch if head.beside)
        yield from lanes_against(_lanes_of(lanes))
