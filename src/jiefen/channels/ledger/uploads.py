"""A file that somebody uploaded: kept sealed until its import is done, looked into for the preview, then thrown away."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiefen.channels.jobs import import_batch
from jiefen.channels.ledger.actions import ImportRefused, import_file, sha256_of
from jiefen.channels.ledger.county import areas_for, profile_named
from jiefen.channels.ledger.fitted import BadField, Fitted
from jiefen.channels.ledger.profile import BadProfile
from jiefen.channels.models import ImportBatch
from jiefen.channels.reading import BadRow, Unreadable, open_table
from jiefen.intake.actions import subject_of
from jiefen.kernel.clock import now
from jiefen.kernel.masking import mask_name, mask_phone
from jiefen.kernel.seal import new_key, open_key
from jiefen.people.actor import Actor
from jiefen.places.models import Area

LARGEST = 60_000_000  # bytes; a larger ledger goes in by the command line
SHOWN, LOOKED = 12, 500
"""Rows shown as they would be taken in, and rows looked through for faults before anything is written."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the preview, masked."""

    line: int
    subject: str
    name: str
    phone: str
    received_at: datetime | None
    area: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first rows would become, and what is wrong with them."""

    rows: list[Shown]
    errors: list[tuple[int, str, str]]
    looked: int
    columns: list[tuple[str, str]]  # field, its column in the file
    note: str


def keep_upload(file: UploadedFile, profile: str, *, actor: Actor, at: datetime) -> ImportBatch:
    """Keep an uploaded ledger, sealed, as a batch that has not begun. Raises Unreadable, BadProfile when it cannot be
    read with this profile at all."""
    if (file.size or 0) > LARGEST:
        raise Unreadable(_("文件超过60兆。请分成几个文件，或由管理员用命令行导入。"))
    desk = actor.desk
    home = Area.objects.get(pk=desk.area_id) if desk else None
    if home is None:
        raise Unreadable(_("您现在没有任职，不能导入。"))
    with _bare(file.chunks()) as bare:
        _look(bare, profile, at)
        key = new_key()
        path = _folder() / secrets.token_hex(16)
        path.write_bytes(key.seal_bytes(bare.read_bytes(), field="upload"))
        return ImportBatch.objects.create(
            file_name=Path(file.name or "").name[-120:] or _("台账"), sha256=sha256_of(bare), profile=profile, home=home,
            state=ImportBatch.State.WAITING, by_id=actor.person_id, path=path.name, key_id=key.id, started_at=at,
            moved_at=at,
        )  # fmt: skip


def preview(batch: ImportBatch, at: datetime) -> Preview:
    """The first rows as they would be taken in. Raises Unreadable when the upload is gone, BadProfile."""
    with opened(batch) as bare:
        return _look(bare, batch.profile, at)


def _look(bare: Path, name: str, at: datetime) -> Preview:
    profile = profile_named(name)
    table = open_table(bare)
    areas, _lost = areas_for(profile, at)
    fitted = Fitted(profile, table.choose(profile.wanted), areas, at=at, loose=table.kind == "jsonl")
    names = {code: word for word, code in areas.items() if word != code}
    rows: list[Shown] = []
    errors: list[tuple[int, str, str]] = []
    looked = 0
    for row in islice(table.rows(), LOOKED):
        looked += 1
        if isinstance(row, BadRow):
            errors.append((row.line, row.column, row.reason))
            continue
        try:
            draft = fitted.draft(row).draft
        except BadField as bad:
            errors.append((row.line, bad.column, str(bad)))
            continue
        errors += [(row.line, fitted.column(f), why) for f, why in draft.problems().items()]
        if len(rows) < SHOWN:
            area = names.get(draft.area_code, draft.area_code)
            rows.append(
                Shown(
                    row.line, subject_of(draft), mask_name(draft.name), mask_phone(draft.phone), draft.received_at, area
                )
            )
    return Preview(rows, errors, looked, [(f, c) for f, c in fitted.used.items() if c], table.note)


def start(batch: ImportBatch, *, at: datetime) -> None:
    """Begin the import as a job, or go on with one that stopped. Raises ImportRefused."""
    try:
        with transaction.atomic():
            row = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            if row.state not in (ImportBatch.State.WAITING, ImportBatch.State.STOPPED):
                raise ImportRefused(_("这批已经开始，或已经结束。"))
            row.state, row.why, row.moved_at = ImportBatch.State.RUNNING, "", at
            row.save(update_fields=["state", "why", "moved_at"])
            import_batch.defer(batch=row.pk)
    except IntegrityError:
        raise ImportRefused(_("同一个文件有一批还没有导完，请先接着做那一批，或撤销它。")) from None


def carry_out(batch: int) -> None:
    """The job: from the mark to the end. What a person must mend is written on the batch; what is broken is raised."""
    row = ImportBatch.objects.select_related("home").get(pk=batch)
    if row.state != ImportBatch.State.RUNNING:
        return
    try:
        with opened(row) as bare:
            import_file(bare, row.profile, home=row.home.code, batch=row.pk, at=now())
    except (Unreadable, BadProfile, ImportRefused) as no:
        ImportBatch.objects.filter(pk=batch, state="running").update(state="stopped", why=str(no)[:200])
        return
    throw_away(row)


def throw_away(batch: ImportBatch) -> None:
    """The upload is needed no more: the rows are in, or will not be."""
    if batch.path:
        (_folder() / batch.path).unlink(missing_ok=True)
        ImportBatch.objects.filter(pk=batch.pk).update(path="")


@contextmanager
def opened(batch: ImportBatch) -> Iterator[Path]:
    """The uploaded file in the clear for as long as it is read, readable by this process's user alone."""
    path = _folder() / batch.path if batch.path else None
    if path is None or not path.exists() or batch.key_id is None:
        raise Unreadable(_("上传的文件已不在，请重新上传。"))
    data = open_key(batch.key_id).open_bytes(path.read_bytes(), field="upload")
    with _bare([data]) as bare:
        yield bare


@contextmanager
def _bare(pieces: "Iterator[bytes] | list[bytes]") -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix="jiefen-import-")
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in pieces:
                out.write(piece)
        yield Path(name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _folder() -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
