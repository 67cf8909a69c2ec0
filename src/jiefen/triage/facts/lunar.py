"""The first day of the old calendar's year, and with it its last and first month. A table, because the moon keeps no rule."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "tables" / "festivals.csv"
FEAST = "春节"
SHORT, LONG = 29, 30
"""A month of the old calendar has 29 or 30 days."""


@cache
def new_years() -> dict[int, date]:
    """Year → the first day of the old calendar's year, as far as the table knows."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        days = [
            date.fromisoformat(row["day"]) for row in csv.DictReader(rows) if row["holiday"] == FEAST and row["day"]
        ]
    return {day.year: day for day in days}


def lunar_year(on: date) -> int | None:
    """The year of the old calendar a day lies in; None where the table does not know."""
    start = new_years().get(on.year)
    return None if start is None else on.year if on >= start else on.year - 1


def lunar_month(year: int, month: int) -> tuple[date, date] | None:
    """First and last day of the first or the twelfth month of a year; the twelfth as the shorter, the first as the longer
    month it may be. None for other months, or where the table does not know."""
    if month == 1 and (start := new_years().get(year)):
        return start, start + timedelta(days=LONG - 1)
    if month == 12 and (after := new_years().get(year + 1)):
        return after - timedelta(days=SHORT), after - timedelta(days=1)
    return None


def festival(year: int) -> tuple[date, date] | None:
    """The week of the Spring Festival of a year."""
    start = new_years().get(year)
    return (start, start + timedelta(days=6)) if start else None
