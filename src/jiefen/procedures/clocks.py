"""Clocks: what is due, from the whole history each time. Pure; running again gives the same.

How a row moves clocks, in this order: assignments it releases let go of theirs; stops; pauses; extensions; restarts and
starts; and an end stops every duty still open. The parties' own rights outlive an end, since the law lets them
be used after.

- A start while the clock runs is passed over, so a return never begins anybody's wait again; only what the file
says `restarts`.
- Entering the start state counts once, when the matter is opened: coming back to it by a return is no new registration.
- An office that is handed the matter again (after a return, by a ruling) goes on where its own time stood: the days in
which it did not have the matter are taken out, those it had used stay used. Opened again, everything begins anew.
- An extension counts only if given before the clock was late, and only up to the cap of the file.
- Of several variants that fit, the one due first holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jiefen.kernel.clock import day_start

from .counting import Pause
from .days import Calendar
from .definition import Clock, Procedure
from .history import AssignmentRef, Deadline, Happened, amended
from .reckoning import Cell, Chip, Reckoning, chip, reckon
from .running import Run, fits

__all__ = [
    "AssignmentRef",
    "Cell",
    "Chip",
    "Deadline",
    "Happened",
    "Pause",
    "Reckoning",
    "chip",
    "clock_state",
    "reckon",
    "run",
]

BUILT_IN = (
    "opened", "delivered", "corrected", "left", "telling", "asked", "question-answered", "question-withdrawn",
    "meeting-called", "meeting-minuted", "meeting-off", "task-done", "task-off",
    "joined", "parted", "taken-out", "raised", "handed-down", "succeeded",
    "represented", "published", "taken-down", "advised", "advice-answered", "talk-called", "circulated", "listed-to-mend",
)  # fmt: skip


def run(
    procedure: Procedure,
    history: Sequence[Happened],
    *,
    calendar: Calendar,
    settings: Mapping[str, Any],
    at: datetime | None = None,
) -> list[Deadline]:
    """Every deadline that ever ran in a case, oldest first.

    `settings`: a `settings.Settings`, or a plain mapping of key to number. `at`: the moment at which rights are
    weighed as
    lapsed, the last row's by default.
    """
    rows = amended(history)
    machine = _Machine(procedure, calendar, settings)
    for row in rows:
        machine.take(row)
    moment = at or (rows[-1].at if rows else None)
    return [one.deadline(moment) for one in machine.runs]


def clock_state(deadlines: Iterable[Deadline], *, at: datetime, key: str | None = None) -> list[dict[str, Any]]:
    """The fact `clock-state`: rows {clock, key, due_at, at, open}; `key` leaves only the case's clocks and that
    holder's.
    """
    return [
        {"clock": one.clock, "key": one.key, "due_at": one.due_at, "at": at, "open": one.stopped_at is None}
        for one in deadlines
        if key is None or one.key in ("", key)
    ]


class _Machine:
    """Takes rows one after another. `open` holds the run of each (clock, holder) that is not stopped."""

    def __init__(self, procedure: Procedure, calendar: Calendar, settings: Mapping[str, Any]) -> None:
        self.procedure, self.calendar, self.settings = procedure, calendar, settings
        self.runs: list[Run] = []
        self.open: dict[tuple[str, str], Run] = {}
        self.state = ""
        self.facts: Mapping[str, Any] = {}
        self.people: list[str] = []
        self.units: list[str] = []
        self.parts: dict[str, str] = {}
        self.unit_of: dict[str, int] = {}
        self.hands_on = {
            s.name for s in procedure.steps.values() if "lead-unit" in s.facts or "helper-units" in s.facts
        }
        self.opening = 0
        self.lead = ""
        self.reopened: datetime | None = None  # a paper delivered after this says something new: its window begins anew
        self.windows: set[str] = set()  # complainant clocks running for the case, so for whoever joins

    def take(self, row: Happened) -> None:
        first, before = not self.state, self.lead
        entered = self._entered(row, first)
        self.facts = {**self.facts, **row.facts}
        if (step := self.procedure.steps.get(row.name)) and step.reopens:
            self.reopened, self.opening = row.at, self.opening + 1
        for one in self.open.values():
            if "level" in row.facts:  # raised or handed down, it may be graded anew, but what runs gains no time by it
                one.kept = {**one.kept, "grade": one.facts.get("grade")}
            one.facts = {**self.facts, **one.kept}
        if first:
            self.people = list(row.complainants) or [""]
        self._open_assignments(row)
        for clock in self.procedure.clocks.values():
            if clock.pauses:
                self._pause(clock, row)
        if row.name == "opened" and not first:
            self._join(row)
        if row.name == "left":
            self._leave(row)
        self._extend(row)
        begun: list[Run] = []
        for clock in self.procedure.clocks.values():
            restarts = row.name in clock.restarts
            if self._stops(clock, row):
                for key in self._holders(clock, row, before):
                    self._stop(clock, key, row, _how(row))
                if not row.complainants:
                    self.windows.discard(clock.name)
            if restarts or self._starts(clock, row, entered):
                for key in self._holders(clock, row, self.lead, opening=True):
                    begun += self._start(clock, key, row, restarts=restarts)
                if not row.complainants or first:
                    self.windows.add(clock.name)
            if clock.starts.fact:
                begun += self._by_fact(clock, row)
        self._release(row, before)
        if entered and self.procedure.states[row.state].end:
            self._end(row, begun)

    def _entered(self, row: Happened, first: bool) -> str:
        """The state this row came into, empty if it stayed. The start state is entered once, at opening."""
        step = self.procedure.steps.get(row.name)
        came = first or row.state != self.state or bool(step and step.to == row.state)
        self.state = row.state
        return row.state if came and (first or row.state != self.procedure.start.name) else ""

    def _open_assignments(self, row: Happened) -> None:
        for ref in row.opened_assignments:
            self.parts[ref.key], self.unit_of[ref.key] = ref.part, ref.unit
            if ref.key not in self.units:
                self.units.append(ref.key)
            if ref.part == "lead":
                self.lead = ref.key

    def _holders(self, clock: Clock, row: Happened, lead: str, *, opening: bool = False) -> Iterable[str]:
        """Whose run of a clock a row moves."""
        step = self.procedure.steps.get(row.name)
        on_assignment = step.on == "assignment" if step else bool(row.assignment)
        if clock.scope == "unit":
            return [row.assignment] if row.assignment else self.units or [""]
        if clock.scope == "assignment":
            if on_assignment:
                return [row.assignment]
            return [ref.key for ref in row.opened_assignments if opening] or [lead]
        if on_assignment:
            return []
        if clock.scope == "complainant":
            return list(row.complainants) or self.people
        return [""]

    def _stops(self, clock: Clock, row: Happened) -> bool:
        if row.name == "delivered":
            return row.paper in clock.stops.notice
        if row.name == "opened":
            return bool(row.opens) and row.opens in clock.stops.opens
        return row.name in clock.stops.step

    def _starts(self, clock: Clock, row: Happened, entered: str) -> bool:
        if row.name == "delivered":
            return row.paper in clock.starts.notice
        return (bool(entered) and entered in clock.starts.enter) or row.name in clock.starts.step

    def _running(self, clock: Clock, key: str, at: datetime) -> Run | None:
        one = self.open.get((clock.name, key))
        return None if one is None or one.lapsed(at) else one

    def _start(
        self, clock: Clock, key: str, row: Happened, *, restarts: bool = False, day: date | None = None
    ) -> list[Run]:
        running = self._running(clock, key, row.at)
        if running:
            anew = row.name == "delivered" and self.reopened is not None and running.started_at < self.reopened
            if not restarts and not anew:
                return []
            self._stop(clock, key, row, "restart")
        facts = {**self.facts, "assignment": self.parts.get(key, "lead")} if clock.scope == "assignment" else self.facts
        if not fits(clock.only_when, facts):
            return []
        rounds = 1 + sum(one.clock.name == clock.name and one.key == key for one in self.runs)
        began = day_start(day) if day else row.at
        one = Run(clock, key, rounds, began, row.name, self.facts, self.calendar, self.settings)
        one.unit, one.opening = self.unit_of.get(key if clock.scope == "assignment" else self.lead, 0), self.opening
        if (before := self._before(one)) is not None:
            one.go_on_from(before, row.at)
        if row.state in clock.pauses:
            one.pause(row.at)
        self.runs.append(one)
        self.open[(clock.name, key)] = one
        return [one]

    def _before(self, one: Run) -> Run | None:
        """The last run of the same clock that the same office was given, where it gets the matter again."""
        clock = one.clock
        if not one.unit or clock.starts.fact or not self.hands_on & {*clock.starts.step, *clock.restarts}:
            return None
        mine = (
            old for old in reversed(self.runs)
            if old.clock.name == clock.name and (old.unit, old.opening) == (one.unit, one.opening)
            and (clock.scope == "assignment" or old.key == one.key)
        )  # fmt: skip
        return next(mine, None)

    def _stop(self, clock: Clock, key: str, row: Happened, how: str) -> None:
        one = self._running(clock, key, row.at)
        if one:
            one.stop(row.at, row.name, how)
            del self.open[(clock.name, key)]

    def _pause(self, clock: Clock, row: Happened) -> None:
        for (name, _), one in self.open.items():
            if name == clock.name:
                (one.pause if row.state in clock.pauses else one.resume)(row.at)

    def _join(self, row: Happened) -> None:
        """Somebody joins: each clock that runs for the case begins for them, from their own day."""
        if row.opens or self.procedure.states[row.state].end:
            return
        for key in row.complainants:
            if key not in self.people:
                self.people.append(key)
                for name in sorted(self.windows):
                    clock = self.procedure.clocks[name]
                    if clock.scope == "complainant":
                        self._start(clock, key, row)

    def _leave(self, row: Happened) -> None:
        """Somebody takes back what they asked: the duties owed to them end, nobody else's; their rights go on."""
        for name, key in list(self.open):
            clock = self.procedure.clocks[name]
            if clock.scope == "complainant" and key in row.complainants and not clock.right:
                self._stop(clock, key, row, "left")
        self.people = [key for key in self.people if key not in row.complainants]

    def _extend(self, row: Happened) -> None:
        if row.name in BUILT_IN:
            return
        given = row.facts.get("extensions") or []
        for item in [given] if isinstance(given, Mapping) else given:
            extensible = {name for (name, _), one in self.open.items() if one.clock.extension}
            wanted = item.get("clock") or (min(extensible) if len(extensible) == 1 else None)
            for (name, key), one in list(self.open.items()):
                named = name == wanted
                mine = key == item["key"] if item.get("key") else not row.complainants or key in row.complainants
                if named and mine:
                    one.extend(item.get("days") or 0, row.at)

    def _by_fact(self, clock: Clock, row: Happened) -> list[Run]:
        """A clock that runs from a date somebody recorded; recording another date moves it."""
        begun: list[Run] = []
        for fact in clock.starts.fact:
            if not row.facts.get(fact):
                continue
            day = _day(row.facts[fact])
            for key in self._holders(clock, row, self.lead):
                one = self.open.get((clock.name, key))
                if one:
                    one.started_at = day_start(day)
                elif not any(old.clock.name == clock.name and old.key == key for old in self.runs):
                    begun += self._start(clock, key, row, day=day)
        return begun

    def _release(self, row: Happened, before: str) -> None:
        """Assignments let go, and the old lead when another unit has it."""
        gone = set(row.released)
        if row.name == "release-assignment" and row.assignment:
            gone.add(row.assignment)
        if self.lead != before and self.parts.get(before) == "lead":
            gone.add(before)
        for name, key in list(self.open):
            clock = self.procedure.clocks[name]
            if key in gone and clock.scope == "assignment":
                self._stop(clock, key, row, "released")
        if self.lead in gone:
            self.lead = ""

    def _end(self, row: Happened, begun: list[Run]) -> None:
        for name, key in list(self.open):
            clock = self.procedure.clocks[name]
            if not clock.right and self.open[(name, key)] not in begun:
                self._stop(clock, key, row, "end")
        self.windows.clear()


def _how(row: Happened) -> str:
    return {"delivered": "notice", "opened": "opens"}.get(row.name, "step")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)
