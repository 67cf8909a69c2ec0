"""Asking a question: the figure from the sums, the list behind it from the facts the sums are made of.

A fact counts on a day D for a period from S on where `since <= D < until`, `at >= S` and `before < S`. Until the last day of
its time limit is over it is waiting; then it is in the denominator, and in the numerator from `hit` on. The last day is over
on the next morning: what falls due tonight is not late this afternoon. See questions/00-ground.sql.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from jiefen.analytics import days, facts
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.definitions import Indicator
from jiefen.kernel.scope import scope

PARTS = {
    "numerator": "hit AND NOT waiting",
    "denominator": "base AND NOT waiting",
    "missing": "base AND NOT hit AND NOT waiting",
    "waiting": "waiting",
    "all": "TRUE",
}
"""Which rows of a question a list shows."""

_ALL_THINGS = """
SELECT f.question, f.thing AS id, f.matter / 2 AS of, f.at, f.base, f.hit <= %(day)s AS hit, f.due > %(over)s AS waiting,
       CASE WHEN f.question = ANY(%(stock)s) THEN %(day)s - f.at
            WHEN f.question = ANY(%(valued)s) OR f.at + f.value <= %(day)s THEN f.value END AS value
FROM analytics_fact f{joined}
WHERE f.question = ANY(%(questions)s) AND f.since <= %(day)s AND f.until > %(day)s AND f.at >= %(from)s AND f.before < %(from)s
"""
_THINGS = (
    _ALL_THINGS.format(joined=" JOIN analytics_matter m ON m.key = f.matter")
    + """\
  AND (%(keys)s::bigint[] IS NULL OR m.doors && %(keys)s::bigint[])
  AND (%(node)s::bigint = 0 OR m.nodes @> ARRAY[%(node)s::bigint]){more}
"""
)
_LIVE = """
SELECT 0 AS question, id, of, at, base, hit, waiting, value FROM (
{question}
) live
"""
_COUNT = """
SELECT question, CASE WHEN question = ANY(%(valued)s) OR question = ANY(%(stock)s) THEN value ELSE 0 END,
       count(*) FILTER (WHERE hit AND NOT waiting), count(*) FILTER (WHERE base AND NOT waiting), count(*) FILTER (WHERE waiting)
FROM ({things}) asked GROUP BY 1, 2
"""
_LIST = """
SELECT id, of, at, base, hit, waiting, value FROM ({things}) asked
WHERE ({part}) AND (at, id) > (%(after_at)s, %(after_id)s)
ORDER BY at, id LIMIT %(size)s
"""
_SUMS = """
SELECT question, value, (sum(n) FILTER (WHERE cell / 2 = 2))::int, (sum(n) FILTER (WHERE cell / 2 = 1))::int,
       (sum(n) FILTER (WHERE cell / 2 = 0))::int
FROM (
  SELECT question, value, cell, CASE WHEN month < (CASE WHEN cell %% 2 = 1 THEN %(over_month)s ELSE %(month)s END) THEN total
         ELSE days[CASE WHEN cell %% 2 = 1 THEN %(over_dom)s ELSE %(dom)s END] END AS n
  FROM analytics_daycount
  WHERE node = %(node)s AND month <= %(month)s AND question = ANY(%(questions)s) AND at_month >= %(from_month)s
    AND reach = ANY(%(reaches)s) AND (cell %% 2 = 0 OR month <= %(over_month)s)
) s GROUP BY 1, 2
"""
_BEGIN = (days.EVER, -1)


class NotConnected(LookupError):
    """The indicator is defined, but nothing counts it yet."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted. `denominator` None where the indicator has none; `total`, `median`, `p90`, `most` are days."""

    indicator: Indicator
    cut: Cut
    numerator: int
    denominator: int | None
    waiting: int = 0
    total: int | None = None
    median: int | None = None
    p90: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A row of the list behind a figure. `at` is the day it counts on."""

    id: int
    of: int
    at: datetime
    base: bool
    hit: bool
    waiting: bool
    value: int | None


Counted = dict[tuple[int, int], list[int]]
"""(question, days) → numerator, denominator, waiting."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A cut in the numbers of the counting ground, and whose eyes."""

    asker: Asker
    cut: Cut
    numbers: dict[str, int]

    def params(self, questions: Iterable[int]) -> dict[str, Any]:
        cut = self.cut
        shared = facts.shared()
        return {
            "day": days.number(cut.day), "over": days.number(cut.over), "from": self.begins, "questions": list(questions),
            "keys": None if self.asker.keys is None else list(self.asker.keys), "node": cut.area.pk if cut.area else 0,
            "valued": shared["valued"], "stock": shared["unsummed"],
            # For the few questions that are asked of areas, as they stand:
            "till": cut.till, "path": cut.path, "paths": None if self.asker.paths is None else list(self.asker.paths),
        }  # fmt: skip

    @property
    def begins(self) -> int:
        return days.number(self.cut.since) if self.cut.since else days.EVER + 1

    @property
    def by_sums(self) -> bool:
        """Whether the sums know this cut: a period that begins with a month, an area they are kept for."""
        area = self.cut.area
        return (self.cut.since is None or self.cut.since.day == 1) and (
            area is None or str(area.path).count(".") + 2 <= facts.DEPTH
        )


