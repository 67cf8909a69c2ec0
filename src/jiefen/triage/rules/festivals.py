"""Whether a holiday before which wages are to be paid is near. The days and how far ahead are data (festivals.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiefen.procedures.days import Calendar


@dataclass(frozen=True, slots=True)
class Festivals:
    """`ahead`: holiday → from how many days before it wages are urgent. `days`: when it falls, as far as known."""

    ahead: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    def near(self, day: date | None, calendar: Calendar | None = None) -> str:
        """The holiday that is near on `day`, empty where none is, and without a day. The published calendar of the county goes first; the
        days of the table stand in for a year whose arrangement is not out yet."""
        if day is None:
            return ""
        for name, ahead in self.ahead.items():
            until = day + timedelta(days=ahead)
            known = [d for d in self.days.get(name, ()) if not _published(d, calendar)]
            if calendar is not None:
                known += [d for d, called in calendar.names.items() if called.startswith(name) and _rests(d, calendar)]
            if any(day < d <= until for d in known):
                return name
        return ""


def _published(day: date, calendar: Calendar | None) -> bool:
    return calendar is not None and day.year in calendar.published_years


def _rests(day: date, calendar: Calendar) -> bool:
    return not calendar.is_working(day)
