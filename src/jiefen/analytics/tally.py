"""How many cases by leading unit, state and month: read from the sums, whatever the number of cases."""

from datetime import date
from typing import NamedTuple

from jiefen.analytics import days, facts
from jiefen.analytics.asker import Asker
from jiefen.analytics.asking import run
from jiefen.places.models import Area

_YEAR = f"""
SELECT unit, procedure, state, {{year}}, ARRAY[{{months}}]::int[] FROM analytics_yeartally
WHERE node = %(node)s AND year = {{year}}
AND reach = ANY(CASE WHEN %(deep)s OR (SELECT count(*) FROM analytics_reach) > cardinality(%(reaches)s::int[])
                     THEN %(reaches)s::int[] ELSE ARRAY[{facts.EVERY}] END)
GROUP BY 1, 2, 3
"""
"""A year's row by unit, procedure and state, of the months asked for alone: most of the work is to add them up. Where all
reaches are the asker's, from the rows that hold them together."""
_BESIDES = """
SELECT unit, procedure, state, jiefen_month(opened), count(*)::int FROM analytics_matter
WHERE key %% 2 = 0 AND key = ANY(%(others)s::bigint[]) AND reach <> ALL(%(reaches)s) AND jiefen_month(opened) BETWEEN %(first)s AND %(last)s
  AND (%(node)s::bigint = 0 OR nodes @> ARRAY[%(node)s::bigint]) GROUP BY 1, 2, 3, 4
"""
_ROWS = """
SELECT key / 2 FROM analytics_matter WHERE key %% 2 = 0 AND (%(keys)s::bigint[] IS NULL OR doors && %(keys)s::bigint[])
  AND unit = %(unit)s AND procedure = %(procedure)s AND state = %(state)s AND jiefen_month(opened) = %(month)s
  AND (%(node)s::bigint = 0 OR nodes @> ARRAY[%(node)s::bigint]) ORDER BY opened, key
"""


class Cell(NamedTuple):
    """Cases opened in a month (its first day), by who leads (0: nobody), procedure and the state they are in now."""

    unit: int
    procedure: str
    state: str
    month: date
    n: int


def tally(asker: Asker, since: date, until: date, *, area: Area | None = None) -> list[Cell]:
    """Every cell that is not empty, of the months from one day's to another's, as things stand. The area is a village or larger."""
    facts.settle()
    mine, rest = facts.reaches(asker.keys)
    others = facts.matters_of(rest, mine)
    first, last = days.month(since), days.month(until)
    params = {"node": area.pk if area else 0, "first": first, "last": last, "reaches": mine, "others": others}
    params["deep"] = area is not None and "." in str(area.path)  # below the county they are not held together
    months = {month: date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)}
    # In the order of the cells: there are several in a row, so rows are sorted rather than cells.
    rows = sorted(run(_sums(first, last), params)) if first <= last else []
    cells, made = [], tuple.__new__  # a year of a county is eight thousand, each made by what makes a tuple
    for unit, procedure, state, year, some in rows:
        for month, n in enumerate(some, max(first, year * 12)):
            if n:
                cells.append(made(Cell, (unit, procedure, state, months[month], n)))
    if others:
        found = {cell[:4]: cell.n for cell in cells}
        for unit, procedure, state, month, n in run(_BESIDES, params):
            key = (unit, procedure, state, months[month])
            found[key] = found.get(key, 0) + n
        cells = sorted(Cell(*key, n) for key, n in found.items())
    return cells


def _sums(first: int, last: int) -> str:
    """The sums from one month to another."""
    years = []
    for year in range(first // 12, last // 12 + 1):
        some = range(max(first, year * 12), min(last, year * 12 + 11) + 1)
        years.append(_YEAR.format(year=year, months=", ".join(f"sum(months[{m % 12 + 1}])" for m in some)))
    return "UNION ALL".join(years)


def cases_in(asker: Asker, cell: Cell, *, area: Area | None = None) -> list[int]:
    """The cases of a cell, the oldest first: as many as it says."""
    facts.settle()
    params = {
        "keys": None if asker.keys is None else list(asker.keys), "unit": cell.unit, "procedure": cell.procedure,
        "state": cell.state, "month": days.month(cell.month), "node": area.pk if area else 0,
    }  # fmt: skip
    return [row[0] for row in run(_ROWS, params)]