def run(sql: str, params: dict[str, Any], *, few: bool = False) -> list[tuple[Any, ...]]:
    """Ask with the eyes of the counting; `few` where row by row is right."""
    # The asker's doors are compared in the question itself; the floor under it need not ask again for every row.
    with scope("analytics"), connection.cursor() as cursor:
        # Going over whole sets, the planner, misled by what it cannot estimate (doors), would else go row by row; and to start
        # helpers for what is read from the sums takes longer than to read it.
        other = {"jit": "off", "max_parallel_workers_per_gather": "0"}
        other |= dict.fromkeys(("enable_hashjoin", "enable_mergejoin") if few else ("enable_nestloop",), "off")
        settings = ", ".join(f"set_config('{name}', %s, true)" for name in other)
        cursor.execute(f"SELECT {settings}", [*other.values()])
        cursor.execute(sql, params)
        rows = cursor.fetchall()
        cursor.execute(f"SELECT {settings}", [None] * len(other))
        return rows


def figure(indicator: Indicator, asker: Asker, cut: Cut) -> Figure:
    """Count one indicator. Raises NotConnected."""
    [found] = figures([indicator], asker, cut)
    return found


def figures(indicators: Iterable[Indicator], asker: Asker, cut: Cut) -> list[Figure]:
    """Count several. What changed just now is counted anew first. Raises NotConnected. The queries do not grow with what is counted."""
    asked = list(indicators)
    for indicator in asked:
        if not indicator.connected:
            raise NotConnected(indicator.key)
    if not asked:
        return []
    facts.settle()
    known = facts.numbers()
    whole = _Asked(asker, cut, known)
    wanted = [known[i.key] for i in asked if i.kept]
    stock = {known[i.key] for i in asked if i.kept and i.base == "stock"}
    counted: Counter[tuple[int, int, int]] = Counter()
    if whole.by_sums:
        _add(counted, *_from_sums(whole, [n for n in wanted if n not in stock]))
        _add(counted, _stock(whole, sorted(stock)))
    else:
        _add(counted, _from_facts(whole, wanted))
    found = []
    for indicator in asked:
        if indicator.kept:
            found.append(_figure(indicator, cut, known[indicator.key], counted))
        else:
            live: Counter[tuple[int, int, int]] = Counter()
            _add(live, run(_COUNT.format(things=_live(indicator)), whole.params([])))
            found.append(_figure(indicator, cut, 0, live))
    return found


def _add(counted: "Counter[tuple[int, int, int]]", *answers: list[tuple[Any, ...]]) -> None:
    for rows in answers:
        for question, value, *cells in rows:
            for cell, n in enumerate(cells):
                counted[question, value or 0, cell] += n or 0


def _from_facts(
    asked: _Asked, questions: list[int], more: str = "", *, few: bool = False, **params: Any
) -> list[tuple[Any, ...]]:
    if not questions:
        return []
    return run(_COUNT.format(things=_THINGS.format(more=more)), asked.params(questions) | params, few=few)


