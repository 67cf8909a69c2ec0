"""Taking a file in, row by row, so that a kill at any moment loses nothing acknowledged and doubles nothing.

Rows go in chunks. Each chunk is one transaction that writes the intakes, the bad rows, the notices and the batch's mark
(`done`, how many rows are behind us). After a kill the mark is exact, and the same file goes on behind it; a row that
is met twice all the same is recognised by its once-key (profile and the source's own number).
"""

import hashlib
import os
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from jiefen.channels.ledger.county import areas_for, home_area, profile_named
from jiefen.channels.ledger.fitted import BadField, Fitted, Mapped
from jiefen.channels.ledger.profile import Profile
from jiefen.channels.ledger.replied import answer_rows
from jiefen.channels.ledger.report import Report, report_of
from jiefen.channels.ledger.sorter import Sorters
from jiefen.channels.models import ImportBatch, RowError
from jiefen.channels.reading import BadRow, Row, Table, open_table
from jiefen.intake.actions import OtherContent, Receipt, Sorted, ids_of, receive_many
from jiefen.intake.drafts import BadDraft
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import now
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.models import Person
from jiefen.places.models import Area
from jiefen.triage import setup
from jiefen.triage.actions import VAULT, Ready, alarm, duty_people, sort_draft
from jiefen.triage.finding.index import later
from jiefen.triage.rules import URGENT

CHUNK = 500
ANSWERED_CHUNK = 20  # an answered order is eight verbs, not one row
AHEAD = 3  # chunks whose suggestions are being worked out while one is written
FRESH = timedelta(days=1)
"""A mark of danger on what arrived within this long rings for each intake. Older ones, handed in with a file, ring once
for a centre and file: hundreds of bells at once are heard as none."""
WORTH_HELPERS = 300_000  # bytes; for less, starting helper processes takes longer than the work


class ImportRefused(ValueError):
    """The import cannot begin or go on; nothing of the chunk in hand was written. The message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row on its way: mapped, or bad (column, reason)."""

    line: int
    mapped: Mapped | None = None
    column: str = ""
    reason: str = ""


def sha256_of(path: Path) -> bytes:
    """The hash of a file's content, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while piece := raw.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def import_file(
    path: Path, profile: str, *, home: str = "", dry_run: bool = False, resume: bool = False, by: Person | None = None,
    progress: Progress = silent, at: datetime | None = None, helpers: int | None = None, batch: int | None = None,
    name: str = "", chunk: int = 0, fork: bool = False,
) -> Report:  # fmt: skip
    """Take a file in, or go on with it where it stopped. `home` is the area (code or name) whose centre takes it in when
    a row names no place. `fork` lets helper processes be copies of this one (a command with nothing beside it, on Linux);
    otherwise they are started anew. `dry_run` checks every row and writes nothing. `batch` is one made by `begin` for this file.

    Raises Unreadable, BadProfile, ImportRefused (somebody else is at it; undone meanwhile; `resume` with nothing to
    resume). Bad rows are no exception: they are in the report.
    """
    moment = at or now()
    mapping = profile_named(profile)
    area = home_area(home, moment)
    areas, lost = areas_for(mapping, moment)
    table = open_table(path)
    fitted = Fitted(mapping, table.choose(mapping.wanted), areas, at=moment, loose=table.kind == "jsonl")
    notes = [table.note] if table.note else []
    if lost:
        notes.append(_("这些地点词在本县没有对应的乡镇，按收件地算：%(words)s") % {"words": "、".join(lost)})
    if helpers is None:
        helpers = (os.cpu_count() or 1) if path.stat().st_size >= WORTH_HELPERS else 0
    began = time.monotonic()
    with Sorters(setup.tables(moment), setup.gazetteer(moment), helpers=helpers, fork=fork) as sorters:
        run = _Run(table, fitted, mapping, area, moment, sorters, progress)
        if dry_run:
            report = run.rehearse()
        else:
            started = (
                ImportBatch.objects.get(pk=batch)
                if batch
                else begin(path, mapping, area, name=name, by=by, at=moment, resume=resume)
            )
            with _alone(started.pk):
                run.carry_out(started, chunk or (ANSWERED_CHUNK if mapping.answered else CHUNK))
            with scope("import"):
                report = report_of(ImportBatch.objects.get(pk=started.pk), known_ids=run.known)
    report.notes = notes + report.notes
    report.seconds, report.seen = time.monotonic() - began, run.seen
    return report


def begin(
    path: Path, profile: Profile, home: Area, *, name: str = "", by: Person | None, at: datetime, resume: bool = False
) -> ImportBatch:
    """The batch of this file: the unfinished one, to go on with, or a new one."""
    digest = sha256_of(path)
    with transaction.atomic():
        one_at_a_time("import", digest)
        held = ImportBatch.objects.select_for_update().filter(
            sha256=digest, profile=profile.name, home=home, state__in=("running", "stopped")
        )
        found = held.first()
        if found is None and resume:
            raise ImportRefused(_("这个文件没有中断的导入可接着做。去掉 --resume 就从头导入。"))
        if found is None:
            return ImportBatch.objects.create(
                file_name=(name or path.name)[-120:], sha256=digest, profile=profile.name, home=home, by=by,
                started_at=at, moved_at=at,
            )  # fmt: skip
        found.state, found.why, found.moved_at = ImportBatch.State.RUNNING, "", at
        found.save(update_fields=["state", "why", "moved_at"])
        return found


@contextmanager
def _alone(batch: int) -> Iterator[None]:
    """Only one process at a batch. The server frees the lock when the process is killed."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, batch])
            if not cursor.fetchone()[0]:
                raise ImportRefused(_("这个文件正由另一个进程导入，请等它做完。"))
            try:
                yield
            finally:
                if not own.connection.closed:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, batch])
    finally:
        own.close()


