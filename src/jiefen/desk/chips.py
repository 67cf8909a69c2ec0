"""The clock chip of a list's row, worked out from what the row already holds."""

from datetime import datetime, timedelta

from jiefen.cases.models import Case
from jiefen.kernel.clock import local_day
from jiefen.procedures.catalogue import current_calendar, procedure
from jiefen.procedures.clocks import Chip
from jiefen.procedures.definition import Clock

SOON_HOURS = 24


def chip_for(case: Case, at: datetime) -> Chip | None:
    """How much is left of the clock that a case is sorted by. None for a case that has ended or has no duty running."""
    if not case.is_open:
        return None
    return chip_of(procedure(case.procedure, case.version).clocks.get(case.next_clock), case.next_due_at, at)


def chip_of(clock: Clock | None, due_at: datetime | None, at: datetime) -> Chip | None:
    """The same from the clock's definition and its due moment, for a list that reads no whole cases."""
    if due_at is None:
        return None
    kind = clock.amount.kind if clock else "natural"
    calendar = current_calendar()
    today, last = local_day(at), local_day(due_at - timedelta(microseconds=1))
    provisional = kind == "working" and calendar.is_provisional(last)
    if kind == "clock":
        return _hours(due_at - at)
    unit = "个工作日" if kind == "working" else "天"
    if at >= due_at:
        over = calendar.working_between(last, today) if kind == "working" else (today - last).days
        return Chip("late", f"超{max(over, 1)}{unit}", provisional)
    left = calendar.working_between(today, last) if kind == "working" else (last - today).days
    if left <= 0:
        return Chip("soon", "今天到期", provisional)
    soon = max(clock.warn_at, default=1) if clock and clock.warn_at else 1
    return Chip("soon" if left <= soon else "ok", f"余{left}{unit}", provisional)


def _hours(left: timedelta) -> Chip:
    hours = int(abs(left).total_seconds() // 3600)
    if left.total_seconds() <= 0:
        return Chip("late", f"超{max(hours, 1)}小时", False)
    return Chip("soon" if hours < SOON_HOURS else "ok", f"余{hours}小时", False)
