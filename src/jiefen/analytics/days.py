"""Days as whole numbers, as the counting ground keeps them (`sql/facts.v1.sql`: the same in the database). Pure."""

from datetime import date, datetime, timedelta

from jiefen.kernel.clock import day_start, local_day

FIRST = date(2000, 1, 1)
NEVER = 1_000_000
"""A day that does not come."""
EVER = -NEVER
"""A day before all others."""


def number(day: date) -> int:
    """Days since FIRST; earlier days are negative."""
    return (day - FIRST).days


def month(day: date) -> int:
    """The number of a day's month: twelve a year."""
    return day.year * 12 + day.month - 1


def moment(day: int) -> datetime:
    """The first moment of a day, by its number."""
    return day_start(FIRST + timedelta(days=day))


def number_at(at: datetime) -> int:
    """The number of the local day of a moment."""
    return number(local_day(at))
