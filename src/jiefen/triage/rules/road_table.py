"""The table of legal roads as frozen values, refused with a sentence where it does not hang together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jiefen.procedures.days import Calendar, add_months
from jiefen.procedures.strict import listed, read

from . import names
from .tables import TableError

FILE = Path(__file__).resolve().parent.parent / "tables" / "roads.yaml"
ROUTES = ("litigation", "arbitration", "party", "administrative", "duty")
"""条例 31(1)-(5), in that order: what the guards of a petition ask for."""
STANDINGS = ("open", "on", "over")
ACTIONS = ("seal", "open", "refer", "refuse")
MARKS = ("V", "M", "A")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with where it was read (V), remembered (M) or proposed (A)."""

    says: str
    mark: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limitation:
    """By when somebody must come: `number` of `unit` (days or months) after the day that `begins` describes."""

    number: int
    unit: str
    begins: str
    mark: str
    basis: tuple[str, ...]

    @property
    def words(self) -> str:
        """How an official says it: 一年 is written 12个月."""
        years, rest = divmod(self.number, 12)
        if self.unit == "months":
            return f"{years}年" if not rest else f"{self.number}个月"
        return f"{self.number}日"

    def last_day(self, since: date, calendar: Calendar | None = None) -> date:
        """The last day to come: the day it begins is not counted, a day of rest at the end moves on."""
        last = add_months(since, self.number) if self.unit == "months" else since + timedelta(days=self.number)
        return calendar.next_working(last) if calendar else last


@dataclass(frozen=True, slots=True)
class Road:
    """One road: who takes it, where, how, what to bring, how long, by when, what it costs, and what comes after."""

    id: str
    route: str
    label: str
    fits: str
    where: str
    unit: str
    how: str
    papers: tuple[str, ...]
    takes: Said
    remedy: Said
    cost: Said
    phone: str
    phone_says: str
    phone_mark: str
    limitation: Limitation | None = None
    kinds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that may be given. `end`: where it leads at once. `settles`: (route, road, standing) it also answers.
    `kinds`, `flags` and plain `words`: what in a text speaks for it, `unless` one of those stands there too."""

    id: str
    label: str
    end: str = ""
    settles: tuple[str, str, str] | None = None
    fits: str = ""
    kinds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    is_road: bool = False
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question in a clerk's words, with its article. `route` is set for the five of 条例31."""

    id: str
    ask: str
    plain: str
    basis: tuple[str, ...]
    mark: str
    options: tuple[Option, ...]
    route: str = ""

    def option(self, answer: str) -> Option | None:
        return next((o for o in self.options if o.id == answer), None)


@dataclass(frozen=True, slots=True)
class EndRow:
    """An end as the table writes it: what is done, in which procedure, by which notice and step, to which office."""

    id: str
    label: str
    says: str
    action: str
    procedure: str
    notice: str
    unit: str
    step: str
    basis: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One of the five: its label, its article, and what is written where it does not apply."""

    label: str
    article: str
    unlike: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground that a refusal at the desk may name. `code`: the same ground in the table of a case's refusals."""

    article: str
    label: str
    code: str
    mark: str
    remedy: str = ""  # what to do instead, where the other table has no such ground


@dataclass(frozen=True)
class RoadTable:
    """The whole table, in its order."""

    version: int
    questions: tuple[Question, ...]
    routes: Mapping[str, RouteRow]
    standings: Mapping[str, tuple[str, bool]]  # id → (label, whether it is still open)
    ends: Mapping[str, EndRow]
    refusals: tuple[Ground, ...]
    roads: Mapping[str, Road]

    def question(self, name: str) -> Question | None:
        return next((q for q in self.questions if q.id == name), None)

    def texts(self) -> Iterator[str]:
        """Every sentence that a page shows, for the catalogue of another language."""
        for q in self.questions:
            yield from (q.ask, q.plain, *(o.label for o in q.options))
        for row in self.routes.values():
            yield from (row.label, row.unlike)
        yield from (label for label, _ in self.standings.values())
        for end in self.ends.values():
            yield from (end.label, end.says)
        yield from (g.label for g in self.refusals)
        for road in self.roads.values():
            yield from (road.label, road.fits, road.where, road.how, *road.papers)
            yield from (road.takes.says, road.remedy.says, road.cost.says)
            if road.phone_says:
                yield road.phone_says
            if road.limitation:
                yield road.limitation.begins


@lru_cache(maxsize=1)
def shipped() -> RoadTable:
    """The table that comes with Jiefen."""
    return load(FILE.read_text("utf-8"))


def load(text: str) -> RoadTable:
    """The table of a file's text. Raises TableError, naming everything that does not fit."""
    problems: list[str] = []
    try:
        raw = read(text)
        table = _table(raw)
    except (KeyError, TypeError, AttributeError, ValueError) as gone:
        raise TableError([f"roads.yaml：缺少或写错了 {gone}；请对照已有的条目改正。"]) from gone
    problems += _problems(table, raw)
    if problems:
        raise TableError(problems)
    return table


