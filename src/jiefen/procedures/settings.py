"""An area's dated settings, as the clocks and guards read them. Pure.

A deadline keeps the setting in force on the local day it started; a later row never reaches back over a running clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class SettingRow:
    """One dated row. `value`: a number, or {"value": number, "variants": [{"when": {...}, "value": number}]}.

    In force from `since` up to the day before `until` (None: still). `source` names the public document.
    """

    key: str
    value: Any
    since: date
    until: date | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force that day."""
        return self.since <= day and (self.until is None or day < self.until)


class Settings(Mapping[str, int]):
    """Numbers by key as of `day`: the area's where it has a row in force, else the vocabulary's default."""

    def __init__(self, rows: Iterable[SettingRow] = (), *, day: date, defaults: Mapping[str, int]) -> None:
        self.day, self.defaults = day, dict(defaults)
        self._rows: dict[str, list[SettingRow]] = {}
        for row in sorted(rows, key=lambda row: row.since):
            self._rows.setdefault(row.key, []).append(row)

    def in_force(self, key: str, day: date) -> SettingRow | None:
        """The area's row for a key on a day, the latest begun where several hold; None means the default."""
        return next((row for row in reversed(self._rows.get(key, [])) if row.holds_on(day)), None)

    def on(self, day: date) -> "Settings":
        """The same rows, read as of another day."""
        return Settings((row for rows in self._rows.values() for row in rows), day=day, defaults=self.defaults)

    def __getitem__(self, key: str) -> int:
        row = self.in_force(key, self.day)
        return plain(row.value) if row else self.defaults[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.defaults, **dict.fromkeys(self._rows)})

    def __len__(self) -> int:
        return len({*self.defaults, *self._rows})


def plain(value: Any) -> int:
    """The number of a value that may have variants."""
    return value["value"] if isinstance(value, Mapping) else value


def variant(value: Any, when: Mapping[str, Any]) -> int | None:
    """The number a value gives for a variant, or None where it does not speak of it."""
    if not isinstance(value, Mapping):
        return None
    return next((row["value"] for row in value.get("variants", []) if row["when"] == dict(when)), None)


def chosen(settings: Mapping[str, Any], key: str, day: date) -> tuple[Any, str] | None:
    """(value, source) an area set for a key on a day, or None. A plain mapping is an area's values without
    dates or sources.
    """
    if isinstance(settings, Settings):
        row = settings.in_force(key, day)
        return (row.value, row.source) if row else None
    return (settings[key], "") if key in settings else None
