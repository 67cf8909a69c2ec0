"""What is asked of one person, as their own page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from jiefen.cases import questions
from jiefen.cases.models import Case, Party
from jiefen.kernel.seal import Key


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the person, as their own page shows it."""

    seq: int
    text: str
    without: str
    due_on: date
    asked_at: datetime
    unit: str
    phone: str
    answer: str
    answered_at: datetime | None
    withdrawn_at: datetime | None
    files: int

    @property
    def waits(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


def wanted_of(case: Case, key: Key, party: Party | None) -> list[Wanted]:
    """What is and was asked of this person, the open ones first, by the nearest day."""
    if party is None:
        return []
    rows = [
        Wanted(
            w.row.seq, w.text, w.without, w.row.due_on, w.row.asked_at, w.row.unit.name if w.row.unit else "",
            w.row.unit.phone if w.row.unit else "", w.answer, w.row.answered_at, w.row.withdrawn_at, len(w.row.files),
        )
        for w in questions.read_all(case, key, of=party.key)
    ]  # fmt: skip
    return sorted(rows, key=lambda w: (not w.waits, w.due_on))
