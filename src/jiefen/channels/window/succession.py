"""Numbers of the queue at a centre that became another: none is left without an end."""

from django.utils.translation import gettext as _

from jiefen.channels.models import QueueTicket
from jiefen.people import successions
from jiefen.people.successions import Change


def register() -> None:
    """Called when the app is ready."""
    successions.when_succeeding(tickets)


def tickets(change: Change) -> None:
    """An open number ends with the reason that its centre did; whom others came for is the heir."""
    says = _("中心已经撤并，请到接替的中心重新取号。")
    ended = QueueTicket.objects.filter(centre_id__in=change.units, closed_at__isnull=True).update(
        closed_at=change.at, reason=says
    )
    for old, heir in change.units.items():
        QueueTicket.objects.filter(unit_id=old, closed_at__isnull=True).update(unit_id=heir)
    change.count("tickets", ended)
