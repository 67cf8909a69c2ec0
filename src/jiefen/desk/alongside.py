"""The people who came along, on the form of the window: a row each, more rows by a button that works without JavaScript."""

from dataclasses import dataclass
from typing import Any

from jiefen.cases.actions.represent import rule
from jiefen.intake.models import Intake
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import open_row
from jiefen.triage.companions import MOST, TOGETHER, WITH, Companion, came_along

MORE = "more"
"""The button that only gives more empty rows: nothing is written."""
AT_FIRST, AT_ONCE = 3, 5
LONGEST_NAME, LONGEST_PHONE = 60, 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form. `n`: their place among all, the person who speaks being the first."""

    n: int
    name: str = ""
    phone: str = ""
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """All of them, whether the first speaks for all, and whether the part stands open."""

    rows: tuple[Row, ...]
    first_speaks: bool = False
    opened: bool = False

    @property
    def most_speak(self) -> int:
        return rule().most

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST


def rows_of(data: Any) -> Rows:
    """The rows as they were sent, with empty ones after them; of a fresh form, some empty ones."""
    if data is None:
        return Rows(tuple(Row(n) for n in range(2, AT_FIRST + 2)))
    sent = _sent(data)
    filled = [row for row in sent if row.name or row.phone or row.speaks]
    more = MORE in data
    shown = max(AT_FIRST, len(sent)) + (AT_ONCE if more else 0)
    rows = [*sent, *(Row(n) for n in range(len(sent) + 2, MOST + 2))][: min(shown, MOST)]
    return Rows(tuple(rows), first_speaks(data), bool(filled) or more or first_speaks(data))


def companions_of(data: Any) -> list[Companion]:
    """Those who were written down, without the empty rows."""
    rows = (row for row in _sent(data) if row.name or row.phone or row.speaks)
    return [Companion(row.name, row.phone, row.speaks) for row in rows]


def first_speaks(data: Any) -> bool:
    return "1" in data.getlist("along_speaks")


def _sent(data: Any) -> list[Row]:
    names, phones = data.getlist("along_name"), data.getlist("along_phone")
    speak = set(data.getlist("along_speaks"))
    names = [name[:LONGEST_NAME].strip() for name in names[: MOST + 1]]
    phones = [phone[:LONGEST_PHONE].strip() for phone in [*phones, *[""] * len(names)]]
    return [Row(n, name, phones[n - 2], str(n) in speak) for n, name in enumerate(names, 2)]


def shown_with(intake: Intake, words: dict[str, Any]) -> dict[str, Any] | None:
    """What the page of an intake says of who came together: each by covered name and number, or whom this one came with."""
    others = came_along(intake, words)
    if others:
        speak = set((words.get(TOGETHER) or {}).get("speak", ()))
        people = [(n, one, _covered(one), n - 1 in speak) for n, one in enumerate(others, 2)]
        return {"people": people, "first_speaks": 0 in speak, "all": len(people) + 1}
    return {"with": str(words[WITH])} if words.get(WITH) else None


def _covered(row: Intake) -> str:
    who = open_row(row.key).open(row.teller, field="intake.teller") if row.teller else None
    return mask_name((who or {}).get("name", ""))