_LOCK = 0x1EDE  # one space of advisory locks, for imports


class _Run:
    """One going-through of a file."""

    def __init__(
        self, table: Table, fitted: Fitted, profile: Profile, home: Area, at: datetime, sorters: Sorters,
        progress: Progress,
    ):  # fmt: skip
        self.table, self.fitted, self.profile, self.home, self.at = table, fitted, profile, home, at
        self.sorters, self.progress = sorters, progress
        self.known: list[int] = []  # intakes met again in this run
        self.told: set[tuple[int, bool]] = set()  # centres that have had the one notice for this file
        self.seen = 0

    def _item(self, row: Row | BadRow) -> Item:
        if isinstance(row, BadRow):
            return Item(row.line, None, row.column, row.reason)
        try:
            return Item(row.line, self.fitted.draft(row))
        except BadField as bad:
            return Item(row.line, None, bad.column, str(bad))

    def ahead(self, skip: int, size: int) -> Iterator[tuple[list[Item], list[Sorted | BadDraft | None]]]:
        """Chunks with where each row belongs, the suggestions of later ones being worked out meanwhile."""
        rows = islice(self.table.rows(), skip, None)
        waiting: deque[tuple[list[Item], Any]] = deque()
        while True:
            while len(waiting) < AHEAD and (read := list(islice(rows, size))):
                part = [self._item(row) for row in read]
                asks = [
                    (
                        m.draft.text, m.draft.subject, m.draft.area_code or self.home.code, m.draft.people,
                        setup.day_of(m.draft.received_at or self.at),  # its own day, not the day it was read in
                        m.draft.name,
                    )
                    for i in part if (m := i.mapped)
                ]  # fmt: skip
                waiting.append((part, self.sorters.ask(asks)))
            if not waiting:
                return
            part, begun = waiting.popleft()
            answers = iter(self.sorters.collect(begun))
            yield part, [self._sort(i, Ready(*next(answers))) if i.mapped else None for i in part]

    def _sort(self, item: Item, ready: Ready) -> Sorted | BadDraft:
        assert item.mapped
        if (
            item.mapped.replied_at is not None
        ):  # it was answered in public before it came to us: there is nothing to seal
            ready = replace(ready, sealed=False)
        try:
            return sort_draft(item.mapped.draft, home=self.home, at=self.at, ready=ready)
        except BadDraft as bad:
            return bad

    def rehearse(self) -> Report:
        """Every check, nothing written."""
        counts: Counter[str] = Counter()
        errors: list[tuple[int, str, str]] = []
        words: Counter[str] = Counter()
        keys: dict[str, bytes] = {}
        good = 0
        for part, placed in self.ahead(0, CHUNK):
            for item, where in zip(part, placed, strict=True):
                problems = where.problems if isinstance(where, BadDraft) else {}
                if item.mapped and not problems:
                    problems = item.mapped.draft.problems()
                    problems |= self._met(item.mapped, keys)
                if item.mapped is None:
                    errors.append((item.line, item.column, item.reason))
                elif problems:
                    errors += [(item.line, self._column(f), why) for f, why in problems.items()]
                elif isinstance(where, Sorted):
                    good += 1
                    words[hashlib.sha256("".join(item.mapped.draft.text.split()).encode()).hexdigest()] += 1
                    counts.update(_told(where))
            self.seen += len(part)
            self.progress(self.seen, self.table.total(self.seen))
        twins = sum(n > 1 for n in words.values())
        bad = self.seen - good
        return Report(None, self.seen, good, 0, bad, twins, dict(counts), errors)

    def _met(self, mapped: Mapped, keys: dict[str, bytes]) -> dict[str, str]:
        """The same number twice in one file with other words is found in a rehearsal too."""
        digest = mapped.draft.digest()
        if keys.setdefault(mapped.draft.once_key, digest) != digest:
            return {"once_key": _("这个编号在文件里出现了两次，内容不同。")}
        return {}

    def carry_out(self, batch: ImportBatch, size: int) -> None:
        done = batch.done
        self._remember(done, size)
        try:
            for part, placed in self.ahead(done, size):
                done = self._write(batch.pk, done, part, placed)
                self.seen += len(part)
                self.progress(done, self.table.total(done))
        except ImportRefused:
            raise
        except Exception as broken:
            _stop(batch.pk, type(broken).__name__)
            raise
        with transaction.atomic():
            row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if row.state == ImportBatch.State.RUNNING:
                row.state, row.finished_at, row.rows = ImportBatch.State.DONE, now(), row.done
                row.save(update_fields=["state", "finished_at", "rows"])

    def _remember(self, done: int, size: int) -> None:
        """What the runs before this one met again, read from the rows behind the mark: the report speaks of the whole file."""
        rows = islice(self.table.rows(), done)
        while part := list(islice(rows, size)):
            with scope("import"):
                self.known += ids_of([i.mapped.draft for i in map(self._item, part) if i.mapped])

    def _write(self, pk: int, done: int, part: list[Item], placed: list[Sorted | BadDraft | None]) -> int:
        """One chunk, whole or not at all. Returns the new mark."""
        with transaction.atomic(), scope("import"):
            batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=pk)
            if batch.state != ImportBatch.State.RUNNING or batch.done != done:
                raise ImportRefused(_("这批导入已被撤销，或由另一个进程接着做了。这里停下。"))
            good = [(i, s) for i, s in zip(part, placed, strict=True) if isinstance(s, Sorted)]
            if self.profile.answered:
                answers = answer_rows(
                    [(i.mapped, s) for i, s in good if i.mapped], self.profile.answered, batch, self.at
                )
            else:
                answers = list(receive_many([s for _, s in good], by=None, at=self.at, batch=pk))
            errors = [RowError(batch=batch, line=i.line, column=i.column[:60], reason=i.reason[:200])
                      for i in part if i.mapped is None]  # fmt: skip
            refused = [(i, s) for i, s in zip(part, placed, strict=True) if isinstance(s, BadDraft)]
            refused += [(i, a) for (i, _s), a in zip(good, answers, strict=True) if isinstance(a, BadDraft)]
            for item, bad in refused:
                errors += [
                    RowError(batch=batch, line=item.line, column=self._column(f)[:60], reason=why[:200])
                    for f, why in bad.problems.items()
                ]
            fresh, counts = [], Counter(batch.counts)
            for (item, where), got in zip(good, answers, strict=True):
                if isinstance(got, OtherContent):
                    errors.append(
                        RowError(batch=batch, line=item.line, column=self._column("once_key"), reason=str(got)[:200])
                    )
                elif isinstance(got, Receipt) and got.created:
                    fresh.append((where, got))
                    counts.update(_told(where))
                elif isinstance(got, Receipt):
                    self.known.append(got.intake_id)
                    batch.known += 1
            if self.profile.answered:
                counts["answered"] += len(fresh)
            else:
                later([got.intake_id for _where, got in fresh])
                self._ring(fresh, batch)
            RowError.objects.bulk_create(errors, ignore_conflicts=True)
            batch.created += len(fresh)
            batch.bad += len({e.line for e in errors})
            batch.done += len(part)
            batch.counts, batch.moved_at = dict(counts), now()
            batch.save(update_fields=["created", "known", "bad", "done", "counts", "moved_at"])
            return batch.done

    def _ring(self, fresh: list[tuple[Sorted, Receipt]], batch: ImportBatch) -> None:
        """Tell the duty people: of what arrived just now one by one, of older things once for a centre and a file."""
        for where, receipt in fresh:
            if not URGENT.intersection(where.flags):
                continue
            arrived = where.draft.received_at or self.at
            group = (where.place.centre_id, where.place.stratum == VAULT)
            if self.at - arrived <= FRESH:
                alarm(receipt.intake_id, where, self.at)
            elif group not in self.told:
                self.told.add(group)
                tell(duty_people(where.place, self.at), Notice.Kind.HARM, at=self.at, code=digest_code(batch.pk))

    def _column(self, name: str) -> str:
        return self.fitted.column(name)


def digest_code(batch: int) -> str:
    """The code of the one notice that stands for all older urgent intakes of a file."""
    return f"import:{batch}"


def _told(where: Sorted) -> list[str]:
    """What a row adds to the batch's counts. The vault is counted apart and not to a centre."""
    vault = where.place.stratum == VAULT
    names = ["vault" if vault else f"centre {where.place.centre_id}"]
    return [*names, "urgent"] if URGENT.intersection(where.flags) else names


def _stop(pk: int, why: str) -> None:
    try:
        ImportBatch.objects.filter(pk=pk, state="running").update(state="stopped", why=why[:200])
    except Exception:
        connection.close()  # the database is gone: the mark stands as it was, and the next run goes on from it
