"""A posting that widens rights takes two people: an administrator proposes, another administrator or the county's supervisor
agrees. Neither may be the person who gets it. The database refuses the same person twice. Every new posting widens: one that is
held already is not given again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.people.actions import Refused, post
from jiefen.people.actor import CENTRE_UNIT_TYPES, Actor
from jiefen.people.models import Person, Posting, PostingAsk, Unit

AGREES = frozenset({"administrator", "supervisor"})


def may_agree(by: Actor) -> bool:
    """An administrator, or the county's supervisor."""
    return any(
        p.role == "administrator"
        or (p.role == "supervisor" and p.unit_type in CENTRE_UNIT_TYPES and p.area_level == "county")
        for p in by.held
    )


def propose(
    person: Person, unit: Unit, role: str, *, area_id: int | None, since: datetime, by: Actor, at: datetime
) -> PostingAsk:
    """Put a posting forward. The same again is the first. Raises Refused for somebody who is no administrator, and for what
    one would give oneself."""
    if "administrator" not in by.roles:
        raise Refused(_("任职由管理员提出。"))
    if person.pk == by.person_id:
        raise Refused(_("不能给自己任职。请另一位管理员提出。"))
    area = area_id or unit.area_id
    named = {"person": person, "unit": unit, "role": role, "area_id": area, "decided_at": None}
    try:
        with transaction.atomic():
            return PostingAsk.objects.create(**named, since=since, asked_by_id=by.person_id, asked_at=at)
    except IntegrityError:
        return PostingAsk.objects.get(**named)


@transaction.atomic
def decide(pk: int, *, agree: bool, by: Actor, at: datetime) -> Posting | None:
    """Agree, and the posting holds from its day on, never from before now; or do not. The second of two who decide at once
    is refused. Raises Refused."""
    row = PostingAsk.objects.select_for_update(of=("self",)).select_related("person", "unit").filter(pk=pk).first()
    if row is None or not may_agree(by):
        raise Refused(_("没有这项任职等您同意，请刷新后再看。"))
    if row.decided_at is not None:
        raise Refused(_("这项任职已经有人办过了，请刷新后再看。"))
    if agree and by.person_id == row.asked_by_id:
        raise Refused(_("这是您自己提出的，要请另一位管理员或县级督办的人同意。"))
    if agree and by.person_id == row.person_id:
        raise Refused(_("不能同意给自己的任职，请另一个人来看。"))
    one_at_a_time("posting", row.person_id)  # they may be leaving at this moment
    if agree and not Person.objects.filter(pk=row.person_id, is_active=True).exists():
        raise Refused(_("%(name)s的账号已经停用，不能再任职。") % {"name": row.person.name})
    if agree and row.unit.until is not None:
        raise Refused(_("%(name)s已经撤销，不能再任职。") % {"name": row.unit.name})
    row.decided_by_id, row.decided_at, row.agreed = by.person_id, at, agree
    row.save(update_fields=["decided_by", "decided_at", "agreed"])
    if not agree:
        return None
    return post(row.person, row.unit, row.role, area_id=row.area_id, at=max(row.since, at), now=at)
