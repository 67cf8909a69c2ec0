"""The counting ground: what every indicator counts, kept in days and summed by day, so that no page works it out from steps.

A trigger writes down, in the transaction of the change, that a case or an intake is to be counted anew (`Stale`). `settle`
does so: it asks the questions again for these alone, takes what they counted before out of the sums and puts what they
count now in, all in one transaction, one at a time. Whoever asks for a figure settles first, so a figure and the list behind it are the
same rows and no older than the question; a job does so every minute, so that there is little left to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from jiefen.analytics import kind_facts, meaning
from jiefen.analytics.definitions import QUESTIONS, Indicator, catalogue
from jiefen.kernel.scope import scope
from jiefen.oversight import left_out
from jiefen.people.actor import CENTRE_UNIT_TYPES

LOCK = 7_120_031
"""Only one at a time changes the sums: an advisory lock of the transaction."""
AT_ONCE = 400
"""So many changed matters a reader counts anew before a page; where more wait, all are left to the job."""
BATCH = 2000
COLUMNS = "matter, question, thing, at, since, due, hit, until, before, base, value"


@cache
def sql(name: str) -> str:
    """A question's text."""
    return (QUESTIONS / f"{name}.sql").read_text("utf-8").strip()


def numbers() -> dict[str, int]:
    """The number by which each connected indicator's facts are kept: its question's, and which of those that ask it."""
    found: dict[str, int] = {}
    for indicator in catalogue().indicators.values():
        if indicator.kept:
            first = int(indicator.question.split("-")[0]) * 100
            found[indicator.key] = first + sum(1 for n in found.values() if n // 100 * 100 == first)
    return found


def kept() -> list[Indicator]:
    """The indicators whose facts are kept: all that are connected, but those about areas."""
    return [i for i in catalogue().indicators.values() if i.kept]


def fresh() -> tuple[str, dict[str, Any]]:
    """One statement that gives every fact of some matters, and its parameters but the matters themselves."""
    params: dict[str, Any] = {**meaning.as_params(), **left_out.as_params()}
    parts = []
    for indicator in kept():
        n = numbers()[indicator.key]
        own = {
            "window": indicator.window, "clocks": list(indicator.clocks), "steps": list(indicator.steps),
            "states": list(indicator.states), "said": indicator.said,
        }  # fmt: skip
        text = sql(indicator.question)
        for name in own:
            text = text.replace(f"%({name})s", f"%({name}_{n})s")
        params |= {f"{name}_{n}": value for name, value in own.items()}
        odd = 1 if indicator.lists == "intake" else 0
        parts.append(
            f"SELECT q.of * 2 + {odd} AS matter, {n}::smallint AS question, q.thing, q.at, q.since, q.due, q.hit,"
            f" q.until, q.before, q.base, q.value\nFROM (\n{text}\n) q WHERE q.since < q.until AND q.since < jiefen_never()"
        )
    return sql("00-ground") + "\n, fresh AS (\n" + "\nUNION ALL\n".join(parts) + "\n)", params


MATTERS = """
WITH centres AS MATERIALIZED (SELECT id * 4 AS door FROM people_unit WHERE unit_type = ANY(%(centre_types)s)),
found AS (
  SELECT c.id * 2 AS key, c.area_id AS area, coalesce(c.lead_unit_id, 0) AS unit, c.procedure, c.state, c.kind, c.grade, c.stratum,
         jiefen_day(c.opened_at) AS opened, coalesce(jiefen_day(c.ended_at), jiefen_never()) AS ended, c.doors
  FROM cases_case c WHERE c.id = ANY(%(cases)s::bigint[]) AND c.stratum <> 2
  UNION ALL
  SELECT i.id * 2 + 1, i.area_id, 0, i.channel, i.state, '', '', i.stratum, jiefen_day(i.received_at), jiefen_never(), i.doors
  FROM intake_intake i WHERE i.id = ANY(%(intakes)s::bigint[]) AND i.state <> 'void' AND i.stratum <> 2
), reached AS MATERIALIZED (
  SELECT f.*, ARRAY(SELECT d FROM unnest(f.doors) d WHERE d IN (SELECT door FROM centres) ORDER BY d) AS benches,
         ARRAY(SELECT 0::bigint UNION ALL
               (SELECT up.id FROM places_area here JOIN places_area up ON up.path @> here.path WHERE here.id = f.area ORDER BY nlevel(up.path))) AS nodes
  FROM found f
)
"""
REACH = "INSERT INTO analytics_reach (doors) SELECT DISTINCT benches FROM reached ON CONFLICT (doors) DO NOTHING"
MATTER_COLUMNS = "key, area, nodes, unit, procedure, state, kind, grade, stratum, opened, ended, reach, doors"
MATTER = (
    "SELECT f.key, f.area, f.nodes, f.unit, f.procedure, f.state, f.kind, f.grade, f.stratum, f.opened, f.ended, r.id AS reach, f.doors "
    "FROM reached f JOIN analytics_reach r ON r.doors = f.benches"
)

_RUNNING = ", ".join(f"coalesce(sum(n) FILTER (WHERE dom <= {dom}), 0)::int" for dom in range(1, 32))
DEPTH = 4
"""Sums are kept for everywhere, the county, the township and the village; for smaller areas the facts are counted."""

COUNTS = f"""
WITH deltas AS (
  SELECT f.question, p.cell * 2 + e.tonight AS cell, f.reach, f.nodes, f.value, e.day, f.at_month, e.n * f.sign AS n
  FROM (
    SELECT f.question, m.reach, m.nodes[1:{DEPTH}] AS nodes, f.base, f.since, f.due, f.hit, f.until, a.sign,
           coalesce(CASE WHEN f.question = ANY(%(valued)s) THEN f.value END, 0) AS value, jiefen_month(a.at) AS at_month
    FROM analytics_fact f JOIN analytics_matter m ON m.key = f.matter
    CROSS JOIN LATERAL (VALUES (f.at, 1), (f.before, -1)) a (at, sign)
    WHERE f.question <> ALL(%(unsummed)s) AND a.at > jiefen_ever() AND {{which}}
  ) f
  -- Waiting from the first day until the time limit is over; in the denominator from then on; in the numerator from when both hold.
  CROSS JOIN LATERAL (VALUES
    (0, f.since, f.due >= f.since, FALSE, least(f.due, f.until), f.due < f.until),
    (1, greatest(f.since, f.due), f.base, f.due >= f.since, f.until, FALSE),
    (2, greatest(f.since, f.due, f.hit), f.hit < jiefen_never(), f.due >= greatest(f.since, f.hit), f.until, FALSE)
  ) p (cell, start, holds, start_tonight, stop, stop_tonight)
  CROSS JOIN LATERAL (VALUES
    (p.start, p.start_tonight::int, 1), (p.stop, p.stop_tonight::int, -1)
  ) e (day, tonight, n)
  WHERE p.holds AND p.start < jiefen_never() AND e.day < jiefen_never()
    AND (p.start < p.stop OR (p.cell = 0 AND p.start = p.stop AND p.stop_tonight))
), daily AS (
  SELECT node, jiefen_month(day) AS month, jiefen_day_of_month(day) AS dom, question, cell, reach, at_month, value, sum(n) AS n
  FROM (
    SELECT question, cell, reach, nodes, at_month, value, day, sum(n) AS n FROM deltas GROUP BY 1, 2, 3, 4, 5, 6, 7
  ) d CROSS JOIN LATERAL unnest(d.nodes) AS node
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(n) <> 0
)
SELECT node, month, question, cell, reach, at_month, value, (sum(n))::int AS total, ARRAY[{_RUNNING}] AS days
FROM daily GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_TWELVE = ", ".join(f"coalesce(sum(n) FILTER (WHERE month % 12 = {n}), 0)::int" for n in range(12)).replace("%", "%%")
EVERY = -1
"""Stands for all reaches together: who sees the whole county has its cases by month in a third of the rows. Kept where many
reaches meet: everywhere, and the county."""
TALLIES = f"""
SELECT node, month / 12 AS year, unit, procedure, state, reach, ARRAY[{_TWELVE}] AS months
FROM (
  SELECT a.node, jiefen_month(m.opened) AS month, m.unit, m.procedure, m.state, r.reach, count(*) AS n
  FROM analytics_matter m CROSS JOIN LATERAL unnest(m.nodes[1:{DEPTH}]) WITH ORDINALITY AS a (node, depth)
  CROSS JOIN LATERAL (VALUES (m.reach), (CASE WHEN a.depth <= 2 THEN {EVERY} END)) r (reach)
  WHERE m.key %% 2 = 0 AND r.reach IS NOT NULL AND {{which}} GROUP BY 1, 2, 3, 4, 5, 6
) t GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """A table of sums: the question that gives its rows, its key, the array of numbers in each row and what says which
    matters are summed. `total`: each row also has the sum of all."""

    question: str
    key: str
    row: str
    which: str
    total: bool

    @property
    def columns(self) -> str:
        return ("total, " if self.total else "") + self.row


TABLES = {
    "analytics_daycount": Sums(COUNTS, "node, month, question, cell, reach, at_month, value", "days", "f.matter = ANY(%(keys)s::bigint[])", True),
    "analytics_yeartally": Sums(TALLIES, "node, year, unit, procedure, state, reach", "months", "m.key = ANY(%(keys)s::bigint[])", False),
    "analytics_kindcount": Sums(kind_facts.COUNTS, kind_facts.KEY, "cells", "m.key = ANY(%(keys)s::bigint[])", False),
}  # fmt: skip


def _sum(cursor: Any, params: dict[str, Any], sign: int) -> None:
    """Put what the keys count into the sums, or with -1 take it out."""
    for table, sums in TABLES.items():
        row = sums.row if sign > 0 else f"ARRAY(SELECT -n FROM unnest({sums.row}) n)"
        total = f"{'-' if sign < 0 else ''}total, " if sums.total else ""
        cursor.execute(
            f"INSERT INTO {table} AS t ({sums.key}, {sums.columns}) SELECT {sums.key}, {total}{row}"
            f" FROM ({sums.question.format(which=sums.which)}) new ON CONFLICT ({sums.key}) DO UPDATE SET"
            f" {'total = t.total + excluded.total, ' if sums.total else ''}{sums.row} = jiefen_both(t.{sums.row}, excluded.{sums.row})",
            params,
        )


def params_for(cursor: Any, keys: Iterable[int]) -> dict[str, Any]:
    """What the questions are asked about: these cases and intakes, and the intakes that led to these cases."""
    cases = sorted({key // 2 for key in keys if key % 2 == 0})
    cursor.execute("SELECT intake_id FROM triage_triagedecision WHERE case_id = ANY(%s::bigint[])", [cases])
    intakes = sorted({key // 2 for key in keys if key % 2} | {row[0] for row in cursor.fetchall()})
    cursor.execute(
        "SELECT DISTINCT case_id FROM triage_triagedecision WHERE intake_id = ANY(%s::bigint[]) AND case_id IS NOT NULL",
        [intakes],
    )
    near = sorted({*cases, *(row[0] for row in cursor.fetchall())})
    return {
        "cases": cases,
        "intakes": intakes,
        "near": near,
        "keys": [c * 2 for c in cases] + [i * 2 + 1 for i in intakes],
    }


def shared() -> dict[str, Any]:
    """Parameters of the sums."""
    known = numbers()
    return {
        "centre_types": sorted(CENTRE_UNIT_TYPES),
        "valued": [known[i.key] for i in kept() if i.shape == "days"],
        "unsummed": [known[i.key] for i in kept() if i.base == "stock"],
    }


def rewrite(cursor: Any, params: dict[str, Any]) -> None:
    """Write the rows of the keys anew, without the sums."""
    cursor.execute("DELETE FROM analytics_fact WHERE matter = ANY(%(keys)s::bigint[])", params)
    cursor.execute("DELETE FROM analytics_matter WHERE key = ANY(%(keys)s::bigint[])", params)
    cursor.execute(MATTERS + REACH, params)
    cursor.execute(MATTERS + f"INSERT INTO analytics_matter ({MATTER_COLUMNS}) {MATTER}", params)
    text, own = fresh()
    # Over whole sets: the planner, misled by what it cannot estimate (corrections), would else go row by row.
    cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
    cursor.execute(f"{text} INSERT INTO analytics_fact ({COLUMNS}) SELECT {COLUMNS} FROM fresh", params | own)
    cursor.execute("SELECT set_config('enable_nestloop', NULL, true)")
    cursor.execute(kind_facts.GONE, params)
    cursor.execute(kind_facts.written(), params)


def count_anew(cursor: Any, keys: Iterable[int]) -> None:
    """Count some matters anew, rows and sums. In a transaction that holds LOCK."""
    params = params_for(cursor, keys) | shared()
    _sum(cursor, params, -1)
    rewrite(cursor, params)
    _sum(cursor, params, +1)


def settle(most: int = AT_ONCE, *, wait: bool = False) -> int:
    """Count anew what changed, at most so many changes. Returns how many are left. A reader (without `wait`) counts nothing
    where more wait, after an import, or while somebody else counts: it does not stand in line, and the page says that it is behind."""
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM analytics_stale LIMIT 100000) s")
        left = int(cursor.fetchone()[0])
        if not left or (left > most and not wait):
            return left
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [LOCK])
        if not wait and not cursor.fetchone()[0]:
            return left
        cursor.execute("SELECT set_config('jit', 'off', true)")
        # With a change all others of the same matter: it is counted once.
        cursor.execute(
            "DELETE FROM analytics_stale WHERE key IN (SELECT key FROM analytics_stale ORDER BY id LIMIT %s) RETURNING key",
            [most],
        )
        rows = cursor.fetchall()
        if rows:
            count_anew(cursor, {row[0] for row in rows})
        cursor.execute("SELECT set_config('jit', NULL, true)")
        return max(0, left - len(rows))


def behind() -> bool:
    """Whether something changed that no figure holds yet: after a large import, until the job has counted it."""
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM analytics_stale)")
        return bool(cursor.fetchone()[0])


def settle_all() -> None:
    """Count anew everything that changed, some thousands in a transaction."""
    while settle(BATCH, wait=True):
        pass


def reaches(keys: Iterable[int] | None) -> tuple[list[int], list[int]]:
    """Which sums these keys open whole, and the keys besides, whose matters are counted one by one. None opens everything."""
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SELECT id, doors FROM analytics_reach")
        known = cursor.fetchall()
    if keys is None:
        return [pk for pk, _doors in known], []
    held = set(keys)
    return [pk for pk, doors in known if held & set(doors)], sorted(
        held - {door for _pk, doors in known for door in doors}
    )


def opens_all(keys: Iterable[int] | None) -> bool:
    """Whether these keys open every reach, and with it every matter that is counted."""
    if keys is None:
        return True
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM analytics_reach WHERE NOT doors && %s::bigint[])", [list(keys)]
        )
        return bool(cursor.fetchone()[0])


def matters_of(keys: list[int], reaches: Iterable[int] = ()) -> list[int]:
    """The matters that one of these doors opens, by their index, but for those of these reaches."""
    if not keys:
        return []
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SELECT jiefen_matters_of(%s::bigint[], %s::int[])", [keys, list(reaches)])
        return [row[0] for row in cursor.fetchall()]
