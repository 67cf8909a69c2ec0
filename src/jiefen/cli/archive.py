"""The backup file: one tar with the database, the files folder, the models learnt and a manifest of sha256s. Not a verb.

Layout: `database.dump` (pg_dump, custom format), `files/…`, `models/…` where any were learnt, `keys/master.key` only when asked for, and at the end
`manifest.json`. Whoever holds a backup without the key holds sealed content they cannot read.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jiefen.cli.leaving import FOUND, Leave
from jiefen.kernel.progress import Progress

FORMAT = 1
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What a backup says of itself. `migrations`: every (app, name) applied; `members`: name → size, sha256."""

    format: int
    version: str
    made_at: str
    postgres: str
    migrations: list[list[str]]
    with_key: bool
    members: dict[str, dict[str, Any]] = field(default_factory=dict)


class Writer:
    """Writes members one after another and keeps their sums. Use as a context; nothing is left when it fails."""

    def __init__(self, target: Path, progress: Progress, total: int):
        self.target, self.part = target, target.with_name(target.name + ".part")
        self.progress, self.total, self.done = progress, total, 0
        self.members: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> "Writer":
        handle = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.file = os.fdopen(handle, "wb")
        self.tar = tarfile.open(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def add(self, name: str, source: Path) -> None:
        """Add a file as it is at this moment; a file that vanished meanwhile is an error, not a gap."""
        found = tarfile.TarInfo(name)
        found.size, found.mtime, found.mode = source.stat().st_size, int(source.stat().st_mtime), 0o600
        with source.open("rb") as handle:
            summing = _Summing(handle, self)
            self.tar.addfile(found, summing)  # type: ignore[arg-type]
        self.members[name] = {"size": found.size, "sha256": summing.sum.hexdigest()}

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and put the file in its place, on the disk for certain."""
        manifest.members = self.members
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        found = tarfile.TarInfo("manifest.json")
        found.size, found.mode = len(text), 0o600
        self.tar.addfile(found, io.BytesIO(text))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.part.replace(self.target)

    def __exit__(self, kind: object, *_: object) -> None:
        if not self.file.closed:
            self.file.close()
        self.part.unlink(missing_ok=True)


class _Summing:
    """A reader that sums what passes and tells how far it has come."""

    def __init__(self, handle: Any, writer: Writer):
        self.handle, self.writer, self.sum = handle, writer, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block: bytes = self.handle.read(size)
        self.sum.update(block)
        self.writer.done += len(block)
        self.writer.progress(self.writer.done // CHUNK, self.writer.total // CHUNK)
        return block


def unpack(source: Path, folder: Path, progress: Progress) -> Manifest:
    """Take a backup apart into a folder and compare every sum. Leaves with 1 at anything that is not as written."""
    total, done = source.stat().st_size, 0
    seen: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member in tar:
                if not member.isfile() or member.name.startswith("/") or ".." in Path(member.name).parts:
                    raise Leave(f"备份里有不该有的内容：{member.name}", FOUND)
                reader = tar.extractfile(member)
                assert reader is not None
                if member.name == "manifest.json":
                    manifest = Manifest(**json.loads(reader.read()))
                    continue
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                total_sum = hashlib.sha256()
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    for block in _blocks(reader):
                        out.write(block)
                        total_sum.update(block)
                        done += len(block)
                        progress(done // CHUNK, total // CHUNK)
                seen[member.name] = {"size": member.size, "sha256": total_sum.hexdigest()}
    except (tarfile.TarError, ValueError, TypeError, EOFError) as error:
        raise Leave(f"{source.name}不是完整的备份：{error}", FOUND) from error
    if manifest is None or manifest.format != FORMAT:
        raise Leave(f"{source.name}不是这个程序认得的备份", FOUND)
    wrong = sorted(
        name for name in seen.keys() | manifest.members.keys() if seen.get(name) != manifest.members.get(name)
    )
    if wrong:
        raise Leave(f"备份与它自己的清单不符，共{len(wrong)}处，第一处：{wrong[0]}", FOUND)
    return manifest


def _blocks(reader: Any) -> Iterator[bytes]:
    while block := reader.read(CHUNK):
        yield block
