"""The index of matters worked out anew from the matters, batch by batch; `jiefen rebuild` asks for it."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from django.db import connections
from django.db.models import Max

from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.triage.finding import index
from jiefen.triage.models import SearchRow

BATCH = 500
FEW = 0.1
"""With rows for fewer than this share of the matters it is a first filling: then the index of the words is made afterwards,
at once, which costs a fraction of entering each row."""
WORDS = "search_words"
_WRONG = """
SELECT t.m FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS t(m, a, w)
  LEFT JOIN triage_searchrow r ON r.{of} = t.m
 WHERE r.id IS NULL OR r.at <> t.a OR r.words IS DISTINCT FROM t.w::tsvector
"""
_SUPERFLUOUS = "SELECT {of} FROM triage_searchrow WHERE {of} = ANY (%s::bigint[]) AND words <> ''::tsvector"
_AWAY = "DELETE FROM triage_searchrow WHERE {of} = ANY (%s::bigint[])"

Piece = tuple[str, int, int]
"""`case_id` or `intake_id`, and the numbers between which the matters lie: beyond the first, up to the second."""

Work = Callable[[Piece], tuple[int, list[int]]]


@dataclass(slots=True)
class Report:
    """How many matters were looked at, and how many rows were missing, wrong, or of what must not be found."""

    matters: int = 0
    differed: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.differed)

    def __str__(self) -> str:
        return f"查找索引：{len(self.differed)}件不符" if self.differed else ""


def rebuild(check: bool, progress: Progress | None = None, *, processes: int = 1) -> Report:
    """Work out every row and bring it in line; `check` writes nothing. Each batch in a transaction of its own, so that work
    goes on meanwhile and a kill loses one batch. Of a matter whose key is gone there is nothing to be worked out.
    `processes`: so many copies of this one work at it, for a command with nothing beside it."""
    progress, report = progress or silent, Report()
    with scope("worker"):
        total = Case.objects.count() + Intake.objects.count()
        pieces = list(_pieces())
    for seen, wrong in _worked(pieces, check, processes if total > 4 * BATCH else 1):
        report.matters += seen
        report.differed += wrong
        progress(report.matters, total)
    return report


def is_first_filling() -> bool:
    """Whether most rows are still to be written."""
    with scope("worker"):
        return SearchRow.objects.count() < FEW * (Case.objects.count() or 1)


def _pieces() -> Iterator[Piece]:
    for of, model in (("case_id", Case), ("intake_id", Intake)):
        last = model.objects.aggregate(last=Max("pk"))["last"] or 0  # type: ignore[attr-defined]
        yield from ((of, begin, begin + BATCH) for begin in range(0, last, BATCH))


def _worked(pieces: list[Piece], check: bool, processes: int) -> Iterator[tuple[int, list[int]]]:
    work = partial(_piece, check=check)
    if processes < 2:
        yield from map(work, pieces)
        return
    for link in connections.all(initialized_only=True):  # a copy must not speak on our connections
        link.close()
        if hasattr(link, "close_pool"):
            link.close_pool()
    copies, open_ = multiprocessing.get_context("fork"), []
    for n in range(processes):
        here, there = copies.Pipe(duplex=False)
        copies.Process(target=_copy, args=(pieces[n::processes], work, there, os.getpid()), daemon=True).start()
        there.close()
        open_.append(here)
    while open_:
        for pipe in wait(open_):
            assert isinstance(pipe, Connection)
            try:
                said = pipe.recv()
            except EOFError as died:
                raise RuntimeError("a copy of this process died; run the command again") from died
            if said is None:
                open_.remove(pipe)
            else:
                yield said


def _copy(pieces: list[Piece], work: Work, pipe: Any, parent: int) -> None:
    """In a copy of the process: a share of the pieces, as long as the one that reads is there."""
    for piece in pieces:
        if os.getppid() != parent:
            return
        pipe.send(work(piece))
    pipe.send(None)


def _piece(piece: Piece, *, check: bool) -> tuple[int, list[int]]:
    of, begin, end = piece
    with scope("worker"):
        ids, rows = (_cases if of == "case_id" else _intakes)(begin, end)
        return len(ids), _compared(of, ids, rows, check=check) if ids else []


def _cases(begin: int, end: int) -> tuple[list[int], index.Rows]:
    found = Case.objects.select_related("key").only(*index.OF_CASE).filter(pk__gt=begin, pk__lte=end)
    cases = list(found.order_by("pk"))
    return [c.pk for c in cases], index.rows_of_cases([c for c in cases if c.stratum < index.VAULT])


def _intakes(begin: int, end: int) -> tuple[list[int], index.Rows]:
    ids = list(Intake.objects.filter(pk__gt=begin, pk__lte=end).order_by("pk").values_list("pk", flat=True))
    alone = Intake.objects.filter(pk__in=ids, stratum__lt=index.VAULT, **{index.LOOSE: True})
    alone = alone.exclude(state=Intake.State.VOID).select_related("key").only(*index.OF_INTAKE)
    return ids, index.rows_of_intakes(alone)


def _compared(of: str, ids: Sequence[int], rows: index.Rows, *, check: bool) -> list[int]:
    said = [list(rows), [at for at, _said in rows.values()], [text for _at, text in rows.values()]]
    wrong = [pk for (pk,) in ask.rows(_WRONG.format(of=of), said)] if rows else []
    none = [pk for pk in ids if pk not in rows]
    over = [pk for (pk,) in ask.rows(_SUPERFLUOUS.format(of=of), [none])] if none else []
    if not check:
        if wrong:
            index.put(index.PUT_CASES if of == "case_id" else index.PUT_INTAKES, {pk: rows[pk] for pk in wrong})
        if over:
            ask.do(_AWAY.format(of=of), [over])
    return wrong + over
