"""Suggested against decided kinds, as the counting ground keeps them: one narrow row for each intake, and its sums."""

from functools import cache

COLUMNS = "matter, day, channel, kind, chosen, model, band, hit, near"


@cache
def fresh() -> str:
    """The rows of some intakes (%(intakes)s): ordinary matters that a named person opened as a case. `hit`: a suggestion of
    a first-level kind is right when the decided sub kind is one of it. `near`: not that, but the second best was."""
    from jiefen.triage.learning.calibrate import BANDS  # numpy: loaded where something is counted

    band = "CASE " + " ".join(f"WHEN chance >= {low} THEN {n}" for n, low in reversed(list(enumerate(BANDS)))) + " ELSE 0 END"  # fmt: skip
    return f"""
SELECT intake * 2 + 1 AS matter, day, channel, kind, chosen, model, {band} AS band, hit,
       NOT hit AND second <> '' AND left(chosen, length(second)) = second AS near
FROM (
  SELECT i.id AS intake, jiefen_day(d.at) AS day, i.channel, coalesce(d.suggested ->> 'kind', '') AS kind, coalesce(d.chosen ->> 'kind', '') AS chosen,
         coalesce((d.suggested ->> 'model')::int, 0) AS model, coalesce((d.suggested ->> 'chance')::float, 0) AS chance,
         coalesce(d.suggested ->> 'second', '') AS second,
         coalesce(d.suggested ->> 'kind', '') <> ''
           AND left(coalesce(d.chosen ->> 'kind', ''), length(d.suggested ->> 'kind')) = d.suggested ->> 'kind' AS hit
  FROM triage_triagedecision d JOIN intake_intake i ON i.id = d.intake_id
  WHERE d.intake_id = ANY(%(intakes)s::bigint[]) AND i.stratum = 0 AND i.state <> 'void'
    AND d.action = 'open' AND d.by_id IS NOT NULL AND d.suggested ? 'kind' AND d.chosen ? 'kind'
) one"""


GONE = "DELETE FROM analytics_suggested WHERE matter = ANY(%(keys)s::bigint[])"


def written() -> str:
    """Write the rows anew."""
    return f"INSERT INTO analytics_suggested ({COLUMNS}) SELECT {COLUMNS} FROM ({fresh()}) f"


def differing() -> str:
    """The matters whose rows are not what they follow from."""
    kept = f"SELECT {COLUMNS} FROM analytics_suggested WHERE matter = ANY(%(keys)s::bigint[])"
    return (
        f"WITH f AS MATERIALIZED ({fresh()}) SELECT matter FROM ((SELECT {COLUMNS} FROM f EXCEPT {kept})"
        f" UNION ALL ({kept} EXCEPT SELECT {COLUMNS} FROM f)) d"
    )


COUNTS = """
SELECT jiefen_month(s.day) AS month, m.reach, s.channel, s.kind, s.model, s.band,
       ARRAY[count(*), count(*) FILTER (WHERE s.hit), count(*) FILTER (WHERE s.near)]::int[] AS cells
FROM analytics_suggested s JOIN analytics_matter m ON m.key = s.matter
WHERE {which} GROUP BY 1, 2, 3, 4, 5, 6
"""
KEY = "month, reach, channel, kind, model, band"