def _table(raw: Mapping[str, Any]) -> RoadTable:
    roads = {name: _road(name, row) for name, row in raw["roads"].items()}
    return RoadTable(
        version=raw["version"],
        questions=tuple(_question(row, roads) for row in raw["questions"]),
        routes={n: RouteRow(r["label"], r["article"], r["unlike"]) for n, r in raw["routes"].items()},
        standings={n: (r["label"], r["still-open"]) for n, r in raw["standings"].items()},
        ends={
            n: EndRow(
                n, r["label"], r["says"], r["action"], r["procedure"], r["notice"], r["unit"], r["step"],
                tuple(listed(r["basis"])), r["mark"],
            )
            for n, r in raw["ends"].items()
        },
        refusals=tuple(Ground(r["article"], r["label"], r["ground"], r["mark"], r.get("remedy", "")) for r in raw["refusals"]),
        roads=roads,
    )  # fmt: skip


def _road(name: str, row: Mapping[str, Any]) -> Road:
    limit, phone, speaks = row.get("limitation"), row["phone"], row.get("speaks", {})
    return Road(
        id=name, route=row["route"], label=row["label"], fits=row["fits"], where=row["where"], unit=row["unit"],
        how=row["how"], papers=tuple(row["papers"]), takes=_said(row["takes"]), remedy=_said(row["remedy"]),
        cost=_said(row["cost"]), phone=phone["number"], phone_says=phone["says"], phone_mark=phone["mark"],
        limitation=Limitation(limit["number"], limit["unit"], limit["from"], limit["mark"], tuple(listed(limit["basis"])))
        if limit else None,
        kinds=tuple(speaks.get("kinds", ())), flags=tuple(speaks.get("flags", ())), words=tuple(speaks.get("words", ())),
    )  # fmt: skip


def _said(row: Mapping[str, Any]) -> Said:
    return Said(row["says"], row["mark"], tuple(listed(row.get("basis"))))


def _question(row: Mapping[str, Any], roads: Mapping[str, Road]) -> Question:
    route = row.get("route", "")
    if route:
        chosen = [r for r in roads.values() if r.route == route]
        options = [Option("no", "不属于")] + [
            Option(r.id, r.label, fits=r.fits, kinds=r.kinds, flags=r.flags, is_road=True, words=r.words)
            for r in chosen
        ]
    else:
        options = [_option(o) for o in row["answers"]]
    return Question(
        row["id"], row["ask"], row["plain"], tuple(listed(row["basis"])), row["mark"], tuple(options), route
    )


def _option(row: Mapping[str, Any]) -> Option:
    settles, speaks = row.get("settles"), row.get("speaks", {})
    return Option(
        row["id"], row["label"], row.get("end", ""),
        (settles["route"], settles["road"], settles["standing"]) if settles else None,
        kinds=tuple(speaks.get("kinds", ())), flags=tuple(speaks.get("flags", ())),
        words=tuple(speaks.get("words", ())), unless=tuple(speaks.get("unless", ())),
    )  # fmt: skip


def _problems(table: RoadTable, raw: Mapping[str, Any]) -> list[str]:
    found: list[str] = []

    def need(fine: bool, says: str) -> None:
        if not fine:
            found.append(f"roads.yaml：{says}")

    asked = [q.route for q in table.questions if q.route]
    need(tuple(asked) == ROUTES, "五问要各问一次，按条例31条的次序。")
    need(tuple(table.routes) == ROUTES, "routes 要恰好写五项，按条例31条的次序。")
    need(tuple(table.standings) == STANDINGS, "standings 要恰好写 open、on、over。")
    need(len({q.id for q in table.questions}) == len(table.questions), "问题的名字写了两次。")
    for q in table.questions:
        need(q.mark in MARKS and bool(q.basis), f"“{q.ask}”要有依据和标记。")
        need(len(q.options) > 1 and q.options[0].id == "no", f"“{q.ask}”第一个回答应当是 no，另有至少一个。")
        for o in q.options:
            need(not o.end or o.end in table.ends, f"“{q.ask}”的回答通到没有的终点 {o.end}。")
            need(set(o.flags) <= set(names.FLAGS), f"“{o.label}”提到没有的标记。")
            if o.settles:
                route, named, standing = o.settles
                fits = named in table.roads and table.roads[named].route == route and standing in STANDINGS
                need(fits, f"“{o.label}”替答的途径不对。")
    for end in table.ends.values():
        need(end.action in ACTIONS and end.mark in MARKS and bool(end.basis), f"终点 {end.id} 的做法、依据或标记不对。")
        need(not end.unit or end.unit in names.UNIT_TYPES, f"终点 {end.id} 的单位类型不认识。")
    for road in table.roads.values():
        need(road.route in ROUTES, f"途径 {road.id} 不属五项之一。")
        need(not road.unit or road.unit in names.UNIT_TYPES, f"途径 {road.id} 的单位类型不认识。")
        marks = [road.takes.mark, road.remedy.mark, road.cost.mark, road.phone_mark]
        limit = road.limitation
        if limit:
            marks.append(limit.mark)
            need(limit.unit in ("days", "months") and limit.number > 0, f"途径 {road.id} 的期限不对。")
            need(limit.mark != "V" or bool(limit.basis), f"途径 {road.id} 的期限标已核，要写出处。")
        need(set(marks) <= set(MARKS), f"途径 {road.id} 的标记不认识。")
        read_there = [s for s in (road.takes, road.remedy) if s.mark == "V"]
        need(all(s.basis for s in read_there), f"途径 {road.id} 标已核的话，要写出处。")
    need({"other-road", "over", "petition", "in-court"} <= set(table.ends), "少了五问之后的终点。")
    return found
