"""The days the State Council arranged, 2004 to 2026, from the package `chinesecalendar`. Pure."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

import chinese_calendar

from .days import SATURDAY, Calendar

FIRST_YEAR, LAST_YEAR = 2004, 2026
SOURCE = "国务院办公厅关于部分节假日安排的通知（经 chinesecalendar 整理）"


class HolidayRow(NamedTuple):
    """A day that departs from Monday-to-Friday."""

    day: date
    working: bool
    name: str


def rows() -> Iterator[HolidayRow]:
    """Every such day of the published years, in order, each with its festival's Chinese name."""
    for day, name in sorted({**chinese_calendar.holidays, **chinese_calendar.workdays}.items()):
        working = day in chinese_calendar.workdays
        weekend = day.weekday() >= SATURDAY
        if FIRST_YEAR <= day.year <= LAST_YEAR and (working == weekend or not working):
            yield HolidayRow(day, working, _chinese(name))


def _chinese(name: str) -> str:
    return next((item.chinese for item in chinese_calendar.Holiday if item.value == name), name)


def calendar_of(holidays: Iterator[HolidayRow] | list[HolidayRow], years: Iterator[int] | range | set[int]) -> Calendar:
    """A calendar from such rows and the years they are complete for."""
    found = list(holidays)
    return Calendar(
        off=[row.day for row in found if not row.working],
        work=[row.day for row in found if row.working],
        published_years=years,
        names={row.day: row.name for row in found if not row.working},
    )


@cache
def seeded() -> Calendar:
    """The calendar of the years that came with the package; later ones are provisional."""
    return calendar_of(rows(), range(FIRST_YEAR, LAST_YEAR + 1))