def _stock(asked: _Asked, questions: list[int]) -> list[tuple[Any, ...]]:
    """What goes on, fact by fact. Of the whole county's tens of thousands the matters need not be looked up, to whom they are
    open and where they lie: who holds a key to every reach sees every matter, as each has one."""
    if questions and asked.cut.area is None and facts.opens_all(asked.asker.keys):
        return run(_COUNT.format(things=_ALL_THINGS.format(joined="")), asked.params(questions), few=True)
    return _from_facts(asked, questions, few=True)


def _from_sums(asked: _Asked, questions: list[int]) -> tuple[list[tuple[Any, ...]], ...]:
    """The sums of all matters that a centre's key opens; one by one only what the asker's other keys open besides."""
    if not questions:
        return ([],)
    keys, cut = asked.asker.keys, asked.cut
    mine, rest = facts.reaches(keys)
    since = days.month(cut.since) if cut.since else days.EVER
    sums = {
        "node": cut.area.pk if cut.area else 0, "questions": questions, "reaches": mine, "from_month": since,
        "month": days.month(cut.day), "dom": cut.day.day, "over_month": days.month(cut.over), "over_dom": cut.over.day,
    }  # fmt: skip
    found = run(_SUMS, sums)
    others = facts.matters_of(rest, mine)
    if not others:
        return (found,)
    return found, _from_facts(
        asked,
        questions,
        " AND m.key = ANY(%(others)s::bigint[]) AND m.reach <> ALL(%(reaches)s)",
        few=True,
        others=others,
        reaches=mine,
    )


def _live(indicator: Indicator) -> str:
    """A question about areas, asked as they stand."""
    return _LIVE.format(question=facts.sql(indicator.question))


def _figure(indicator: Indicator, cut: Cut, question: int, counted: "Counter[tuple[int, int, int]]") -> Figure:
    mine = sorted((value, cell, n) for (of, value, cell), n in counted.items() if of == question and n)
    hits, base, waiting = (sum(n for _value, cell, n in mine if cell == wanted) for wanted in range(3))
    spread = [(value, n) for value, cell, n in mine if cell == 0]
    figure = Figure(indicator, cut, hits, base if indicator.denominator else None, waiting)
    if indicator.shape != "days" or not spread:
        return figure
    return Figure(
        indicator, cut, hits, figure.denominator, waiting, total=sum(value * n for value, n in spread),
        median=_quantile(spread, hits, 5), p90=_quantile(spread, hits, 9), most=spread[-1][0],
    )  # fmt: skip


def _quantile(spread: list[tuple[int, int]], of: int, tenths: int) -> int:
    """The first value at or below which so many tenths of all lie."""
    seen = 0
    for value, n in spread:
        seen += n
        if seen * 10 >= of * tenths:
            return value
    return spread[-1][0]


def things(
    indicator: Indicator,
    asker: Asker,
    cut: Cut,
    *,
    part: str = "all",
    after: tuple[int, int] | None = None,
    size: int = 50,
) -> list[Thing]:
    """A page of what was counted, the earliest first, behind `after` (day's number, id of the last row before)."""
    if not indicator.connected:
        raise NotConnected(indicator.key)
    facts.settle()
    at, last = after or _BEGIN
    whole = _Asked(asker, cut, facts.numbers())
    params = whole.params([whole.numbers[indicator.key]] if indicator.kept else [])
    params |= {"after_at": at, "after_id": last, "size": size}
    inner = _THINGS.format(more="") if indicator.kept else _live(indicator)
    rows = run(_LIST.format(things=inner, part=PARTS[part]), params, few=True)
    return [Thing(pk, of, days.moment(at), base, hit, waiting, value) for pk, of, at, base, hit, waiting, value in rows]


def every_thing(indicator: Indicator, asker: Asker, cut: Cut, *, part: str = "all") -> Iterator[Thing]:
    """All of it, in pages of 20,000."""
    after = None
    while page := things(indicator, asker, cut, part=part, after=after, size=20_000):
        yield from page
        after = (days.number_at(page[-1].at), page[-1].id)
