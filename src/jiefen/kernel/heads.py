"""The last hash of every chain, noted outside the database each day and signed.

Whoever holds the database and the master key can write a chain anew so that it verifies by itself, or take a matter out
whole. They cannot make it agree with what was noted before, on another machine. So each day leaves two files:

`2026-11-22.heads.gz`  the lines «number, steps, hash» of the chains that are new or longer than the day before;
`2026-11-22.json`      how many matters there are, the sum of that file, the sum over all lines of all chains in order of
                       number (`root`), the sum of the day before's file (`previous`), and the signature over all of it.

What has a chain beside the matters' own stands among the lines under `~` and its random id, and is not counted: a line says
that there is a chain and how it ends, not whose it is. Files from before there were any read the same.

`all.heads` is the fold of all days, kept so that a day costs one walk; it is trusted only where its sum is the `root`.

Signed with Ed25519 and not with a keyed hash: the note is made to be given away (another machine, the county's archive), and
whoever keeps it must be able to check it without the secret that would let them write one. The signing key is derived
from the first version of the master key: it lies where that lies, is exported and restored with it, and outlives a
rotation. A sorted list and not a tree of hashes: nobody proves one matter to a stranger here, and a list names what is missing.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jiefen.kernel.seal import derived

FORMAT = 1
FOLD = "all.heads"
BESIDE = "~"
"""What the name of a chain begins with that is not a matter's; no matter's number does."""


class Head(NamedTuple):
    """One chain as it ends: the matter's number, its steps, the hash of the last."""

    number: str
    steps: int
    hash: bytes

    @property
    def beside(self) -> bool:
        """Whether it is a chain beside the matters' own."""
        return self.number.startswith(BESIDE)

    def line(self) -> bytes:
        return f"{self.number}\t{self.steps}\t{self.hash.hex()}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """What one day's file says. Sums and keys in hex; `previous` is empty in the first."""

    format: int
    day: str
    made_at: str
    cases: int
    changed: int
    lines: str
    root: str
    previous: str
    public_key: str
    signature: str = ""

    def signed(self) -> bytes:
        """The bytes that the signature covers."""
        said = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """A note that is not as it was made. `day` as in its name, or empty."""

    day: str
    says: str


class Gone(RuntimeError):
    """Chains noted before are not as noted; the day was not noted over them. `faults` names them."""

    def __init__(self, faults: list[str]):
        super().__init__("；".join(faults[:3]))
        self.faults = faults


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived("heads"))


def public_key() -> str:
    """The key by which anybody can check a note, in hex. Not a secret: give it to whoever keeps the copies."""
    return _private().public_key().public_bytes_raw().hex()


def read_line(line: bytes) -> Head:
    """A line as a head. Raises ValueError for one that is none."""
    number, steps, hash_ = line.decode().rstrip("\n").split("\t")
    return Head(number, int(steps), bytes.fromhex(hash_))


def note(
    folder: Path, heads: Iterable[Head], *, day: date, at: datetime, broken: Callable[[list[Head]], list[str]],
    copy: Path | None = None,
) -> Note | None:  # fmt: skip
    """Note the chains of a day; None where the day is noted already. `heads` must come in order of the number's bytes.

    `broken` is asked about the lines noted before whose chain ends otherwise now, or is missing, in lists: it says which of
    them the database no longer holds. Then nothing is written and Gone is raised: a note never covers up what it should
    show. `copy` is a folder on another machine; it gets the same files, and all that it lacks.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / f"{day}.json").exists():
        _copy(folder, copy)
        return None
    before = notes(folder)
    fold = _trusted_fold(folder)
    fresh, delta = folder / f".{FOLD}.new", folder / f".{day}.heads"
    root, lines = hashlib.sha256(), hashlib.sha256()
    total = changed = 0
    doubtful: list[Head] = []
    faults: list[str] = []
    with fresh.open("wb") as whole, delta.open("wb") as part:
        for old, new in _side_by_side(fold, heads):
            if old is not None and old != new:
                doubtful.append(old)
                if len(doubtful) >= 2000:
                    faults += broken(doubtful)
                    doubtful.clear()
            kept = new or old
            assert kept is not None
            line = kept.line()
            whole.write(line)
            root.update(line)
            total += not kept.beside
            if new is not None and new != old:
                part.write(line)
                lines.update(line)
                changed += not new.beside
        if doubtful:
            faults += broken(doubtful)
        for out in (whole, part):
            out.flush()
            os.fsync(out.fileno())
    if faults:
        fresh.unlink()
        delta.unlink()
        raise Gone(faults)
    last = _sum_of(folder / f"{before[-1].day}.json") if before else ""
    made = Note(
        FORMAT, str(day), at.isoformat(), total, changed, lines.hexdigest(), root.hexdigest(), last, public_key()
    )
    made = Note(**{**asdict(made), "signature": _private().sign(made.signed()).hex()})
    with (
        delta.open("rb") as plain,
        _written(folder / f"{day}.heads.gz") as packing,
        gzip.GzipFile(filename="", fileobj=packing, mode="wb", mtime=0) as packed,
    ):
        while block := plain.read(1 << 20):
            packed.write(block)
    delta.unlink()
    os.replace(fresh, folder / FOLD)
    with _written(folder / f"{day}.json") as last_out:  # with it the day is noted
        last_out.write(json.dumps(asdict(made), ensure_ascii=False, indent=1).encode())
    _copy(folder, copy)
    return made


class _written:
    """A file put in its place in one go, on the disk for certain."""

    def __init__(self, path: Path):
        self.path, self.part = path, path.with_name(f".{path.name}.part")

    def __enter__(self) -> IO[bytes]:
        self.file = self.part.open("wb")
        return self.file

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.file.flush()
            os.fsync(self.file.fileno())
        self.file.close()
        if kind is None:
            os.replace(self.part, self.path)
        else:
            self.part.unlink(missing_ok=True)


def _copy(folder: Path, copy: Path | None) -> None:
    """Bring the other folder what it lacks. What it has is never written over: it is there to be compared with."""
    if copy is None:
        return
    copy.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("????-??-??.*")):
        if not (copy / path.name).exists():
            with _written(copy / path.name) as out:
                out.write(path.read_bytes())


def _side_by_side(old: Iterator[Head], new: Iterable[Head]) -> Iterator[tuple[Head | None, Head | None]]:
    """Two lists in order of number as one: (what was noted, what there is)."""
    fresh = iter(new)
    a, b = next(old, None), next(fresh, None)
    while a is not None or b is not None:
        first = -1 if b is None else 1 if a is None else _order(a, b)
        yield (a if first <= 0 else None, b if first >= 0 else None)
        a = next(old, None) if first <= 0 else a
        b = next(fresh, None) if first >= 0 else b


def _order(a: Head, b: Head) -> int:
    x, y = a.number.encode(), b.number.encode()
    return (x > y) - (x < y)


def _sum_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def notes(folder: Path) -> list[Note]:
    """Every day's note that can be read, oldest first; whether they are true is asked of `check`."""
    found = []
    for path in sorted(folder.glob("????-??-??.json")):
        try:
            found.append(Note(**json.loads(path.read_text("utf-8"))))
        except (ValueError, TypeError):
            continue
    return found


