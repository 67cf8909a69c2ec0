"""How many cases by leading unit, state and month: read from the sums, whatever the number of cases."""

from dataclasses import dataclass
from datetime import date

from jiefen.analytics import days, facts
from jiefen.analytics.asker import Asker
from jiefen.analytics.asking import run
from jiefen.places.models import Area

_TALLY = """
SELECT unit, procedure, state, month, sum(total)::int FROM analytics_daytally
WHERE node = %(node)s AND month BETWEEN %(first)s AND %(last)s AND reach = ANY(%(reaches)s)
GROUP BY 1, 2, 3, 4 HAVING sum(total) <> 0
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


@dataclass(frozen=True, slots=True, order=True)
class Cell:
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
    params = {
        "node": area.pk if area else 0, "first": days.month(since), "last": days.month(until), "reaches": mine, "others": others,
    }  # fmt: skip
    found: dict[tuple[int, str, str, int], int] = {}
    for sql in (_TALLY, *([_BESIDES] if others else [])):
        for *cell, n in run(sql, params):
            found[tuple(cell)] = found.get(tuple(cell), 0) + n
    return sorted(Cell(u, p, s, date(m // 12, m % 12 + 1, 1), n) for (u, p, s, m), n in found.items())


def cases_in(asker: Asker, cell: Cell, *, area: Area | None = None) -> list[int]:
    """The cases of a cell, the oldest first: as many as it says."""
    facts.settle()
    params = {
        "keys": None if asker.keys is None else list(asker.keys), "unit": cell.unit, "procedure": cell.procedure,
        "state": cell.state, "month": days.month(cell.month), "node": area.pk if area else 0,
    }  # fmt: skip
    return [row[0] for row in run(_ROWS, params)]
