"""Cases by unit, state and month, counted from the cases themselves."""

from datetime import date, timedelta

from django.db import connection

from jiefen.analytics.asker import Asker
from jiefen.analytics.tally import cases_in, tally
from jiefen.kernel.scope import scope

RAW = """
SELECT coalesce(lead_unit_id, 0), procedure, state, date_trunc('month', opened_at AT TIME ZONE 'Asia/Shanghai')::date AS month, count(*)
FROM cases_case WHERE stratum <> 2 AND (%(keys)s::bigint[] IS NULL OR doors && %(keys)s::bigint[])
  AND (opened_at AT TIME ZONE 'Asia/Shanghai')::date >= %(first)s GROUP BY 1, 2, 3, 4
"""


def months_agree(asker: Asker, since: date, until: date) -> None:
    """The sums say what a raw count says, also for a part of the time, and a cell's list is as long as it says."""
    for first in (since.replace(day=1), (since + timedelta(days=40)).replace(day=1)):
        with scope("analytics"), connection.cursor() as cursor:
            cursor.execute(RAW, {"keys": None if asker.keys is None else list(asker.keys), "first": first})
            raw = sorted(tuple(row) for row in cursor.fetchall())
        cells = tally(asker, first, until)
        assert [tuple(cell) for cell in cells] == raw, (asker.username, first)
        assert not cells or len(cases_in(asker, cells[-1])) == cells[-1].n
