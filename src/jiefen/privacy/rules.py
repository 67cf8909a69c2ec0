"""The rules of keeping and of asking, read from reviewed tables. Pure: no database, no clock of its own.

`tables/` holds what ships with the program; a county's own file of the same name in `JIEFEN_HOME/tables` takes its place whole.
Every figure names its source and a mark: V read in the law, M remembered and to be checked, A proposed here.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from jiefen.procedures.days import Calendar, add_months
from jiefen.procedures.strict import read as read_yaml

SHIPPED = Path(__file__).resolve().parent / "tables"
_TERM = re.compile(r"(\d{1,3})([ymd])")
_IN_MONTHS = {"y": 12, "m": 1}


class BadTable(ValueError):
    """A table that cannot be used; the message says which row and why."""


@dataclass(frozen=True, slots=True)
class Term:
    """A length of keeping: months, or days. Counted from a day, it ends on the day of the same number."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day on which it is over."""
        return add_months(day, self.months) + timedelta(self.days)

    def __str__(self) -> str:
        if self.days or not self.months:
            return f"{self.days}天"
        return f"{self.months // 12}年" if self.months % 12 == 0 else f"{self.months}个月"


def term(text: str) -> Term:
    """`10y`, `6m`, `0d`. Raises ValueError."""
    found = _TERM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"保管期限要写成 10y、6m 或 30d：{text!r}")
    number, unit = int(found[1]), found[2]
    return Term(days=number) if unit == "d" else Term(months=number * _IN_MONTHS[unit])


@dataclass(frozen=True, slots=True)
class Keeping:
    """One kind of matter and how long it is kept. `least`: the shortest, when the person asks for deletion. `law`: what
    demands keeping it; empty where nothing does. `procedures`: patterns of names; `ends`: how an intake ended without a case."""

    code: str
    label: str
    procedures: tuple[str, ...]
    ends: tuple[str, ...]
    keep: Term
    least: Term
    law: str
    source: str
    mark: str
    note: str


