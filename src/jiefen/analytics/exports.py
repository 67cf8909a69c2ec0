"""Ledgers asked for on a page: asked for, made by a job, fetched by the person who asked, taken away after some days."""

import secrets
import time
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.analytics.asker import Asker
from jiefen.analytics.jobs import export_ledger
from jiefen.analytics.ledger_file import BadLedger, cut, write_ledger
from jiefen.analytics.ledger_rows import Scope
from jiefen.analytics.models import LedgerExport
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.marks import Mark, code_of
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.people.actor import Actor, actor_by_id
from jiefen.people.models import Unit
from jiefen.places.models import Area

KEEP = timedelta(days=7)
"""How long a file that nobody needs any more lies on the disk; it can be made again at any time."""
_TELL_SECONDS = 0.5
EXPORTED = "导出总表"
LINES = 2000


def folder() -> Path:
    """Where the files lie: readable by the site's own user alone."""
    path = Path(settings.HOME) / "exports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def ask(
    actor: Actor, *, at: datetime, day: date | None = None, area: Area | None = None, unit: Unit | None = None
) -> LedgerExport:
    """Ask for a ledger; a job makes it. The same at the same moment is one. Raises BadLedger for a day to come."""
    cut(Asker.of(actor), at=at, day=day, area=area, unit=unit)
    with transaction.atomic():
        one_at_a_time("ledger", actor.person_id)
        same = LedgerExport.objects.filter(person_id=actor.person_id, area=area, unit=unit, day=day, asked_at=at)
        if (before := same.first()) is not None:
            return before
        row = LedgerExport.objects.create(person_id=actor.person_id, area=area, unit=unit, day=day, asked_at=at)
        export_ledger.defer(export_id=row.pk)
    return row


def make(export_id: int, at: datetime) -> LedgerExport:
    """Make the file. What it holds is what the person's postings open now; whoever left gets nothing. Safe to repeat."""
    row = LedgerExport.objects.select_related("area", "unit").get(pk=export_id)
    sweep(at)
    if row.state == LedgerExport.State.READY:
        return row
    actor = actor_by_id(row.person_id, at)
    if actor is None:
        return _leave(row, LedgerExport.State.FAILED, why=_("您现在没有任职，不能导出。"))
    row.state = LedgerExport.State.RUNNING
    row.save(update_fields=["state"])
    name = f"{secrets.token_hex(16)}.xlsx"
    try:
        of = cut(Asker.of(actor), at=row.asked_at, day=row.day, area=row.area, unit=row.unit)
        write_ledger(folder() / name, of, mark=_mark(row, actor, at), progress=_Telling(row))
        _leave_lines(of, actor, at)
    except BadLedger as wrong:
        return _leave(row, LedgerExport.State.FAILED, why=str(wrong)[:200])
    return _leave(row, LedgerExport.State.READY, file=name)


def _leave(row: LedgerExport, state: str, *, why: str = "", file: str = "") -> LedgerExport:
    row.state, row.why, row.file = state, why, file
    row.save(update_fields=["state", "why", "file", "done", "total"])
    return row


def _mark(row: LedgerExport, actor: Actor, at: datetime) -> Mark:
    """The line of the table as a whole, to which the code on it leads. Made anew, the table keeps its line."""
    unit = actor.desk.unit_name if actor.desk else ""
    with scope("analytics"):
        line, _new = Reading.objects.get_or_create(
            subject=f"ledger:{row.pk}", person=actor.person_id, purpose=EXPORTED,
            defaults={"name": actor.name, "unit": unit, "what": "总表", "at": at},
        )  # fmt: skip
    return Mark(actor.name, unit, line.at, code_of(line.pk))


def _leave_lines(of: Scope, actor: Actor, at: datetime) -> None:
    """A table with somebody's matter in it is a reading of the matter: the person concerned sees the line."""
    unit = actor.desk.unit_name if actor.desk else ""
    with scope("analytics"):
        ids = of.cases().values_list("pk", flat=True).iterator(LINES)
        while some := list(islice(ids, LINES)):
            Reading.objects.bulk_create(
                Reading(
                    subject=f"case:{pk}", person=actor.person_id, name=actor.name, unit=unit, purpose=EXPORTED,
                    what="总表里的一行，姓名遮着", at=at,
                )
                for pk in some
            )  # fmt: skip


class _Telling:
    """Progress kept in the row, twice a second at most."""

    def __init__(self, row: LedgerExport):
        self.row, self.told = row, 0.0

    def __call__(self, done: int, total: int = 0, /) -> None:
        self.row.done, self.row.total = done, total
        if time.monotonic() - self.told > _TELL_SECONDS:
            self.told = time.monotonic()
            self.row.save(update_fields=["done", "total"])


def sweep(at: datetime) -> int:
    """Take away files that are past their days. Returns how many."""
    old = LedgerExport.objects.filter(asked_at__lt=at - KEEP, state=LedgerExport.State.READY)
    for row in old:
        (folder() / row.file).unlink(missing_ok=True)
        _leave(row, LedgerExport.State.GONE)
    return len(old)
