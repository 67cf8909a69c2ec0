"""Calling an office to the hall: its clock runs from the call; it comes, or somebody says why it did not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from jiefen.kernel.clock import local_day
from jiefen.people.actions import Refused
from jiefen.people.actor import Actor
from jiefen.people.models import OnCall, Unit

MINUTES = "hall.on-call-minutes"


@transaction.atomic
def call(
    centre: Unit, unit: Unit, *, by: Actor, at: datetime, minutes: int, basis: str, mark: str, once_key: str,
    ticket: int | None = None, intake: int | None = None,
) -> OnCall:  # fmt: skip
    """Call an office. `minutes`, `basis`, `mark`: how soon it must be there, by which source, how sure that is. The same
    `once_key` is the same call; an office on its way already is not called twice. Raises Refused."""
    if centre.pk not in by.units:
        raise Refused(_("这不是您所在的中心。"))
    if unit.stay == Unit.Stay.ELSEWHERE or unit.pk == centre.pk:
        raise Refused(_("%(name)s不是随叫随到的单位，请电话联系。") % {"name": unit.name})
    if unit.until is not None and unit.until <= local_day(at):
        raise Refused(_("%(name)s已经撤销，请叫接替它的单位。") % {"name": unit.name})
    before = OnCall.objects.filter(once_key=once_key).first()
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return OnCall.objects.create(
                centre=centre, unit=unit, ticket=ticket, intake=intake, once_key=once_key, called_at=at,
                called_by_id=by.person_id, due_at=at + timedelta(minutes=minutes), minutes=minutes, basis=basis[:120], mark=mark[:1],
            )  # fmt: skip
    except IntegrityError:
        running = OnCall.objects.filter(centre=centre, unit=unit, ended_at__isnull=True).first()
        if running is None:
            return OnCall.objects.get(once_key=once_key)
        raise Refused(_("%(name)s已经叫过，还没有记到没到。") % {"name": unit.name}) from None


@transaction.atomic
def came(pk: int, *, by: Actor, at: datetime) -> OnCall:
    """The office is there. Raises Refused."""
    return _end(pk, by=by, at=at, outcome=OnCall.Outcome.CAME, why="")


@transaction.atomic
def did_not_come(pk: int, *, why: str, by: Actor, at: datetime) -> OnCall:
    """The office did not come, and why. Raises Refused."""
    if why not in OnCall.Why.values:
        raise Refused(_("请选一个没有来的原因。"))
    return _end(pk, by=by, at=at, outcome=OnCall.Outcome.ABSENT, why=why)


def _end(pk: int, *, by: Actor, at: datetime, outcome: str, why: str) -> OnCall:
    row = OnCall.objects.select_for_update(of=("self",)).filter(pk=pk, centre_id__in=by.units).first()
    if row is None:
        raise Refused(_("没有这次呼叫，请刷新后再试。"))
    if row.ended_at is not None:
        if (row.outcome, row.why) == (outcome, why):
            return row
        raise Refused(_("这次呼叫已经记过结果了。"))
    row.outcome, row.why, row.ended_at, row.ended_by_id = outcome, why, at, by.person_id
    row.save(update_fields=["outcome", "why", "ended_at", "ended_by"])
    return row


def running(centre: int) -> QuerySet[OnCall]:
    """Calls without an end at a centre, the oldest first."""
    return (
        OnCall.objects.filter(centre_id=centre, ended_at__isnull=True)
        .select_related("unit")
        .order_by("called_at", "pk")
    )


def of_areas(paths: Sequence[str], *, since: datetime) -> QuerySet[OnCall]:
    """Calls at the centres of these areas (paths of the tree) and all below, since a moment."""
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(centre__area__path__within=path)
    return OnCall.objects.filter(below, called_at__gte=since)


def late(paths: Sequence[str], at: datetime, *, since: datetime) -> QuerySet[OnCall]:
    """Of these calls, those that came late, have not come in time, or nobody came; the newest first."""
    rows = of_areas(paths, since=since).filter(
        Q(ended_at__gte=F("due_at"), outcome="came")
        | Q(ended_at__isnull=True, due_at__lte=at)
        | Q(outcome="absent") & ~Q(why__in=(OnCall.Why.WRONG, OnCall.Why.AGREED))
    )
    return rows.select_related("centre", "unit").order_by("-called_at", "-pk")
