"""When things happened in the demo county: in office hours, counted back from the moment of loading."""

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from jiefen.kernel.clock import SHANGHAI, local
from jiefen.procedures.days import Calendar

_OPENS, _CLOSES = time(8, 40), time(17, 20)


@dataclass(frozen=True)
class Moments:
    """The past of one matter. `seed` moves its minutes about, so that not everything happens at the full hour."""

    at: datetime
    calendar: Calendar
    seed: str

    def came(self, ago: int, hm: str) -> datetime:
        """So many working days before the day of loading, at a local time; never later than now.

        What came in today is set minutes before now when its own time is still to come."""
        day = local(self.at).date()
        for _ in range(ago):
            day = self._before(day)
        moment = self._on(day, time.fromisoformat(hm.zfill(5)))
        return moment if moment < self.at else self.at - timedelta(minutes=5 + self._odd("came", 40))

    def soon(self, after: datetime, what: str) -> datetime:
        """Within the same office day, or the next one when it closes first."""
        moment = after + timedelta(minutes=35 + self._odd(what, 70))
        day = local(moment).date()
        if not self.calendar.is_working(day) or local(moment).time() > _CLOSES:
            moment = self._on(self.calendar.add_working(day, 1), _OPENS) + timedelta(minutes=self._odd(what, 80))
        elif local(moment).time() < _OPENS:
            moment = self._on(day, _OPENS) + timedelta(minutes=self._odd(what, 80))
        return min(moment, self.at)

    def later(self, after: datetime, days: int, what: str) -> datetime:
        """So many working days on, at some time of that office day."""
        day = self.calendar.add_working(local(after).date(), days)
        return min(self._on(day, time(9, 10)) + timedelta(minutes=self._odd(what, 440)), self.at)

    def part(self, after: datetime, days: int, hour: int) -> datetime:
        """So many days on, in an hour: for calls at different times of the day."""
        return min(self._on(local(after).date() + timedelta(days=days), time(hour, self._odd(str(hour), 50))), self.at)

    def _before(self, day: date) -> date:
        day -= timedelta(days=1)
        while not self.calendar.is_working(day):
            day -= timedelta(days=1)
        return day

    def _odd(self, what: str, below: int) -> int:
        return zlib.crc32(f"{self.seed} {what}".encode()) % below

    @staticmethod
    def _on(day: date, at: time) -> datetime:
        return datetime.combine(day, at, SHANGHAI).astimezone(UTC)
