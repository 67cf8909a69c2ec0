"""One run of one clock while history is told: started, paused, extended, stopped. `clocks` moves it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from jiefen.kernel.clock import day_end, local_day

from . import counting
from .counting import Due, Pause
from .days import Calendar
from .definition import Amount, Clock, Extension, Variant
from .history import Deadline
from .settings import chosen, plain, variant

HELD = datetime.max.replace(tzinfo=UTC)


def fits(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a case's facts are those of `when`. A kind fits the kinds below it (10 fits 1003); a fact not
    recorded fits nothing.
    """
    for name, wanted in when.items():
        have = facts.get(name)
        if name == "kind":
            if not have or not str(have).startswith(str(wanted)):
                return False
        elif have != wanted:
            return False
    return True


class Run:
    """Mutable on purpose, and never seen outside `clocks`."""

    def __init__(
        self,
        clock: Clock,
        key: str,
        rounds: int,
        started_at: datetime,
        started_by: str,
        facts: Mapping[str, Any],
        calendar: Calendar,
        settings: Mapping[str, Any],
    ) -> None:
        self.clock, self.key, self.rounds = clock, key, rounds
        self.started_at, self.started_by = started_at, started_by
        self.facts, self.calendar, self.settings = facts, calendar, settings
        self.kept: Mapping[
            str, Any
        ] = {}  # what was so when the matter was raised or handed down, and holds for this run
        self.pauses: list[Pause] = []
        self.given: list[tuple[int, datetime]] = []  # extensions in days, and when
        self.stopped_at: datetime | None = None
        self.stopped_by = self.stopped_how = ""
        self.unit, self.opening = 0, 0  # whose duty it began as, and in which opening of the matter

    def go_on_from(self, before: "Run", at: datetime) -> None:
        """Go on where an earlier run stood: from its start, without the days between its stop and this moment. The day
        of the stop was used; a right that had lapsed stays lapsed."""
        self.started_at, self.pauses = before.started_at, [p for p in before.pauses if p.until is not None]
        self.given = list(before.given)
        if before.stopped_at is None:
            return
        away = before.stopped_at if self._chosen()[0].unit == "hours" else day_end(local_day(before.stopped_at))
        if away <= at:
            self.pauses.append(Pause(away, at))

    def pause(self, at: datetime) -> None:
        """Stand still from a moment; nothing if it stands still already."""
        if not self.pauses or self.pauses[-1].until is not None:
            self.pauses.append(Pause(at))

    def resume(self, at: datetime) -> None:
        """Go on; nothing if it goes already."""
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1] = replace(self.pauses[-1], until=at)

    def extend(self, days: int, at: datetime) -> None:
        """Add days, up to the caps. An extension never excuses what was late before it."""
        extension = self._chosen()[1]
        late = self.due().at
        if extension is None or days <= 0 or (late is not None and at >= late):
            return
        if extension.times is not None and len(self.given) >= extension.times:
            return
        one = days if extension.days is None else min(days, extension.days)
        room = None if extension.most is None else extension.most - sum(number for number, _ in self.given)
        self.given.append((one if room is None else min(one, room), at))

    def stop(self, at: datetime, by: str, how: str) -> None:
        """Stop for good."""
        self.stopped_at, self.stopped_by, self.stopped_how = at, by, how

    def lapsed(self, at: datetime) -> bool:
        """Whether it was a right and its time was over at a moment."""
        if not self.clock.lapses or self.stopped_at is not None:
            return False
        late = self.due().at
        return late is not None and at >= late

    def _chosen(self) -> tuple[Amount, Extension | None, Clock | Variant, str]:
        """The length that holds for this case: amount, extension, whose basis it has, the document of the
        area's setting.
        """
        fitting = [one for one in self.clock.variants if fits(one.when, self.facts)]
        if not fitting:
            amount, source = self._set(self.clock.amount, None)
            return amount, self.clock.extension, self.clock, source
        options = [(one, *self._set(one.amount, one)) for one in fitting]
        one, amount, source = min(options, key=lambda option: self._due_of(option[1], 0).at or HELD)
        return amount, one.extension, one, source

    def _set(self, amount: Amount, one: Variant | None) -> tuple[Amount, str]:
        """The area's number in force on the day it started; a number read in the law may only be shortened."""
        key = self.clock.setting
        if key is None or (one is not None and one.mark != "A"):
            return amount, ""
        found = chosen(self.settings, key, local_day(self.started_at))
        if found is None:
            return amount, ""
        number = plain(found[0]) if one is None else variant(found[0], one.when)
        if number is None:
            return amount, ""
        if self.clock.shorten_only:
            number = min(number, amount.number)
        return replace(amount, number=number), found[1]

    def _due_of(self, amount: Amount, extended: int) -> Due:
        return counting.due(self.started_at, amount, extended, self.pauses, self.calendar)

    def due(self) -> Due:
        """When it is due as things stand. A day written in the letter (`due-fact`) holds instead of the number."""
        written = self.facts.get(self.clock.due_fact) if self.clock.due_fact else None
        if written:
            day = written if isinstance(written, date) else date.fromisoformat(written)
            return Due(day, day_end(day), False)
        return self._due_of(self._chosen()[0], sum(number for number, _ in self.given))

    def deadline(self, at: datetime | None) -> Deadline:
        """As a value."""
        clock, due = self.clock, self.due()
        amount, extension, spoken, source = self._chosen()
        return Deadline(
            clock=clock.name,
            key=self.key,
            round=self.rounds,
            label=clock.label,
            binds=clock.binds,
            scope=clock.scope,
            firm=clock.firm,
            started_at=self.started_at,
            started_by=self.started_by,
            amount=amount,
            extended=sum(number for number, _ in self.given),
            extension=extension,
            pauses=tuple(self.pauses),
            due_at=due.at,
            due_on=due.on,
            stopped_at=self.stopped_at,
            stopped_by=self.stopped_by,
            stopped_how=self.stopped_how,
            lapses=clock.lapses,
            lapsed=bool(at and self.lapsed(at)),
            provisional=due.provisional,
            warn_at=clock.warn_at,
            basis=spoken.basis,
            mark=spoken.mark,
            setting=clock.setting,
            setting_source=source,
            said=spoken.said,
            note=clock.note,
        )
