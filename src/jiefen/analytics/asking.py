"""Asking a question: one SQL for the figure and for the list behind it, so that the two can never differ.

A question's SQL gives one row for each thing that counts: `id` (its own number), `of` (the case, intake or area it is
about), `at` (by which it is sorted), `base` (in the denominator), `hit` (in the numerator), `waiting` (its window is not
over: counted apart, never as done or as late), `value` (days, where days are asked). See questions/00-ground.sql.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from jiefen.analytics import meaning
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.definitions import QUESTIONS, Indicator
from jiefen.kernel.scope import scope
from jiefen.oversight import left_out

PARTS = {
    "numerator": "hit AND NOT waiting",
    "denominator": "base AND NOT waiting",
    "missing": "base AND NOT hit AND NOT waiting",
    "waiting": "waiting",
    "all": "TRUE",
}
"""Which rows of a question a list shows."""

_AGGREGATE = """
SELECT {n} AS n, count(*) FILTER (WHERE hit AND NOT waiting), count(*) FILTER (WHERE base AND NOT waiting),
       count(*) FILTER (WHERE waiting), sum(value), percentile_disc(0.5) WITHIN GROUP (ORDER BY value),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY value), max(value)
FROM (
{question}
) asked
"""
_LIST = """
SELECT id, of, at, base, hit, waiting, value
FROM (
{question}
) asked
WHERE ({part}) AND (at, id) > (%(after_at)s, %(after_id)s)
ORDER BY at, id LIMIT %(size)s
"""
_BEGIN = (datetime.fromisoformat("0001-01-02T00:00:00+00:00"), -1)


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
    """A row of the list behind a figure."""

    id: int
    of: int
    at: datetime
    base: bool
    hit: bool
    waiting: bool
    value: int | None


@cache
def _sql(name: str) -> str:
    return (QUESTIONS / f"{name}.sql").read_text("utf-8").strip()


def _params(asker: Asker, cut: Cut) -> dict[str, Any]:
    return {
        **meaning.as_params(),
        **left_out.as_params(),
        **cut.params(),
        "keys": None if asker.keys is None else list(asker.keys),
        "paths": None if asker.paths is None else list(asker.paths),
    }


def _question(indicator: Indicator, n: int = 0) -> tuple[str, dict[str, Any]]:
    """A question's SQL with its own parameters, numbered, so that several can stand in one statement."""
    if not indicator.connected:
        raise NotConnected(indicator.key)
    own = {"window": indicator.window, "clocks": list(indicator.clocks), "steps": list(indicator.steps)}
    sql = _sql(indicator.question)
    for name in own:
        sql = sql.replace(f"%({name})s", f"%({name}_{n})s")
    return sql, {f"{name}_{n}": value for name, value in own.items()}


def _run(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    # The asker's doors are compared in the question itself; the floor under it need not ask again for every step.
    with scope("analytics"), connection.cursor() as cursor:
        # Questions go over whole sets of rows. The planner, misled by what it cannot estimate (corrections, doors), would
        # else go row by row: minutes instead of seconds. Compiling so many small expressions costs more than it saves.
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)")
        cursor.execute(sql, params)
        rows = cursor.fetchall()
        cursor.execute("SELECT set_config('enable_nestloop', NULL, true), set_config('jit', NULL, true)")
        return rows


def figure(indicator: Indicator, asker: Asker, cut: Cut) -> Figure:
    """Count one indicator. Raises NotConnected. One query."""
    [found] = figures([indicator], asker, cut)
    return found


def figures(indicators: Iterable[Indicator], asker: Asker, cut: Cut) -> list[Figure]:
    """Count several in one statement, so that what they share (answers, ends) is worked out once. Raises NotConnected."""
    asked = list(indicators)
    params, parts = _params(asker, cut), []
    for n, indicator in enumerate(asked):
        sql, own = _question(indicator, n)
        params |= own
        parts.append(_AGGREGATE.format(n=n, question=sql))
    rows = _run(_sql("00-ground") + "UNION ALL".join(parts) + "ORDER BY n", params) if parts else []
    return [_figure(indicator, cut, row) for indicator, (_n, *row) in zip(asked, rows, strict=True)]


def _figure(indicator: Indicator, cut: Cut, row: list[Any]) -> Figure:
    hits, base, waiting, total, median, p90, most = row
    return Figure(indicator, cut, hits, base if indicator.denominator else None, waiting, total, median, p90, most)


def things(
    indicator: Indicator,
    asker: Asker,
    cut: Cut,
    *,
    part: str = "all",
    after: tuple[datetime, int] | None = None,
    size: int = 50,
) -> list[Thing]:
    """A page of what was counted, the earliest first, behind `after` (at, id of the last row before). One query."""
    at, last = after or _BEGIN
    sql, own = _question(indicator)
    params = _params(asker, cut) | own | {"after_at": at, "after_id": last, "size": size}
    return [Thing(*row) for row in _run(_sql("00-ground") + _LIST.format(question=sql, part=PARTS[part]), params)]


def every_thing(indicator: Indicator, asker: Asker, cut: Cut, *, part: str = "all") -> Iterator[Thing]:
    """All of it, in pages of 20,000."""
    after = None
    while page := things(indicator, asker, cut, part=part, after=after, size=20_000):
        yield from page
        after = (page[-1].at, page[-1].id)