def check(folder: Path, *, key: str | None = None, copy: Path | None = None) -> list[Fault]:
    """What is wrong with the notes: signatures, the row of days, their lists, and the copy beside them.

    `key` is the public key of the house in hex; without it the one derived from the master key. Writes nothing."""
    trusted = key or public_key()
    faults: list[Fault] = []
    previous = ""
    for path in sorted(folder.glob("????-??-??.json")):
        day = path.stem
        try:
            said = Note(**json.loads(path.read_text("utf-8")))
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(trusted)).verify(
                bytes.fromhex(said.signature), said.signed()
            )
        except (ValueError, TypeError, InvalidSignature):
            faults.append(Fault(day, "这一天的链首记录被改过，或不是本机构签的"))
            previous = _sum_of(path)
            continue
        if said.day != day or said.previous != previous:
            faults.append(Fault(day, "与前一天的链首记录接不上：前一天的被换过、删过，或这一天的被挪过"))
        if _lines_sum(folder / f"{day}.heads.gz") != said.lines:
            faults.append(Fault(day, "这一天的名单不见了或被改过"))
        previous = _sum_of(path)
    return faults + (_compare(folder, copy) if copy is not None else [])


def _compare(folder: Path, copy: Path) -> list[Fault]:
    here = {path.name: path for path in folder.glob("????-??-??.*")}
    there = {path.name: path for path in copy.glob("????-??-??.*")} if copy.is_dir() else {}
    faults = [Fault(name[:10], f"只在另一处有：{name}") for name in sorted(there.keys() - here.keys())]
    faults += [Fault(name[:10], f"另一处没有：{name}") for name in sorted(here.keys() - there.keys())]
    both = sorted(here.keys() & there.keys())
    faults += [Fault(n[:10], f"两处的不一样：{n}") for n in both if _sum_of(here[n]) != _sum_of(there[n])]
    return faults


def _lines_sum(path: Path) -> str:
    total = hashlib.sha256()
    try:
        with gzip.open(path, "rb") as lines:
            while block := lines.read(1 << 20):
                total.update(block)
    except (OSError, EOFError):
        return ""
    return total.hexdigest()


def _trusted_fold(folder: Path) -> Iterator[Head]:
    """All heads noted so far, in order of number: from the fold where it is the last note's, else worked out anew."""
    known = notes(folder)
    if not known:
        return
    path = folder / FOLD
    if path.exists() and _sum_of(path) == known[-1].root:
        with path.open("rb") as lines:
            for line in lines:
                yield read_line(line)
        return
    folded: dict[str, Head] = {}
    for one in known:
        try:
            with gzip.open(folder / f"{one.day}.heads.gz", "rb") as lines:
                folded.update((head.number, head) for head in map(read_line, lines))
        except (OSError, EOFError, ValueError):
            continue  # said by `check`; what other days hold is still compared
    yield from sorted(folded.values(), key=lambda head: head.number.encode())


def noted(folder: Path) -> Iterator[Head]:
    """Every chain as it was last noted, in order of number."""
    yield from _trusted_fold(folder)


def as_pairs(heads: Iterable[Head]) -> dict[str, tuple[int, bytes]]:
    """Heads as `cases.integrity.verify` takes them."""
    return {head.number: (head.steps, head.hash) for head in heads}


def batches(heads: Iterable[Head], size: int = 5000) -> Iterator[list[Head]]:
    """Lists of so many at most."""
    kept: list[Any] = []
    for head in heads:
        kept.append(head)
        if len(kept) >= size:
            yield kept
            kept = []
    if kept:
        yield kept
