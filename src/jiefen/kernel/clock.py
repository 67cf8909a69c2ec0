"""What time it is, and where we are. Rules never call `now`; the edge of the house does, and passes it in as `at=`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """The same moment on the office's wall clock."""
    return at.astimezone(SHANGHAI)


def local_day(at: datetime) -> date:
    """The local calendar day a moment falls on."""
    return local(at).date()


def day_end(day: date) -> datetime:
    """24:00 of a local day, as the first moment (UTC) that no longer belongs to it."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI).astimezone(UTC)


def day_start(day: date) -> datetime:
    """0:00 of a local day, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def local_moment(text: str) -> datetime:
    """Read `2026-11-20 09:31` (local) into UTC. Raises ValueError for what no calendar holds, such as 2019/2/30."""
    stamp = datetime.fromisoformat(text.strip().replace("/", "-"))
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=SHANGHAI)).astimezone(UTC)
