"""Is everything still as it was written? Walks every chain of steps, every intake's words and every file kept.

A row's hash covers its case, its place in the chain, its content as it lies, and the row before it; nobody without the
master key can make a new one. So a row that was changed, moved, put in or taken out is found and named, and a chain
verifies also after its case's key was destroyed. What follows from the steps is compared by `rebuild`, not here.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap
from django.db import connection
from django.utils.translation import gettext as _

from jiefen.cases.chain import chain_key, digest
from jiefen.cases.models import Case
from jiefen.files.actions import BadFile, read
from jiefen.files.models import StoredFile
from jiefen.kernel.models import SealKey
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed

BATCH = 5000

_MOMENT = """to_char(s.{0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
CHAINS = f"""
SELECT c.id, c.number, c.steps, c.head, s.prev_hash, s.hash,
       s.seq, s.name, s.assignment, s.from_state, s.to_state, s.by_id, s.by_role, s.unit_id,
       {_MOMENT.format("at")}, {_MOMENT.format("recorded_at")}, s.codes::text,
       encode(sha256(s.reason), 'hex'), encode(sha256(s.facts), 'hex')
  FROM cases_case c LEFT JOIN cases_step s ON s.case_id = c.id
 ORDER BY c.id, s.seq
"""
"""Moments and sums are written out by the database, on its own processor, while we reckon the row before."""

_checks: dict[str, Callable[[Progress], Iterable["Problem"]]] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing not as it was written. `kind`: changed, moved, inserted, missing, broken, head, intake, file."""

    kind: str
    number: str
    says: str
    seq: int = 0
    name: str = ""

    def __str__(self) -> str:
        step = _(" 第%(seq)d步") % {"seq": self.seq} if self.seq else ""
        return f"{self.number}{step}{' ' if self.name else ''}{self.name}：{self.says}"


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found. Iterating gives the problems; an empty report is a good one."""

    cases: int = 0
    steps: int = 0
    files: int = 0
    passed: int = 0  # files whose matter's key was destroyed: nothing left to compare
    problems: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)


class Link(NamedTuple):
    """One row of a chain as it lies. `fields` are what its hash covers after the case's number and its place."""

    seq: int
    name: str
    prev: bytes
    hash: bytes
    fields: list[Any]


def register(name: str, check: Callable[[Progress], Iterable[Problem]]) -> None:
    """A package above says how its own records are verified (intakes verify their words)."""
    _checks[name] = check


def verify(
    progress: Progress | None = None,
    heads: Mapping[str, tuple[int, bytes]] | None = None,
    *,
    files: bool = True,
) -> Report:
    """Look at every chain, at what other packages registered, and with `files` at every file on disk.

    `heads` are (number of steps, last hash) by case number as noted outside the database on an earlier day: with them
    a chain cut off at its end is found even where the case's own counter was changed along. Writes nothing.
    """
    progress = progress or silent
    report = Report()
    with scope("worker"):
        for head, rows in _chains(report, progress):
            report.problems += inspect(*head, rows, chain_key())
        report.problems += _against(heads or {})
        for check in _checks.values():
            report.problems += check(progress)
        if files:
            _files(report, progress)
    return report


def heads_now() -> Iterator[tuple[str, int, bytes]]:
    """(number, steps, last hash) of every case: what is to be noted outside the database, every day."""
    with scope("worker"):
        for number, steps, head in Case.objects.order_by("pk").values_list("number", "steps", "head").iterator(BATCH):
            yield number, steps, bytes(head)


def against(heads: Mapping[str, tuple[int, bytes]]) -> Iterator[Problem]:
    """Compare some chains with what was noted of them outside, nothing else; (steps, last hash) by case number. Needs a
    scope that sees all rows."""
    return _against(heads)


def _chains(report: Report, progress: Progress) -> Iterator[tuple[tuple[str, int, bytes], list[Link]]]:
    """Every case with its rows, streamed in order of case and place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(steps), 0)::bigint FROM cases_case")
        total = cursor.fetchone()[0]
    for _case, rows in groupby(_rows(), key=itemgetter(0)):
        links: list[Link] = []
        for row in rows:
            said = row[1], row[2], bytes(row[3])
            prev, own, seq, name, *rest = row[4:]
            if seq is None:
                continue
            rest[8] = json.loads(rest[8])
            links.append(Link(seq, name, bytes(prev), bytes(own), [name, *rest]))
        report.cases += 1
        report.steps += len(links)
        if report.cases % 200 == 0:
            progress(report.steps, total)
        yield said, links
    progress(report.steps, total)


def _rows() -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAINS)
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def inspect(number: str, steps: int, head: bytes, rows: list[Link], key: bytes) -> list[Problem]:
    """What is wrong with one chain. Pure. `steps` and `head` are what the case itself says of its chain."""
    prev = b""
    for n, row in enumerate(rows, 1):
        if row.seq != n or row.prev != prev or digest(key, prev, [number, n, *row.fields]) != row.hash:
            return _name(number, steps, head, rows, key)
        prev = row.hash
    if len(rows) != steps or prev != head:
        return _name(number, steps, head, rows, key)
    return []


def _name(number: str, steps: int, head: bytes, rows: list[Link], key: bytes) -> list[Problem]:
    """The chain is broken: find out where each row was written, and what that makes of the others."""
    found: list[Problem] = []
    most = max([steps, len(rows), *(row.seq for row in rows)])
    written = {row.seq: _place(number, row, most, key) for row in rows}  # where it stands → where it was written
    taken = {place for place in written.values() if place}
    follows = {row.prev for row in rows}
    for row in rows:
        place = written[row.seq]

        def say(kind: str, says: str, row: Link = row) -> None:
            found.append(Problem(kind, number, says, row.seq, row.name))

        if place is None and (row.seq in taken or row.seq > steps):
            say("inserted", _("这一步是插进来的"))
        elif place is None and (row.hash in follows or row.hash == head):
            say("changed", _("内容被改过"))
            taken.add(row.seq)
        elif place is None:
            say("changed", _("内容和校验码都被改过，或整步被换掉"))
            taken.add(row.seq)
        elif place != row.seq:
            say("moved", _("原是第%(place)d步，被挪到这里") % {"place": place})
    known = {written[row.seq]: row.hash for row in rows if written[row.seq]}
    for row in rows:
        place = written[row.seq]
        if place and place > 1 and place - 1 in known and known[place - 1] != row.prev:
            says = _("与上一步接不上：写下它时，上一步是另一个样子")
            found.append(Problem("broken", number, says, row.seq, row.name))
    due = max([steps, *taken])
    found += [
        Problem("missing", number, _("这一步缺了，应有%(steps)d步") % {"steps": due}, seq)
        for seq in range(1, due + 1)
        if seq not in taken
    ]
    if not found:
        last = rows[-1].hash if rows else b""
        if len(rows) > steps:
            says = _("事项上记的步数被改过：记%(steps)d步，实有%(rows)d步") % {"steps": steps, "rows": len(rows)}
            found.append(Problem("head", number, says))
        elif last != head:
            found.append(Problem("head", number, _("事项上记的末步校验码与最后一步不符：末步被删去，或这一记载被改过")))
    return sorted(found, key=lambda problem: problem.seq)


def _place(number: str, row: Link, most: int, key: bytes) -> int | None:
    """The place in the chain for which a row was written; None where it was never written so, by us."""
    for place in (row.seq, *range(1, most + 2)):
        if digest(key, row.prev, [number, place, *row.fields]) == row.hash:
            return place
    return None


def _against(heads: Mapping[str, tuple[int, bytes]]) -> Iterator[Problem]:
    """Compare with what was noted outside: a chain may have grown since, but must still hold the noted row."""
    if not heads:
        return
    noted = [(number, steps, bytes(head)) for number, (steps, head) in heads.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.number, n.steps, c.id IS NULL, s.id IS NULL "
            "FROM unnest(%s::text[], %s::int[], %s::bytea[]) AS n (number, steps, head) "
            "LEFT JOIN cases_case c ON c.number = n.number "
            "LEFT JOIN cases_step s ON s.case_id = c.id AND s.seq = n.steps "
            "WHERE c.id IS NULL OR n.steps > 0 AND (s.id IS NULL OR s.hash <> n.head) ORDER BY n.number",
            [list(column) for column in zip(*noted, strict=True)],
        )
        rows = cursor.fetchall()
    for number, steps, no_case, no_step in rows:
        if no_case:
            yield Problem("missing", number, _("整件事项不见了：另存的记录里有它，共%(steps)d步") % {"steps": steps})
        elif no_step:
            yield Problem("missing", number, _("这一步缺了：另存的记录里有它"), steps)
        else:
            yield Problem("changed", number, _("这一步与另存的记录不同"), steps)


def _files(report: Report, progress: Progress) -> None:
    """Each file's bytes against the sum taken when it was received."""
    rows = StoredFile.objects.order_by("pk")
    total = rows.count()
    for file in rows.iterator(chunk_size=500):
        report.files += 1
        says = ""
        try:
            read(file)
        except FileNotFoundError:
            says = _("文件不见了")
        except (BadFile, Sealed, InvalidUnwrap, ValueError):
            if _destroyed(file.key_id):
                report.passed += 1
            else:
                says = _("与收到时不一致，或密钥不符")
        if says:
            which = _("文件%(id)d（%(holder)s）") % {"id": file.pk, "holder": file.holder}
            report.problems.append(Problem("file", which, says))
        progress(report.files, total)


def _destroyed(key_id: int) -> bool:
    return SealKey.objects.filter(pk=key_id, wrapped__isnull=True).exists()
