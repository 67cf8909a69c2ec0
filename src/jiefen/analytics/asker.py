"""Who asks, and how much of the county the question is about.

A person's figure is counted over the matters whose doors their keys open, and over nothing else: it equals the length of
the list they can open. Only the machine itself (the terminal, on the computer that holds the keys) counts everything.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from jiefen.kernel.clock import SHANGHAI, day_end, day_start, local_day
from jiefen.people.actor import Actor
from jiefen.places.models import Area

MACHINE = "-"


@dataclass(frozen=True, slots=True)
class Asker:
    """`keys` None means everything. `paths` are the areas of the postings, for questions about areas. `username` and
    `name` are the mark that an export bears."""

    keys: tuple[int, ...] | None
    paths: tuple[str, ...] | None
    username: str
    name: str

    @classmethod
    def machine(cls, name: str = "") -> "Asker":
        """The computer itself. `name` is the account that typed the command."""
        return cls(None, None, MACHINE, name or "本机")

    @classmethod
    def of(cls, actor: Actor) -> "Asker":
        """A person at work, with what their postings open at this moment. One query."""
        places = Area.objects.filter(pk__in={posting.area_id for posting in actor.held}).values_list("path", flat=True)
        desk = actor.desk
        name = f"{actor.name}（{desk.unit_name}）" if desk else actor.name
        return cls(tuple(sorted(actor.keys)), tuple(sorted(map(str, places))), actor.username, name)

    @property
    def sees_everything(self) -> bool:
        return self.keys is None


class NotYet(ValueError):
    """The as-of day has not come; the message says so."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is counted: from `since` (None: from the beginning) up to `till`, the first moment that no longer counts.

    `till` is the end of the as-of day, or now while that day lasts: what falls due tonight is not late this morning.
    """

    day: date
    till: datetime
    since: date | None = None
    area: Area | None = None

    @classmethod
    def of(cls, day: date | None, *, at: datetime, since: date | None = None, area: Area | None = None) -> "Cut":
        """The cut of a day as seen at a moment. Raises NotYet for a day to come."""
        today = local_day(at)
        day = day or today
        if day > today:
            raise NotYet(f"{day}还没有到，最晚只能截至今天（{today}）。")
        return cls(day, min(day_end(day), at), since, area)

    @property
    def over(self) -> date:
        """The last day that is over: the day itself, or the one before while it still lasts."""
        return self.day if self.till >= day_end(self.day) else self.day - timedelta(days=1)

    @property
    def path(self) -> str | None:
        return str(self.area.path) if self.area else None

    def params(self) -> dict[str, Any]:
        """The parameters that every question may use. A beginning without a date is the year 1."""
        begins = day_start(self.since) if self.since else datetime.combine(date(1, 1, 2), time.min, SHANGHAI)
        return {"till": self.till, "since": begins, "day": self.day, "path": self.path, "zone": SHANGHAI.key}


def last_day_of(till: datetime) -> date:
    """The local day that a first-moment-after belongs to."""
    return local_day(till - timedelta(microseconds=1))
