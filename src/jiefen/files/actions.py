"""Keeping what somebody gave: checked, sealed, hashed at receipt, written before it is acknowledged."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

import magic
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.files.models import StoredFile
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_key

MOST_BYTES = 20 * 1024 * 1024
KINDS = {
    "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/gif": (".gif",), "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"), "application/pdf": (".pdf",), "audio/mpeg": (".mp3",), "audio/mp4": (".m4a", ".mp4"),
    "audio/x-m4a": (".m4a",), "video/mp4": (".mp4",), "audio/x-wav": (".wav",), "audio/amr": (".amr",), "text/plain": (".txt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",), "text/csv": (".csv",),
}  # fmt: skip
"""What may be kept, by its content, with the endings that agree with it."""


class BadFile(ValueError):
    """The file cannot be kept; the message says why and what to do."""


def check(data: bytes, name: str) -> str:
    """What the file is by its content. Raises BadFile when it is empty, too large, of no kind we keep, or not what its
    name says."""
    if not data:
        raise BadFile(_("文件是空的，请重新选择。"))
    if len(data) > MOST_BYTES:
        raise BadFile(_("文件超过20兆，请压缩后再传，或拷到窗口来。"))
    kind = magic.from_buffer(data[:65536], mime=True)
    ending = Path(name).suffix.lower()
    if kind not in KINDS:
        raise BadFile(_("这种文件收不了。请传照片、PDF、录音、录像、Word或Excel。"))
    if ending not in KINDS[kind] and not (kind == "text/plain" and ending == ".csv"):
        raise BadFile(
            _("文件内容和名字不符：名字以%(ending)s结尾，内容不是。请核对后再传。") % {"ending": ending or "—"}
        )
    return kind


def store(
    data: bytes, name: str, *, holder: str, key_id: int, given_by: str, at: datetime, purpose: str = "evidence",
    by_handler: bool = False, side: str = "all",
) -> StoredFile:  # fmt: skip
    """Keep one file, sealed with its matter's key. On disk before this returns. Raises BadFile."""
    kind = check(data, name)
    key = open_key(key_id)
    clean = Path(name.replace("\\", "/")).name[:120] or "文件"
    path = _write(key.seal_bytes(data, field="file"))
    with scope("worker"):
        return StoredFile.objects.create(
            holder=holder, key_id=key_id, name=key.seal(clean, field="file.name"), kind=kind, size=len(data),
            sha256=hashlib.sha256(data).digest(), path=path, given_by=given_by, received_at=at, purpose=purpose,
            by_handler=by_handler, side=side,
        )  # fmt: skip


def move(file: StoredFile, *, holder: str, key_id: int) -> StoredFile:
    """Give a file to another matter: sealed anew with its key, hash and origin as they were. The old bytes go when the
    transaction holds. Returns its new row."""
    name, data = name_of(file), read(file)
    with scope("worker"):
        made = store(
            data, name, holder=holder, key_id=key_id, given_by=file.given_by, at=file.received_at, purpose=file.purpose,
            by_handler=file.by_handler, side=file.side,
        )  # fmt: skip
        gone = Path(settings.FILES) / file.path
        file.delete()
        transaction.on_commit(lambda: gone.unlink(missing_ok=True))
        return made


def store_once(data: bytes, name: str, **kept: Any) -> StoredFile:
    """The same as `store`, but what the same person gave to the same matter for the same purpose before is that file.

    Call with the matter locked, so that of two at once the second finds the first. Raises BadFile.
    """
    check(data, name)
    named = {n: kept[n] for n in ("holder", "given_by", "purpose", "by_handler", "side") if n in kept}
    with scope("worker"):
        before = StoredFile.objects.filter(sha256=hashlib.sha256(data).digest(), **named).order_by("pk").first()
    return before if before is not None else store(data, name, **kept)


def _write(sealed: bytes) -> str:
    name = secrets.token_hex(16)
    folder = Path(settings.FILES) / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    spare = folder / f".{name}"
    with open(spare, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    os.replace(spare, folder / name)
    return f"{name[:2]}/{name}"


def read(file: StoredFile) -> bytes:
    """The content as it was given. Raises Sealed when its key is gone, BadFile when the bytes are not those received."""
    key = open_key(file.key_id)
    data = key.open_bytes((Path(settings.FILES) / file.path).read_bytes(), field="file")
    if hashlib.sha256(data).digest() != bytes(file.sha256):
        raise BadFile(_("文件与收到时不一致，已停止打开，请报告管理员。"))
    return data


def name_of(file: StoredFile) -> str:
    return open_key(file.key_id).open(file.name, field="file.name")