@dataclass(frozen=True, slots=True)
class Answering:
    """Within how many days one kind of request is answered. `count`: natural or working."""

    kind: str
    label: str
    days: int
    count: str
    source: str
    mark: str
    note: str

    def last_day(self, received: date, calendar: Calendar) -> date:
        """The last day to answer: the day of asking is not counted, a last day of rest moves on (民法典 201–203)."""
        if self.count == "working":
            return calendar.add_working(received, self.days)
        return calendar.next_working(received + timedelta(self.days))


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told of one kind of matter."""

    codes: tuple[str, ...]
    what: str
    why: str
    basis: tuple[str, ...]
    sees: str


def _rows(name: str, text: str, wanted: Sequence[str]) -> list[dict[str, str]]:
    reader = csv.DictReader(text.splitlines())
    if list(reader.fieldnames or ()) != list(wanted):
        raise BadTable(f"{name}：第一行应是 {','.join(wanted)}")
    return [{key: (value or "").strip() for key, value in row.items()} for row in reader]


_KEEPING = ("code", "label", "procedures", "ends", "keep", "least", "law", "source", "mark", "note")
_ANSWERING = ("kind", "label", "days", "count", "source", "mark", "note")
KINDS = ("copy", "correction", "deletion", "reading")


def keepings(text: str) -> tuple[Keeping, ...]:
    """The table of keeping, in order: the first row that fits decides. Raises BadTable."""
    found: list[Keeping] = []
    for n, row in enumerate(_rows("retention.csv", text, _KEEPING), 2):
        try:
            keep, least = term(row["keep"]), term(row["least"])
        except ValueError as bad:
            raise BadTable(f"retention.csv 第{n}行：{bad}") from bad
        if not row["code"] or any(k.code == row["code"] for k in found):
            raise BadTable(f"retention.csv 第{n}行：代码空着或重复")
        if not row["source"] or row["mark"] not in ("V", "M", "A"):
            raise BadTable(f"retention.csv 第{n}行：要写明出处和标记（V、M、A）")
        if least.after(date(2000, 1, 1)) > keep.after(date(2000, 1, 1)):
            raise BadTable(f"retention.csv 第{n}行：最短期限比保管期限还长")
        found.append(
            Keeping(
                row["code"], row["label"], tuple(row["procedures"].split()), tuple(row["ends"].split()), keep, least,
                row["law"], row["source"], row["mark"], row["note"],
            )
        )  # fmt: skip
    if not found or "*" not in found[-1].procedures or "*" not in found[-1].ends:
        raise BadTable("retention.csv：最后一行要管住其他所有事项（procedures 和 ends 写 *）")
    return tuple(found)


def answerings(text: str) -> dict[str, Answering]:
    """The table of answering, by kind. Raises BadTable."""
    found: dict[str, Answering] = {}
    for n, row in enumerate(_rows("requests.csv", text, _ANSWERING), 2):
        if row["kind"] not in KINDS or not row["days"].isdecimal() or row["count"] not in ("natural", "working"):
            raise BadTable(f"requests.csv 第{n}行：请求种类、日数或日的算法不对")
        if not row["source"] or row["mark"] not in ("V", "M", "A"):
            raise BadTable(f"requests.csv 第{n}行：要写明出处和标记（V、M、A）")
        found[row["kind"]] = Answering(
            row["kind"], row["label"], int(row["days"]), row["count"], row["source"], row["mark"], row["note"]
        )
    if missing := set(KINDS) - found.keys():
        raise BadTable(f"requests.csv：缺{'、'.join(sorted(missing))}")
    return found


def notices(text: str) -> tuple[Notice, ...]:
    """What is told, by kind of matter. Raises BadTable."""
    rows: list[Mapping[str, Any]] = read_yaml(text)
    try:
        return tuple(Notice(tuple(r["for"]), r["what"], r["why"], tuple(r["basis"]), r["sees"]) for r in rows)
    except (KeyError, TypeError) as bad:
        raise BadTable(f"notice.yaml：缺 {bad}") from bad


def keeping_of(table: Sequence[Keeping], *, procedure: str = "", end: str = "") -> Keeping:
    """The row that holds for a case of a procedure, or for an intake that ended without one (`void`, `recalled`, `refuse`, `refer`)."""
    for row in table:
        patterns, name = (row.procedures, procedure) if procedure else (row.ends, end)
        if any(fnmatch(name, pattern) for pattern in patterns):
            return row
    return table[-1]


def notice_of(table: Sequence[Notice], code: str) -> Notice:
    """What is told of a kind; of one that nobody wrote about, what the first says."""
    return next((row for row in table if code in row.codes), table[0])


@dataclass(frozen=True, slots=True)
class DeletionAnswer:
    """What the rule says to somebody who asks for deletion. `verdict`: open (still being handled), kept (the law demands it),
    shortened (until `until`, the first day on which it may go)."""

    verdict: str
    until: date | None
    article: str


def weigh_deletion(row: Keeping, *, ended_on: date | None, today: date) -> DeletionAnswer:
    """个人信息保护法 47: while the purpose lasts nothing is deleted; where a law demands keeping, it is only kept and no
    longer used; else keeping is shortened to the first day allowed."""
    if ended_on is None:
        return DeletionAnswer("open", None, "L-PIPL:47")
    if row.law and row.keep.after(ended_on) > today:
        return DeletionAnswer("kept", row.keep.after(ended_on), row.law)
    return DeletionAnswer("shortened", max(row.least.after(ended_on), today), "L-PIPL:47")


def due_on(row: Keeping, ended_on: date, shortened: date | None = None) -> date:
    """The first day on which a matter may be destroyed: the term from its end, or the earlier day it was shortened to."""
    last = row.keep.after(ended_on)
    return min(last, shortened) if shortened else last
