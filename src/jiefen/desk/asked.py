"""A list as a question: its conditions in SQL and their values; pages of it, and where the next one begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jiefen.kernel import ask

PAGE = 50
MOST_COUNTED = 2000
"""Counts beside a list stop here and say «2000+»: nobody works through more, and counting on would cost every page."""
CASES = "cases_case c"
INTAKES = "intake_intake i"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where the next ones begin (empty: these are the last)."""

    rows: list[Any]
    after: str
    total: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as a question: its conditions in SQL about one table (`cases_case c`, `intake_intake i`), and their values.

    Plain SQL because these lists are asked all day: the server prepares each combination once, and nothing of the mapper
    is built anew. Conditions are constants of this program; what a visitor says travels as a value. `number` is how the
    server counts just this list faster, up to `most`, where it knows a way.
    """

    fits: tuple[str, ...]
    given: dict[str, Any]
    table: str = CASES
    number: str = ""

    def and_(self, fits: str, **given: Any) -> "Asked":
        return Asked((*self.fits, fits), {**self.given, **given}, self.table)

    @property
    def where(self) -> str:
        return " AND ".join(self.fits)

    @property
    def few(self) -> str:
        """Counts the list no further than is said beside it, as a part of a question; `most` stands for the end."""
        return (
            self.number or f"(SELECT count(*) FROM (SELECT 1 FROM {self.table} WHERE {self.where} LIMIT %(most)s) few)"
        )


def mark_of(after: str) -> tuple[datetime | None, int] | None:
    """Where a page begins, as the page before said it; None at the top, or where the words are torn."""
    try:
        stamp, _, last = after.partition("~")
        return (None if stamp == "-" else datetime.fromisoformat(stamp)), int(last)
    except ValueError:
        return None


def counted(rows: Asked | QuerySet[Any], most: int = MOST_COUNTED) -> str:
    """How many there are, or «2000+» beyond what anybody works through."""
    if isinstance(rows, Asked):
        return counted_all(rows, most=most)[0]
    return said(rows.order_by()[: most + 1].count(), most)


def counted_all(*lists: Asked, most: int = MOST_COUNTED) -> list[str]:
    """The same for several lists, in one question. What they are given under one name must be one value."""
    given: dict[str, Any] = {"most": most + 1}
    for rows in lists:
        given |= rows.given
    found = ask.row("SELECT " + ", ".join(rows.few for rows in lists), given) or ()
    return [said(n, most) for n in found]


def said(n: int, most: int = MOST_COUNTED) -> str:
    """A count in words."""
    return f"{most}+" if n > most else str(n)
