"""What the clocks are given and what they give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from .counting import Pause
from .definition import Amount, Extension


@dataclass(frozen=True)
class AssignmentRef:
    """An assignment by its key. `part`: lead or assist. `unit`: whose it is, so that an office that gets the matter again
    goes on where its time stood; 0 where that is not known.
    """

    key: str
    part: str
    unit: int = 0


@dataclass(frozen=True)
class Happened:
    """One step row as the clocks see it.

    `name`: a step of the file, or built in: opened, delivered, corrected. `at`: when it happened (aware UTC).
    `state`: of the
    case, after it. `assignment`: the assignment (or, in a campaign, the unit) whose row it is. `opened_assignments`,
    `released`: what it began and let go. `complainants`: whom it names, by key; none means everybody. `facts`:
    recorded by
    it. `paper`: delivered. `opens`: the other procedure opened.
    """

    seq: int
    name: str
    at: datetime
    state: str
    assignment: str = ""
    opened_assignments: Sequence[AssignmentRef] = ()
    released: Sequence[str] = ()
    complainants: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    paper: str = ""
    opens: str = ""


@dataclass(frozen=True)
class Deadline:
    """One run of one clock for one holder.

    `key`: the complainant, assignment or unit it is counted for, empty for the case; `round`: which run of it, from 1.
    `due_at`: the first moment (UTC) that is late, `due_on` the last local day; both None while a pause goes on.
    `extended`:
    days added. `stopped_how`: step, notice, opens, end, released, left or restart. `lapses`: a right that ends by
    itself, on which
    nobody is ever late; `lapsed`: it had ended when the clocks were run. `provisional`: a year's arrangement is
    not out yet.
    """

    clock: str
    key: str
    round: int
    label: str
    binds: str
    scope: str
    firm: bool
    started_at: datetime
    started_by: str
    amount: Amount
    extended: int
    extension: Extension | None
    pauses: tuple[Pause, ...]
    due_at: datetime | None
    due_on: date | None
    stopped_at: datetime | None
    stopped_by: str
    stopped_how: str
    lapses: bool
    lapsed: bool
    provisional: bool
    warn_at: tuple[int, ...]
    basis: tuple[str, ...]
    mark: str
    setting: str | None
    setting_source: str
    said: str = ""
    note: str = ""

    @property
    def kind(self) -> str:
        """natural, working or clock."""
        return self.amount.kind

    @property
    def days(self) -> int | None:
        """The length in days, or None where it is months or hours."""
        return self.amount.number if self.amount.unit == "days" else None

    @property
    def hours(self) -> int | None:
        """The length in hours, or None."""
        return self.amount.number if self.amount.unit == "hours" else None

    @property
    def is_open(self) -> bool:
        """Still counted: neither stopped nor lapsed."""
        return self.stopped_at is None and not self.lapsed

    @property
    def held(self) -> bool:
        """Standing still in a pause."""
        return self.due_at is None and self.stopped_at is None

    def is_late(self, at: datetime) -> bool:
        """Whether a duty was not done in time, at a moment or when it was stopped. Rights and soft limits are
        never late.
        """
        if self.lapses or not self.firm or self.due_at is None:
            return False
        return (self.stopped_at or at) >= self.due_at


def amended(history: Sequence[Happened]) -> list[Happened]:
    """The rows by `seq`, with `corrected` rows applied: the old row stays as written, the clocks count as corrected.

    A corrected row's fact `corrected-step` is a row or list of rows {seq, at?, facts?}; other facts on it
    simply hold from then.
    """
    rows = {row.seq: row for row in sorted(history, key=lambda row: row.seq)}
    for row in list(rows.values()):
        if row.name != "corrected":
            continue
        wanted = row.facts.get("corrected-step") or []
        for change in [wanted] if isinstance(wanted, Mapping) else wanted:
            if isinstance(change, Mapping) and change.get("seq") in rows:
                old = rows[change["seq"]]
                facts = {**old.facts, **(change.get("facts") or {})}
                rows[old.seq] = replace(old, at=_moment(change.get("at")) or old.at, facts=facts)
    return list(rows.values())


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
