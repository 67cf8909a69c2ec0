"""How many cases by leading unit, state and month: read from the sums, whatever the number of cases."""

from datetime import date
from typing import NamedTuple

from jiefen.analytics import days, facts
from jiefen.analytics.asker import Asker
from jiefen.analytics.asking import run
from jiefen.places.models import Area

_TALLY = f"""
SELECT unit, procedure, state, year, {", ".join(f"sum(months[{n}])" for n in range(1, 13))} FROM analytics_yeartally
WHERE node = %(node)s AND year BETWEEN %(first)s / 12 AND %(last)s / 12 AND reach = ANY(%(reaches)s)
GROUP BY 1, 2, 3, 4
"""
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
    others = facts.matters_of(rest)
    first, last = days.month(since), days.month(until)
    params = {"node": area.pk if area else 0, "first": first, "last": last, "reaches": mine, "others": others}
    months = {month: date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)}
    cells = [
        Cell(unit, procedure, state, months[month], n)
        for unit, procedure, state, year, *twelve in run(_TALLY, params)
        for month, n in enumerate(twelve, year * 12)
        if n and first <= month <= last
    ]
    if others:
        found = {cell[:4]: cell.n for cell in cells}
        for unit, procedure, state, month, n in run(_BESIDES, params):
            key = (unit, procedure, state, months[month])
            found[key] = found.get(key, 0) + n
        cells = [Cell(*key, n) for key, n in found.items()]
    return sorted(cells)


def cases_in(asker: Asker, cell: Cell, *, area: Area | None = None) -> list[int]:
    """The cases of a cell, the oldest first: as many as it says."""
    facts.settle()
    params = {
        "keys": None if asker.keys is None else list(asker.keys), "unit": cell.unit, "procedure": cell.procedure,
        "state": cell.state, "month": days.month(cell.month), "node": area.pk if area else 0,
    }  # fmt: skip
    return [row[0] for row in run(_ROWS, params)]
