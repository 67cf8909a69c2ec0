"""Days are counted as the State Council arranged them."""

from datetime import date, timedelta

import chinese_calendar
import holidays as holidays_package
import numpy
import pytest

from jiefen.procedures.days import Calendar, add_months
from jiefen.procedures.seeds import seeded

pytestmark = pytest.mark.rules

FIRST, LAST = date(2006, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def _by_package(day: date, china: holidays_package.HolidayBase) -> bool:
    """The package `holidays` names make-up days only through is_working_day."""
    return china.is_working_day(day)


def test_it_agrees_with_two_packages_on_every_pair_of_days() -> None:
    """Between any two days a < b the count is C(b) - C(a), C being the running total. Two counts agree on every
    pair exactly
    when all their days agree, so we compare the totals, and then all pairs outright, a row of the matrix at a time."""
    calendar = seeded()
    china = holidays_package.country_holidays("CN", years=range(2006, 2027))
    ours = numpy.array([calendar.working_upto(day) - calendar.working_upto(FIRST - timedelta(days=1)) for day in DAYS])
    others = {
        "chinese_calendar": numpy.cumsum([chinese_calendar.is_workday(day) for day in DAYS]),
        "holidays": numpy.cumsum([_by_package(day, china) for day in DAYS]),
    }
    for name, theirs in others.items():
        differing = [
            day
            for day, a, b in zip(DAYS, numpy.diff(ours, prepend=0), numpy.diff(theirs, prepend=0), strict=True)
            if a != b
        ]
        assert not differing, f"{name} differs on {differing}"
        pairs = 0
        for place in range(len(DAYS)):
            assert numpy.array_equal(ours[place:] - ours[place], theirs[place:] - theirs[place])
            pairs += len(DAYS) - place
        assert pairs == len(DAYS) * (len(DAYS) + 1) // 2


def test_its_methods_follow_the_same_totals() -> None:
    calendar = seeded()
    total = 0
    for day in DAYS:
        total += calendar.is_working(day)
        assert calendar.working_between(FIRST - timedelta(days=1), day) == total


def test_adding_working_days_undoes_counting_them() -> None:
    calendar = seeded()
    for day in DAYS[::17]:
        for number in (1, 2, 5, 15, 60, 250):
            later = calendar.add_working(day, number)
            assert calendar.is_working(later)
            assert calendar.working_between(day, later) == number
            earlier = calendar.add_working(day, -number)
            assert calendar.is_working(earlier)
            assert calendar.working_between(earlier - timedelta(days=1), day - timedelta(days=1)) == number
        assert calendar.add_working(day, 0) == day


def test_a_make_up_weekend_is_worked_and_a_festival_is_not() -> None:
    calendar = seeded()
    assert calendar.is_working(date(2026, 2, 14)) and calendar.name(date(2026, 2, 14)) == "补班"
    assert not calendar.is_working(date(2026, 10, 1)) and calendar.name(date(2026, 10, 1)) == "国庆节"
    assert calendar.name(date(2026, 11, 21)) == "休"


def test_a_year_not_published_is_provisional_and_knows_weekends_only() -> None:
    calendar = seeded()
    assert calendar.is_provisional(date(2027, 1, 4)) and not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_working(date(2027, 1, 1))  # a Friday, as far as anybody knows
    assert calendar.add_working(date(2026, 12, 31), 400) > date(2028, 1, 1)


def test_a_month_without_that_day_ends_with_the_month() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 11, 30), 15) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 15), 12) == date(2027, 12, 15)


def test_a_long_closure_only_takes_longer_to_count_over() -> None:
    start = date(2026, 1, 1)
    calendar = Calendar(off=[start + timedelta(days=n) for n in range(400)], published_years=[2026, 2027])
    assert calendar.add_working(start, 1) == calendar.next_working(start) > date(2027, 2, 1)
    assert calendar.add_working(date(2027, 2, 4), -1) == date(2025, 12, 31)
