"""How often suggested kinds were the decided ones: day sums, counted anew from the decisions, and what the page and the
phrases ask of them. Ordinary matters that a person opened as a case; nothing by person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from jiefen.kernel.clock import day_end, day_start
from jiefen.kernel.scope import scope
from jiefen.triage.models import KindDay

from .calibrate import BANDS

ALL_DAYS = date(2000, 1, 1)
_BAND = (
    "CASE " + " ".join(f"WHEN chance >= {low} THEN {n}" for n, low in reversed(list(enumerate(BANDS)))) + " ELSE 0 END"
)
# A suggestion of a first-level kind is right when the decided sub kind is one of it.
_COUNT = f"""
INSERT INTO triage_kindday (day, channel, kind, model, band, said, "right", second)
SELECT (at AT TIME ZONE 'Asia/Shanghai')::date, channel, kind, model, {_BAND} AS band, count(*),
       count(*) FILTER (WHERE hit), count(*) FILTER (WHERE NOT hit AND second <> '' AND left(chosen, length(second)) = second)
FROM (
  SELECT d.at, i.channel, coalesce(d.suggested ->> 'kind', '') AS kind, coalesce((d.suggested ->> 'model')::int, 0) AS model,
         coalesce((d.suggested ->> 'chance')::float, 0) AS chance, coalesce(d.suggested ->> 'second', '') AS second,
         d.chosen ->> 'kind' AS chosen,
         coalesce(d.suggested ->> 'kind', '') <> ''
           AND left(d.chosen ->> 'kind', length(d.suggested ->> 'kind')) = d.suggested ->> 'kind' AS hit
  FROM triage_triagedecision d JOIN intake_intake i ON i.id = d.intake_id
  WHERE d.at >= %(since)s AND d.at < %(till)s AND d.action = 'open' AND d.by_id IS NOT NULL AND i.stratum = 0
    AND d.suggested ? 'kind' AND d.chosen ? 'kind'
) one GROUP BY 1, 2, 3, 4, 5
"""


def count_days(since: date, till: date) -> int:
    """Count the days from `since` to `till` anew (both included). Returns how many rows stand for them. One transaction."""
    with scope("worker"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('triage_kindday'))")
        KindDay.objects.filter(day__gte=since, day__lte=till).delete()
        cursor.execute(_COUNT, {"since": day_start(since), "till": day_end(till)})
        return cursor.rowcount


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: of `said` suggestions `right` were what was decided, `second` more were the second best;
    `silent` matters had no suggestion."""

    name: str
    said: int
    right: int
    second: int
    silent: int


def lines(by: str, since: date, till: date) -> list[Line]:
    """Sums by "kind", "month" or "channel" over whole days (both included). Reads day sums only: flat in matters."""
    column = {"kind": "kind", "month": "to_char(day, 'YYYY-MM')", "channel": "channel"}[by]
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {column}, coalesce(sum(said) FILTER (WHERE kind <> ''), 0), sum("right"),
                       coalesce(sum(second) FILTER (WHERE kind <> ''), 0), coalesce(sum(said) FILTER (WHERE kind = ''), 0)
                FROM triage_kindday WHERE day BETWEEN %s AND %s GROUP BY 1 ORDER BY 1""",
            [since, till],
        )
        return [Line(n, int(a), int(b), int(c), int(d)) for n, a, b, c, d in cursor.fetchall()]


def past(model: int, band: int) -> tuple[int, int]:
    """Of the county's own matters suggested by a model in a band of chance: (how many, how many right)."""
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(said), 0), coalesce(sum("right"), 0) FROM triage_kindday
               WHERE model = %s AND band = %s AND kind <> ''""",
            [model, band],
        )
        said, right = cursor.fetchone()
        return int(said), int(right)
