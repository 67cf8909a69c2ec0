"""Merging and splitting offices and areas takes two people: an administrator proposes, with what would move in front of them;
another administrator or the county's supervisor agrees, having seen the same; then it happens, at once or on its day, in one
transaction. The database refuses the same person twice. Until it is agreed to, whoever proposed it may take it back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import local_day
from jiefen.people import successions
from jiefen.people.actions import Refused
from jiefen.people.actor import Actor
from jiefen.people.models import Succession
from jiefen.people.widening import may_agree


def waiting() -> QuerySet[Succession]:
    """Changes that nobody has agreed to yet, the nearest day first."""
    rows = Succession.objects.filter(agreed_at__isnull=True, called_off_at__isnull=True)
    return rows.select_related("planned_by").order_by("on", "pk")


@transaction.atomic
def propose(kind: str, plan: Mapping[str, Any], *, on: date, basis: str, by: Actor, at: datetime) -> Succession:
    """Put a change forward, tried out and taken back. The same again while it waits is the first. Raises Refused: not an
    administrator, a day gone by, no document, and whatever stands in the way of the change itself."""
    if "administrator" not in by.roles:
        raise Refused(_("合并、拆分由管理员提出。"))
    if on < local_day(at):
        raise Refused(_("生效日期已经过去。机构和区划的变更从今天或以后起，不往回改。"))
    if not basis.strip():
        raise Refused(_("请写依据的文件，例如文号。"))
    one_at_a_time("succession")
    same = Succession.objects.filter(kind=kind, plan=dict(plan), on=on, done_at=None, called_off_at=None).first()
    if same is not None:
        return same
    row = Succession.objects.create(
        kind=kind, plan=dict(plan), on=on, basis=basis.strip()[:120], planned_by_id=by.person_id, planned_at=at,
        foreseen=successions.foresee(kind, plan, on=on, basis=basis, at=at),
    )  # fmt: skip
    successions.tell(row, successions.PROPOSED, at)
    return row


@transaction.atomic
def agree(pk: int, *, by: Actor, at: datetime) -> Succession:
    """The second person agrees: carried out now where its day has come, else on its day. Agreed again by the same person it is
    the same. Raises Refused: not who may, one's own, called off, or what stands in the way by now."""
    row = Succession.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or not may_agree(by):
        raise Refused(_("没有这项变更等您同意，请刷新后再看。"))
    if row.called_off_at is not None:
        raise Refused(_("这项变更已经取消，不用再同意。"))
    if row.agreed_at is not None:
        if row.agreed_by_id == by.person_id:
            return row
        raise Refused(_("这项变更已经有人同意过了，请刷新后再看。"))
    if row.planned_by_id == by.person_id:
        raise Refused(_("这是您自己提出的，要请另一位管理员或县级督办的人同意。"))
    row.agreed_by_id, row.agreed_at = by.person_id, at
    row.save(update_fields=["agreed_by", "agreed_at"])
    if row.on <= local_day(at):
        return successions.carry_out(_from(row, local_day(at)), at=at)
    # It may have become impossible since it was proposed: better said now than on the day.
    successions.foresee(row.kind, row.plan, on=row.on, basis=row.basis, at=at)
    successions.tell(row, successions.AGREED, at)
    return row


def _from(row: Succession, today: date) -> Succession:
    """What is agreed to after its day holds from today: nothing is changed backwards."""
    if row.on < today:
        row.on = today
        row.save(update_fields=["on"])
    return row


def take_back(pk: int, *, by: Actor, at: datetime, why: str) -> Succession:
    """Whoever may agree, or proposed it, says that it is not to be, and why: before anybody agreed, or before its day. Raises
    Refused."""
    row = Succession.objects.filter(pk=pk).first()
    if row is None or not (may_agree(by) or row.planned_by_id == by.person_id):
        raise Refused(_("没有这项变更，请刷新后再看。"))
    return successions.call_off(row, by=by.person_id, at=at, why=why)
