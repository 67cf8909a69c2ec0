"""Asking a question: one SQL for the figure and for the list behind it, so that the two can never differ.

A question's SQL gives one row for each thing that counts: `id` (its own number), `of` (the case, intake or area it is
about), `at` (by which it is sorted), `base` (in the denominator), `hit` (in the numerator), `waiting` (its window is not
over: counted apart, never as done or as late), `value` (days, where days are asked). See questions/00-ground.sql.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from jiefen.analytics import meaning
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.definitions import QUESTIONS, Indicator
from jiefen.kernel.scope import scope

PARTS = {
    "numerator": "hit AND NOT waiting",
    "denominator": "base AND NOT waiting",
    "missing": "base AND NOT hit AND NOT waiting",
    "waiting": "waiting",
    "all": "TRUE",
}
"""Which rows of a question a list shows."""

_AGGREGATE = """
SELECT count(*) FILTER (WHERE hit AND NOT waiting), count(*) FILTER (WHERE base AND NOT waiting), count(*) FILTER (WHERE waiting),
       sum(value), percentile_disc(0.5) WITHIN GROUP (ORDER BY value), percentile_disc(0.9) WITHIN GROUP (ORDER BY value), max(value)
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


def _params(indicator: Indicator, asker: Asker, cut: Cut) -> dict[str, Any]:
    if not indicator.connected:
        raise NotConnected(indicator.key)
    return {
        **meaning.as_params(), **cut.params(),
        "keys": None if asker.keys is None else list(asker.keys), "paths": None if asker.paths is None else list(asker.paths),
        "window": indicator.window, "clocks": list(indicator.clocks), "steps": list(indicator.steps),
    }  # fmt: skip


def _ask(template: str, indicator: Indicator, params: dict[str, Any], part: str = "TRUE") -> list[tuple[Any, ...]]:
    sql = _sql("00-ground") + template.format(question=_sql(indicator.question), part=part)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@contextmanager
def _whole_sets() -> Iterator[None]:
    """Questions go over whole sets of rows. The planner, misled by what it cannot estimate (corrections, doors), would
    else go row by row: seconds instead of tenths."""
    # The asker's doors are compared in the question itself; the floor under it need not ask again for every step.
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def figure(indicator: Indicator, asker: Asker, cut: Cut) -> Figure:
    """Count one indicator. Raises NotConnected. One query."""
    [found] = figures([indicator], asker, cut)
    return found


def figures(indicators: Iterable[Indicator], asker: Asker, cut: Cut) -> list[Figure]:
    """Count several, one query each. Raises NotConnected."""
    with _whole_sets():
        return [_figure(indicator, asker, cut) for indicator in indicators]


def _figure(indicator: Indicator, asker: Asker, cut: Cut) -> Figure:
    [(hits, base, waiting, total, median, p90, most)] = _ask(_AGGREGATE, indicator, _params(indicator, asker, cut))
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
    params = _params(indicator, asker, cut) | {"after_at": at, "after_id": last, "size": size}
    with _whole_sets():
        return [Thing(*row) for row in _ask(_LIST, indicator, params, PARTS[part])]


def every_thing(indicator: Indicator, asker: Asker, cut: Cut, *, part: str = "all") -> Iterator[Thing]:
    """All of it, in pages of 20,000."""
    after = None
    while page := things(indicator, asker, cut, part=part, after=after, size=20_000):
        yield from page
        after = (page[-1].at, page[-1].id)
