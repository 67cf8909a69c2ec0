"""Named questions about the queue."""

from datetime import datetime

from django.db.models import QuerySet

from jiefen.channels.models import QueueTicket
from jiefen.kernel.clock import local_day


def open_tickets(centre: int) -> QuerySet[QueueTicket]:
    """Numbers without an end at a centre, the oldest first."""
    rows = QueueTicket.objects.filter(centre_id=centre, closed_at__isnull=True).select_related("unit")
    return rows.order_by("day", "number")


def left_open(at: datetime) -> QuerySet[QueueTicket]:
    """Numbers of earlier days that ended in nothing: the check «every ticket ends» lists them."""
    rows = QueueTicket.objects.filter(closed_at__isnull=True, day__lt=local_day(at)).select_related("centre")
    return rows.order_by("centre_id", "day", "number")


def check_tickets(at: datetime) -> list[str]:
    """One line for each number left open from an earlier day; empty when all is well."""
    return [f"{t.centre.name} {t.day:%Y-%m-%d} {t.number}号：既没有登记，也没有写明理由" for t in left_open(at)]
