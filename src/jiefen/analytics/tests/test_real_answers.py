"""Thousands of real answers, imported by real verbs, are counted as the file itself counts them."""

import csv
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure, things
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.facts import settle_all
from jiefen.analytics.indicators import rows_behind
from jiefen.analytics.ledger_file import compare, cut, write_ledger
from jiefen.kernel.clock import now

DATA = Path(os.environ.get("JIEFEN_DATA") or Path(__file__).resolve().parents[5] / "shared" / "data")
FILE = DATA / "complaints" / "replied.csv"
EVERY = 1 if os.environ.get("JIEFEN_WHOLE") == "1" else 15  # an answered order is eight verbs: all of them take minutes
DAYS = (date(2018, 12, 31), date(2019, 9, 30), date(2020, 1, 31))

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FILE.is_file(), reason=f"the real messages are not beside the checkout ({FILE})"),
]


def expected(rows: list[tuple[date, date]], window: int, day: date) -> tuple[int, int, int]:
    """(in time, window over, window not over), straight from the file's two columns of days."""
    came = [row for row in rows if row[0] <= day]
    over = [row for row in came if row[0] + timedelta(days=window) <= day]
    return sum((went - came_on).days <= window for came_on, went in over), len(over), len(came) - len(over)


def test_it_counts_the_answers_within_15_30_and_60_days_as_the_file_does(county, tmp_path):
    from jiefen.channels.ledger.actions import import_file

    with FILE.open(encoding="utf-8", newline="") as raw:
        said = list(csv.DictReader(raw))[::EVERY]
    with (tmp_path / "some.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, said[0].keys())
        writer.writeheader()
        writer.writerows(said)
    report = import_file(tmp_path / "some.csv", "upper-replied", helpers=0)
    rows = [(datetime.fromisoformat(r["time"]).date(), datetime.fromisoformat(r["reply_time"]).date()) for r in said]
    assert not report.errors
    settle_all()
    for day in DAYS:
        for window in (15, 30, 60):
            indicator = catalogue().indicators[f"answered-within-{window}"]
            asked = Cut.of(day, at=now())
            found = figure(indicator, Asker.machine(), asked)
            wanted = expected(rows, window, day)
            assert (found.numerator, found.denominator, found.waiting) == wanted, (day, window)
            lengths = [
                len(things(indicator, Asker.machine(), asked, part=p, size=9999))
                for p in ("numerator", "denominator", "waiting")
            ]
            assert tuple(lengths) == wanted
            assert sum(1 for _ in rows_behind(indicator, Asker.machine(), asked, part="numerator")) == wanted[0]
    written = write_ledger(tmp_path / "all.xlsx", cut(Asker.machine(), at=now()))
    assert 0 < written <= len(rows)
    assert compare(tmp_path / "all.xlsx") == []
