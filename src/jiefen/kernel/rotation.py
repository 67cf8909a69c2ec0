"""Changing the master key while everybody goes on working. A kill at any moment loses nothing: run it again.

First the new version stands in the file, safe on the disk; only then are the matters' keys wrapped under it, some
hundred a transaction. Old versions stay in the file: indexes and older backups need them.
"""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.db import connection
from django.db.models import QuerySet

from jiefen.kernel import seal
from jiefen.kernel.models import SealKey
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope

BATCH = 500
NOTICED = 2 * seal._LOOK_AGAIN
"""Seconds after which every process on this machine has seen a change of the file."""


class Busy(RuntimeError):
    """Another rotation is at work; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """`version` now in use, whether this run added it, and how many keys this run wrapped under it."""

    version: int
    added: bool
    wrapped: int


def rotate_master(progress: Progress = silent) -> Rotated:
    """Add a master key and wrap every matter's key under it; an interrupted rotation is finished first, without adding
    another version. Raises Busy, and Sealed when a key cannot be opened with the versions in the file."""
    path = seal.master_key_path()
    with _alone(path):
        versions = seal.masters()
        newest = max(versions)
        added = not _behind(newest).exists()
        if added:
            newest += 1
            _write(path, path.read_text().rstrip("\n") + f"\n{newest} {secrets.token_hex(32)}\n")
            # A process that has not looked at the file again could not open what is wrapped under the new version.
            time.sleep(NOTICED)
            seal._looked = None
            versions = seal.masters()
        total, done = _behind(newest).count(), 0
        progress(0, total)
        while _behind(newest).exists():  # once more for those that came in under the old version meanwhile
            last = 0
            while batch := _wrap(versions, newest, after=last):
                last, done = batch[-1], done + len(batch)
                progress(done, max(done, total))
        return Rotated(newest, added, done)


def _behind(newest: int) -> QuerySet[SealKey]:
    return SealKey.objects.filter(wrapped__isnull=False).exclude(master=newest)


UPDATE = """
UPDATE kernel_sealkey SET wrapped = given.wrapped, master = %s
  FROM unnest(%s::bigint[], %s::bytea[]) AS given (id, wrapped) WHERE kernel_sealkey.id = given.id
"""


def _wrap(versions: dict[int, bytes], newest: int, *, after: int) -> list[int]:
    """One batch in a transaction of its own; returns its numbers. The rows are locked, so that a key destroyed
    meanwhile stays destroyed."""
    with scope("worker"):
        rows = _behind(newest).filter(pk__gt=after).select_for_update(no_key=True).order_by("pk")[:BATCH]
        batch = [(row.pk, aes_key_wrap(versions[newest], _opened(row, versions))) for row in rows]
        if batch:
            with connection.cursor() as cursor:
                cursor.execute(UPDATE, [newest, [pk for pk, _ in batch], [wrapped for _, wrapped in batch]])
    return [pk for pk, _ in batch]


def _opened(row: SealKey, versions: dict[int, bytes]) -> bytes:
    master = versions.get(row.master)
    if master is None:
        raise seal.Sealed(f"主密钥文件里没有第{row.master}版")
    try:
        return aes_key_unwrap(master, bytes(row.wrapped or b""))
    except InvalidUnwrap as wrong:
        raise seal.Sealed(f"第{row.master}版主密钥打不开第{row.pk}号密钥") from wrong


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two rotations at once would each write a version of the same number, and one of the two keys would be lost."""
    with open(os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        yield


def _write(path: Path, text: str) -> None:
    """Change the file in one go, on the disk for certain, still its owner's only."""
    spare, found = path.with_suffix(".new"), path.stat()
    spare.unlink(missing_ok=True)
    with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        if os.geteuid() == 0:
            os.fchown(out.fileno(), found.st_uid, found.st_gid)
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(spare, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
