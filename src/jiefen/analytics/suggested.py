"""How often the suggested kind was what a person then decided: read from the sums, with the list behind every number.

Ordinary matters that a named person opened as a case, by kind, month and channel, through the asker's doors; nothing by
person. Rows and sums are kept with the counting ground (`facts`), so a number and its list are no older than the question.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from jiefen.analytics import days, facts
from jiefen.analytics.asker import Asker
from jiefen.analytics.asking import run
from jiefen.kernel.scope import scope

PARTS = {
    "said": "s.kind <> ''", "right": "s.hit", "two": "(s.hit OR s.near)", "silent": "s.kind = ''",
}  # fmt: skip
"""Which rows a list shows: all with a suggestion; the first was right; one of the first two; no suggestion was made."""
BY = {"all": "TRUE", "kind": "s.kind = %(name)s", "month": "jiefen_month(s.day) = %(name)s", "channel": "s.channel = %(name)s"}  # fmt: skip
_SUMS = """
SELECT month, channel, kind, sum(cells[1])::int, sum(cells[2])::int, sum(cells[3])::int FROM analytics_kindcount
WHERE month BETWEEN %(first)s AND %(last)s AND reach = ANY(%(reaches)s) GROUP BY 1, 2, 3
"""
_BESIDES = """
SELECT jiefen_month(s.day), s.channel, s.kind, count(*)::int, (count(*) FILTER (WHERE s.hit))::int, (count(*) FILTER (WHERE s.near))::int
FROM analytics_suggested s JOIN analytics_matter m ON m.key = s.matter
WHERE s.matter = ANY(%(others)s::bigint[]) AND m.reach <> ALL(%(reaches)s) AND jiefen_month(s.day) BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3
"""
_LIST = """
SELECT s.matter / 2, s.day, s.kind, s.chosen FROM analytics_suggested s JOIN analytics_matter m ON m.key = s.matter
WHERE (%(keys)s::bigint[] IS NULL OR m.doors && %(keys)s::bigint[]) AND s.day >= %(since)s AND s.day < %(until)s
  AND {part} AND {by} AND (s.day, s.matter) < (%(day)s, %(last)s) ORDER BY s.day DESC, s.matter DESC LIMIT %(size)s
"""
_PAST = "SELECT coalesce(sum(cells[1]), 0), coalesce(sum(cells[2]), 0) FROM analytics_kindcount WHERE model = %s AND band = %s AND kind <> ''"


class Cell(NamedTuple):
    """A month (its first day), a channel and a suggested kind: of `said` the first was right, `near` more were the second
    best. An empty kind: no suggestion was made."""

    month: date
    channel: str
    kind: str
    said: int
    right: int
    near: int


class Thing(NamedTuple):
    """A row of a list: which intake, the day's number, what had been suggested and what was decided."""

    intake: int
    day: int
    kind: str
    chosen: str


def cells(asker: Asker, since: date, until: date) -> list[Cell]:
    """Every cell that is not empty, of the months from one day's to another's. What changed just now is counted first; the
    queries do not grow with what is counted."""
    facts.settle()
    mine, rest = facts.reaches(asker.keys)
    params = {"first": days.month(since), "last": days.month(until), "reaches": mine}
    found: dict[tuple[int, str, str], list[int]] = {}
    others = facts.matters_of(rest, mine)
    for month, channel, kind, *counts in [*run(_SUMS, params), *(run(_BESIDES, params | {"others": others}) if others else ())]:  # fmt: skip
        sums = found.setdefault((month, channel, kind), [0, 0, 0])
        sums[:] = [a + b for a, b in zip(sums, counts, strict=True)]
    return [
        Cell(date(month // 12, month % 12 + 1, 1), channel, kind, *counts)
        for (month, channel, kind), counts in sorted(found.items())
        if any(counts)
    ]


def things(
    asker: Asker, since: date, until: date, *, part: str, by: str, name: str | date = "", after: tuple[int, int] | None = None, size: int = 50
) -> list[Thing]:  # fmt: skip
    """A page of what a number counted, the newest first, behind `after` (day's number, intake). `name`: the kind, the
    channel, or the first day of the month. Raises KeyError for a part or a cut that is none."""
    facts.settle()
    day, last = after or (days.NEVER, 0)
    ends = days.month(until) + 1
    params: dict[str, Any] = {
        "keys": None if asker.keys is None else list(asker.keys), "since": days.number(since),
        "until": days.number(date(ends // 12, ends % 12 + 1, 1)), "day": day, "last": last * 2 + 1, "size": size,
        "name": days.month(name) if isinstance(name, date) else name,
    }  # fmt: skip
    return [Thing(*row) for row in run(_LIST.format(part=PARTS[part], by=BY[by]), params, few=True)]


def past(model: int, band: int) -> tuple[int, int]:
    """Of the county's own matters suggested by a model in a band of chance: (how many, how many right)."""
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute(_PAST, [model, band])
        said, right = cursor.fetchone()
        return int(said), int(right)


def total(found: Iterable[Cell]) -> tuple[int, int, int, int]:
    """(suggested, right, right or second, no suggestion) of some cells."""
    rows = list(found)
    said = [c for c in rows if c.kind]
    right = sum(c.right for c in said)
    return sum(c.said for c in said), right, right + sum(c.near for c in said), sum(c.said for c in rows if not c.kind)
