"""Days as the law counts them: natural days, working days, months.

The day something starts on is not counted; the last day of a natural period that falls on a day of rest moves
on to the next
working day; a month without that day ends with the month (民法典 200-203). Make-up working weekends count as
working days.

A calendar is two short sorted lists of exceptions to Monday-to-Friday; how many lie before a day is found by
bisection, so
counting between two days is O(log n) and adding days searches over that count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


def _weekdays_upto(ordinal: int) -> int:
    """Mondays to Fridays from the first day of year 1 (a Monday, ordinal 1) to `ordinal`, both counted."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


class Calendar:
    """Which days are worked.

    `off`: days of rest that a plain Monday-to-Friday week would work. `work`: weekend days that are worked.
    `published_years`:
    years whose arrangement is known; in any other only weekends rest and every date is provisional. `names`:
    what a day is
    called (元旦), for showing. Days given in `off` that are weekends anyway, and the like, do no harm.
    """

    def __init__(
        self,
        off: Iterable[date] = (),
        work: Iterable[date] = (),
        published_years: Iterable[int] = (),
        names: Mapping[date, str] | None = None,
    ) -> None:
        self.published_years = frozenset(published_years)
        self.names = dict(names or {})
        self._off = sorted({day.toordinal() for day in off if day.weekday() < SATURDAY})
        self._work = sorted({day.toordinal() for day in work if day.weekday() >= SATURDAY})
        self._off_set, self._work_set = frozenset(self._off), frozenset(self._work)

    def is_working(self, day: date) -> bool:
        """Whether offices work that day."""
        ordinal = day.toordinal()
        return ordinal in self._work_set if day.weekday() >= SATURDAY else ordinal not in self._off_set

    def working_upto(self, day: date) -> int:
        """Working days from the first day of year 1 to `day`, both counted: the cumulative count everything
        rests on.
        """
        ordinal = day.toordinal()
        return _weekdays_upto(ordinal) - bisect_right(self._off, ordinal) + bisect_right(self._work, ordinal)

    def working_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        return self.working_upto(end) - self.working_upto(start)

    def add_working(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`, or before it when negative; `days` 0 is `start` itself."""
        if days == 0:
            return start
        before_start = self.working_upto(start - DAY if days < 0 else start)
        wanted = before_start + days + (1 if days < 0 else 0)
        reach = abs(days) * 2 + 30
        low, high = (
            (start.toordinal(), start.toordinal() + reach)
            if days > 0
            else (start.toordinal() - reach, start.toordinal())
        )
        # the first day whose cumulative count is `wanted`; a long closure only widens the reach
        while days > 0 and self.working_upto(date.fromordinal(high)) < wanted:
            high += reach
        while days < 0 and self.working_upto(date.fromordinal(low)) >= wanted:
            low -= reach
        found = bisect_left(
            range(low, high + 1), wanted, key=lambda ordinal: self.working_upto(date.fromordinal(ordinal))
        )
        return date.fromordinal(low + found)

    def next_working(self, day: date) -> date:
        """`day` if it is worked, or the next day that is (民法典 203)."""
        return day if self.is_working(day) else self.add_working(day, 1)

    def is_provisional(self, day: date) -> bool:
        """Whether that day's year has no published arrangement yet."""
        return day.year not in self.published_years

    def name(self, day: date) -> str:
        """元旦, 休, or 补班 for a worked weekend; empty on an ordinary working day."""
        if self.is_working(day):
            return "补班" if day.weekday() >= SATURDAY else ""
        return self.names.get(day, "休")


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the end of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - DAY)
