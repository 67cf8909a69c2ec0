"""The figures of last month for everybody: counted once a night, read as they lie. About matters; nothing of any person."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figures
from jiefen.analytics.definitions import Indicator, catalogue
from jiefen.analytics.facts import settle_all
from jiefen.analytics.models import MonthFigure
from jiefen.kernel.clock import local_day

PUBLIC = ("answered-in-time", "contacted", "closing-rate")
"""What the resident's first page tells, in this order; each a rate whose definition anybody may read."""
FEWEST = 5
"""Counts below this are not given away: of so few, somebody might be known."""


@dataclass(frozen=True, slots=True)
class OfMonth:
    """One rate of a month with its definition."""

    indicator: Indicator
    numerator: int
    denominator: int


JANUARY, MONTHS = 1, 12


def last_month(at: datetime) -> date:
    """The first day of the month before the one of a moment."""
    this = local_day(at)
    return date(this.year - (this.month == JANUARY), (this.month - 2) % MONTHS + 1, 1)


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def count_month(at: datetime) -> int:
    """Count last month over the whole county, as of its last day, by what is known now. Counting again replaces. Rows written."""
    month = last_month(at)
    known = catalogue().indicators
    asked = [known[key] for key in PUBLIC if key in known and known[key].connected and known[key].shape == "rate"]
    settle_all()
    found = figures(asked, Asker.machine(), Cut.of(last_day(month), at=at, since=month))
    for figure in found:
        MonthFigure.objects.update_or_create(
            month=month, key=figure.indicator.key,
            defaults={
                "definition": figure.indicator.definition, "numerator": figure.numerator,
                "denominator": figure.denominator or 0, "counted_at": at,
            },
        )  # fmt: skip
    return len(found)


def of_last_month(at: datetime) -> list[OfMonth]:
    """What may be told of last month, in order; empty where nothing was counted. A rate over too few is left out, and one
    counted by an older definition than the one that would be shown beside it. One query."""
    rows = {row.key: row for row in MonthFigure.objects.filter(month=last_month(at), denominator__gte=FEWEST)}
    if not rows:
        return []  # the definitions are read only where there is something to define
    known = catalogue().indicators
    return [
        OfMonth(known[key], rows[key].numerator, rows[key].denominator)
        for key in PUBLIC
        if key in rows and key in known and rows[key].definition == known[key].definition
    ]
