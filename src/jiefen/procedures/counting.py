"""From a start, a length, pauses and extensions to the day something is due. Pure arithmetic over a calendar.

A pause takes out every local day it touches, the day it begins and the day it ends included
(鉴定自委托日至收到鉴定意见日不计).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiefen.kernel.clock import day_end, local_day

from .days import DAY, Calendar, add_months
from .definition import Amount


@dataclass(frozen=True)
class Pause:
    """Time that is not counted, from a moment to another, or still going on."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """When it is due: the last local day, and the first moment (UTC) that is late. Both None while a pause goes on."""

    on: date | None
    at: datetime | None
    provisional: bool


@dataclass(frozen=True)
class Span:
    """Local days of a pause, both counted; `last` None: still going on."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Whether the day is taken out."""
        return self.first <= day and (self.last is None or day <= self.last)


def spans(pauses: Iterable[Pause]) -> list[Span]:
    """The days pauses take out, merged where they share or touch days."""
    merged: list[Span] = []
    for pause in sorted(pauses, key=lambda pause: pause.since):
        first, last = local_day(pause.since), local_day(pause.until) if pause.until else None
        if merged and (merged[-1].last is None or first <= merged[-1].last + DAY):
            before = merged.pop()
            last = None if before.last is None or last is None else max(before.last, last)
            first = before.first
        merged.append(Span(first, last))
    return merged


def counted(start: date, end: date, kind: str, calendar: Calendar) -> int:
    """Days after `start` up to and including `end`, of the kind."""
    return calendar.working_between(start, end) if kind == "working" else (end - start).days


def taken_out(start: date, end: date, kind: str, out: Iterable[Span], calendar: Calendar) -> int:
    """How many days after `start` up to `end` pauses take out."""
    total = 0
    for span in out:
        first, last = max(span.first, start + DAY), min(span.last or end, end)
        if first <= last:
            total += counted(first - DAY, last, kind, calendar)
    return total


def elapsed(start: date, day: date, kind: str, pauses: Iterable[Pause], calendar: Calendar) -> int:
    """Days used of a period by the end of `day`: counted from the day after the start, without the days pauses
    take out.
    """
    if day <= start:
        return 0
    return counted(start, day, kind, calendar) - taken_out(start, day, kind, spans(pauses), calendar)


def due(start: datetime, amount: Amount, extended: int, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    """When a period that began at `start` ends. `extended` is in days of the amount's kind (natural days for
    months and hours).
    """
    if amount.unit == "hours":
        return _due_hours(start, amount.number, extended, pauses)
    begin, out = local_day(start), spans(pauses)
    more = 0
    while True:  # each round adds the days pauses took out of the longer period; they are finitely many
        last = _last_day(begin, amount, extended + more, calendar)
        running = next((span for span in out if span.last is None), None)
        closed = taken_out(begin, last, amount.kind, (span for span in out if span.last), calendar)
        if closed == more:
            break
        more = closed
    if running and running.first <= last:
        return Due(None, None, False)
    if amount.kind == "natural":
        last = calendar.next_working(last)
    years = range((begin + DAY).year if amount.kind == "working" else last.year, last.year + 1)
    return Due(last, day_end(last), any(year not in calendar.published_years for year in years))


def _last_day(begin: date, amount: Amount, more: int, calendar: Calendar) -> date:
    if amount.unit == "months":
        return add_months(begin, amount.number) + timedelta(days=more)
    if amount.kind == "working":
        return calendar.add_working(begin, amount.number + more)
    return begin + timedelta(days=amount.number + more)


def _due_hours(start: datetime, hours: int, extended: int, pauses: Sequence[Pause]) -> Due:
    end = start + timedelta(hours=hours, days=extended)
    for pause in sorted(pauses, key=lambda pause: pause.since):
        if pause.since >= end:
            break
        if pause.until is None:
            return Due(None, None, False)
        end += pause.until - max(pause.since, start)
    return Due(local_day(end), end, False)
