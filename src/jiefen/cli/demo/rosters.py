"""Who sits in two halls of the demo county: the county's, and 柳河镇's."""

from datetime import datetime, time, timedelta

from django.db import transaction

from jiefen.kernel.clock import local_day
from jiefen.people import roster
from jiefen.people.models import DutySlot, Unit

MORNING, AFTERNOON = (time(9), time(12)), (time(14), time(17, 30))
ROTATING = ((1, 4), (0, 3), (2,), (3,))
"""Weekdays on which the offices that come on set days come, one after another."""


def load_rosters(*, at: datetime) -> int:
    """Write the weekly rosters where there is none yet; how many turns were added."""
    added = 0
    day = local_day(at)
    for name in ("清和县", "清和县柳河镇"):
        centre = Unit.objects.filter(area__full_name=name, unit_type__in=("county-centre", "township-centre")).first()
        if centre is None or DutySlot.objects.filter(centre=centre).exists():
            continue
        slots: list[roster.Slot] = []
        offices = roster.offices(centre, day)
        sit = [unit for unit in offices if unit.stay == Unit.Stay.RESIDENT]
        for n, unit in enumerate(sit, 1):
            for weekday in range(5):
                slots += [roster.Slot(unit, weekday, *hours, f"{n}号窗口") for hours in (MORNING, AFTERNOON)]
        come = [unit for unit in offices if unit.stay == Unit.Stay.ROTATING]
        for n, unit in enumerate(come):
            window = f"{len(sit) + 1 + n}号窗口"
            slots += [roster.Slot(unit, weekday, *MORNING, window) for weekday in ROTATING[n % len(ROTATING)]]
        with transaction.atomic():
            monday = day - timedelta(days=day.weekday())
            added += roster.set_week(centre, slots, since=monday, today=monday)[1]
            away = next((unit for unit in come if next((s for s in slots if s.unit.pk == unit.pk), None)), None)
            if away is not None:
                first = roster.next_time(centre.pk, away.pk, at)
                if first is not None and first.day > day:
                    roster.set_day(centre, away, first.day, comes=False, today=day, note="全县业务培训，顺延一次")
    return added
