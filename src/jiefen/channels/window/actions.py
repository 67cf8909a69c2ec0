"""The queue at the window: a number is drawn, called, and ends in an intake or in a stated reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiefen.channels.models import QueueTicket
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.ids import next_number
from jiefen.people.actor import Actor
from jiefen.people.models import Unit

LONGEST_REASON = 200


class TicketRefused(ValueError):
    """The ticket cannot be drawn, called or closed; the message says why and what to do."""


def take_ticket(centre: int, *, at: datetime, expected: int | None = None, unit: int | None = None) -> QueueTicket:
    """Draw the next number of the day at a centre. Numbers begin at 1 every day and have no gaps.

    `expected`: the last number the page had shown as drawn; with a later one by now TicketRefused says so, once.
    `unit`: the office they came for, where they said so.
    """
    day = local_day(at)
    with transaction.atomic():
        number = next_number(f"ticket {centre} {day:%Y%m%d}")
        if expected is not None and number - 1 > expected:
            raise TicketRefused(_("您打开页面之后已取到%(n)s号。还要再取一个，请再按一次。") % {"n": number - 1})
        return QueueTicket.objects.create(centre_id=centre, day=day, number=number, taken_at=at, unit_id=unit)


def last_drawn(centre: int, at: datetime) -> int:
    """The last number drawn today at a centre, 0 where nobody came yet."""
    rows = QueueTicket.objects.filter(centre_id=centre, day=local_day(at))
    return rows.aggregate(last=Max("number"))["last"] or 0


def last_called(centre: int, *, by: Actor, at: datetime) -> int:
    """The last number of today that this person called, 0 for none."""
    rows = QueueTicket.objects.filter(centre_id=centre, day=local_day(at), called_by=by.person_id)
    return rows.aggregate(last=Max("number"))["last"] or 0


def call_next(centre: int, *, by: Actor, at: datetime, expected: int | None = None) -> QueueTicket:
    """Call the first number nobody has called today. Two clerks calling at once get two numbers. Raises TicketRefused.

    `expected`: the last number this person's page had shown as called by them; called again from the same page it is the
    number they have called since, so that a press sent twice passes nobody over.
    """
    _at_work(centre, by)
    with transaction.atomic():
        if expected is not None:
            # Their other press may still be under way.
            Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=centre)
            mine = last_called(centre, by=by, at=at)
            if mine > expected:
                return QueueTicket.objects.get(centre_id=centre, day=local_day(at), number=mine)
        waiting = QueueTicket.objects.select_for_update(skip_locked=True).filter(
            centre_id=centre, day=local_day(at), called_at__isnull=True, closed_at__isnull=True
        )
        ticket = waiting.order_by("number").first()
        if ticket is None:
            raise TicketRefused(_("现在没有人在等。"))
        ticket.called_at, ticket.called_by_id = at, by.person_id
        ticket.save(update_fields=["called_at", "called_by_id"])
        return ticket


def close_with_intake(ticket: int, *, intake: int, by: Actor, at: datetime) -> QueueTicket:
    """The number became an intake. Raises TicketRefused."""
    if not Intake.objects.filter(pk=intake).exists():
        raise TicketRefused(_("没有这件来件，号还没有结束。"))
    return _close(ticket, by=by, at=at, intake=intake, reason="")


def close_with_reason(ticket: int, *, reason: str, by: Actor, at: datetime) -> QueueTicket:
    """The number became no intake, and here is why. Raises TicketRefused without a reason."""
    said = reason.strip()
    if not said:
        raise TicketRefused(_("请写明为什么没有登记，例如：咨询后自行离开、转到税务大厅。"))
    if len(said) > LONGEST_REASON:
        raise TicketRefused(_("理由最多%(n)s字。") % {"n": LONGEST_REASON})
    return _close(ticket, by=by, at=at, intake=None, reason=said)


def _close(pk: int, *, by: Actor, at: datetime, intake: int | None, reason: str) -> QueueTicket:
    with transaction.atomic():
        ticket = QueueTicket.objects.select_for_update().filter(pk=pk, centre_id__in=by.units).first()
        if ticket is None:
            raise TicketRefused(_("没有这个号，请刷新后再试。"))
        if ticket.closed_at is not None:
            if ticket.intake == intake and ticket.reason == reason:
                return ticket
            raise TicketRefused(_("这个号已经结束了。"))
        ticket.closed_at, ticket.closed_by_id, ticket.intake, ticket.reason = at, by.person_id, intake, reason
        ticket.called_at = ticket.called_at or at
        ticket.called_by_id = ticket.called_by_id or by.person_id
        ticket.save()
        return ticket


def _at_work(centre: int, by: Actor) -> None:
    if centre not in by.units:
        raise TicketRefused(_("这不是您所在的中心。"))
