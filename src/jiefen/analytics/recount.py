"""The counting ground worked out anew: facts from the rows they follow from, sums from the facts. `jiefen rebuild` asks for both."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from jiefen.analytics import facts, kind_facts
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope

_FACTS = """
SELECT matter FROM (
  (SELECT {columns} FROM fresh EXCEPT SELECT {columns} FROM analytics_fact WHERE matter = ANY(%(keys)s::bigint[]))
  UNION ALL
  (SELECT {columns} FROM analytics_fact WHERE matter = ANY(%(keys)s::bigint[]) EXCEPT SELECT {columns} FROM fresh)
) d
"""
_MATTERS = """
SELECT key FROM (
  (SELECT {columns}, benches FROM reached
   EXCEPT SELECT {columns}, (SELECT r.doors FROM analytics_reach r WHERE r.id = m.reach) FROM analytics_matter m WHERE key = ANY(%(keys)s::bigint[]))
  UNION ALL
  (SELECT {columns}, (SELECT r.doors FROM analytics_reach r WHERE r.id = m.reach) FROM analytics_matter m WHERE key = ANY(%(keys)s::bigint[])
   EXCEPT SELECT {columns}, benches FROM reached)
) d
"""
_MATTER_COLUMNS = facts.MATTER_COLUMNS.replace(", reach", "")
_SUMS = """
SELECT count(*) FROM (
  (SELECT {key}, {columns} FROM new EXCEPT SELECT {key}, {columns} FROM {table})
  UNION ALL
  (SELECT {key}, {columns} FROM {table} WHERE {some} EXISTS (SELECT 1 FROM unnest({row}) n WHERE n <> 0)
   EXCEPT SELECT {key}, {columns} FROM new)
) d
"""


@dataclass(slots=True)
class Report:
    """How many cases and intakes were looked at, the numbers of those whose facts differed, and how many sums did."""

    matters: int = 0
    differed: list[int] = field(default_factory=list)
    sums: int = 0

    def __len__(self) -> int:
        return len(self.differed) + self.sums

    def __str__(self) -> str:
        parts = [f"计数的行：{len(self.differed)}件不符"] if self.differed else []
        parts += [f"按日的合计：{self.sums}行不符"] if self.sums else []
        return "；".join(parts)


def rebuild(check: bool, progress: Progress | None = None) -> Report:
    """Work out every fact and every sum and bring them in line; `check` writes nothing. What waits to be counted anew is no
    difference: it is counted first, also by a check. By batches, each in a transaction of its own. Running it again finds nothing."""
    progress, report = progress or silent, Report()
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM intake_intake), EXISTS (SELECT 1 FROM analytics_matter)"
        )
        cases, intakes, filled = cursor.fetchone()
    bulk = not filled and not check
    if bulk:  # everything waits: it is written in one go, the sums at the end
        with scope("analytics"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM analytics_stale")
    else:
        facts.settle_all()
    for table, odd in (("cases_case", 0), ("intake_intake", 1)):
        last = 0
        while True:
            with scope("analytics"), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s), set_config('jit', 'off', true)", [facts.LOCK])
                cursor.execute(f"SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s", [last, facts.BATCH])
                batch = [row[0] for row in cursor.fetchall()]
                if not batch:
                    break
                _batch(cursor, [pk * 2 + odd for pk in batch], report, check=check, bulk=bulk)
            last = batch[-1]
            report.matters += len(batch)
            progress(report.matters, cases + intakes)
    _gone(report, check)
    _sums(report, check)
    if bulk:
        report.sums = 0  # there was nothing to differ from
    return report


def _batch(cursor: Any, keys: list[int], report: Report, *, check: bool, bulk: bool) -> None:
    params = facts.params_for(cursor, keys) | facts.shared()
    # A case's intakes are looked at with the intakes.
    params["keys"] = keys
    params["intakes"] = sorted(key // 2 for key in keys if key % 2)
    if bulk:
        facts.rewrite(cursor, params)
        return
    text, own = facts.fresh()
    cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
    cursor.execute(text + _FACTS.format(columns=facts.COLUMNS), params | own)
    found = {row[0] for row in cursor.fetchall()}
    cursor.execute("SELECT set_config('enable_nestloop', NULL, true)")
    cursor.execute(facts.MATTERS + _MATTERS.format(columns=_MATTER_COLUMNS), params)
    found |= {row[0] for row in cursor.fetchall()}
    cursor.execute(kind_facts.differing(), params)
    found |= {row[0] for row in cursor.fetchall()}
    report.differed += sorted(found)
    if found and not check:
        facts.count_anew(cursor, found)


def _gone(report: Report, check: bool) -> None:
    """Rows of what is no longer there, or lies in the vault by now."""
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM analytics_matter m WHERE NOT EXISTS (SELECT 1 FROM cases_case c WHERE m.key % 2 = 0 AND c.id = m.key / 2)"
            " AND NOT EXISTS (SELECT 1 FROM intake_intake i WHERE m.key % 2 = 1 AND i.id = m.key / 2)"
        )
        found = {row[0] for row in cursor.fetchall()}
        report.differed += sorted(found)
        if found and not check:
            facts.count_anew(cursor, found)


def _sums(report: Report, check: bool) -> None:
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), set_config('jit', 'off', true)", [facts.LOCK])
        for table, sums in facts.TABLES.items():
            whole = sums.question.format(which="TRUE")
            cursor.execute(f"CREATE TEMP TABLE new ON COMMIT DROP AS {whole}", facts.shared())
            some = "total <> 0 OR" if sums.total else ""
            cursor.execute(_SUMS.format(key=sums.key, columns=sums.columns, row=sums.row, some=some, table=table))
            off = int(cursor.fetchone()[0])
            report.sums += off
            if off and not check:
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(
                    f"INSERT INTO {table} ({sums.key}, {sums.columns}) SELECT {sums.key}, {sums.columns} FROM new"
                )
            cursor.execute("DROP TABLE new")
