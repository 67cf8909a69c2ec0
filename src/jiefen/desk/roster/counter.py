"""What the queue's page knows of the hall: whom one can come for, who is there now, when the others are, who was called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.channels.models import QueueTicket
from jiefen.desk.roster.calls import running
from jiefen.kernel.clock import local, local_day
from jiefen.people import roster
from jiefen.people.models import OnCall, Unit


@dataclass(frozen=True, slots=True)
class Counter:
    """The hall at a moment. `next` holds, for offices that are not there now, their next time (None: the roster names none)."""

    units: list[Unit]
    here: frozenset[int]
    next: dict[int, roster.Sitting | None]
    calls: list[tuple[OnCall, bool, str]]
    whys: list[tuple[str, Any]]
    today: Any

    def asked(self, said: str) -> int | None:
        """The office that a form names, if it is one of this hall's."""
        return next((unit.pk for unit in self.units if str(unit.pk) == said), None)

    def told(self, tickets: Iterable[QueueTicket]) -> list[QueueTicket]:
        """The numbers, each with what the hall has to say to it as `hall`."""
        called = {row.unit_id for row, _late, _left in self.calls}
        rows = list(tickets)
        for t in rows:
            on_call = bool(t.unit and t.unit.stay == Unit.Stay.ON_CALL)
            t.hall = {  # type: ignore[attr-defined]
                "here": t.unit_id in self.here, "called": t.unit_id in called, "on_call": on_call,
                "next": self.next.get(t.unit_id) if t.unit_id else None,
                "may_call": on_call and t.unit_id not in self.here and t.unit_id not in called,
            }  # fmt: skip
        return rows


def counter_of(centre: int, at: datetime) -> Counter:
    """Read the hall once. A few queries, whatever its length."""
    row = Unit.objects.get(pk=centre)
    today, moment = local_day(at), local(at).time()
    units = roster.offices(row, today)
    coming, _away = roster.sittings(centre, today, roster.LOOK_AHEAD)
    here = frozenset(s.unit.pk for s in coming if s.day == today and s.at(moment))
    later: dict[int, roster.Sitting | None] = {u.pk: None for u in units if u.pk not in here}
    for s in coming:
        if s.unit.pk not in here and later.get(s.unit.pk) is None and (s.day > today or s.ends > moment):
            later[s.unit.pk] = s
    return Counter(units, here, later, running(centre, at), list(OnCall.Why.choices), today)
