"""Verbs that change who works where. Each is dated, and each re-homes what the leaver held in the same transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.people.models import Person, Posting, Substitute, Unit

_leavers: list[Callable[[int, int, datetime], None]] = []


class Refused(Exception):
    """The change would break a rule; the message says which, and what to do."""


def when_leaving(rehome: Callable[[int, int, datetime], None]) -> None:
    """Register what re-homes (person, unit, at) when a posting ends. `cases` does so; `people` does not know it."""
    _leavers.append(rehome)


@transaction.atomic
def post(person: Person, unit: Unit, role: str, *, area_id: int | None = None, at: datetime) -> Posting:
    """Give somebody a role at a unit from a moment on. Giving it twice returns the first."""
    area = area_id or unit.area_id
    held = Posting.objects.filter(person=person, unit=unit, role=role, area_id=area, until__isnull=True).first()
    return held or Posting.objects.create(person=person, unit=unit, role=role, area_id=area, since=at)


@transaction.atomic
def end_posting(posting: Posting, *, at: datetime) -> None:
    """End a posting. What the person answered for there goes to the head of the unit in the same transaction."""
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    if row.until is not None:
        return
    if at <= row.since:
        raise Refused(_("任职不能在开始之前结束。请核对日期。"))
    row.until = at
    row.save(update_fields=["until"])
    for rehome in _leavers:
        rehome(row.person_id, row.unit_id, at)


@transaction.atomic
def leave(person: Person, *, at: datetime) -> int:
    """Somebody leaves altogether: every posting ends, the account is shut. Returns how many postings ended."""
    open_postings = list(Posting.objects.filter(person=person, until__isnull=True))
    for posting in open_postings:
        end_posting(posting, at=at)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    return len(open_postings)


@transaction.atomic
def stand_in(person: Person, by: Person, *, since: datetime, until: datetime, reason: str) -> Substitute:
    """Name who stands in for somebody away."""
    if person.pk == by.pk:
        raise Refused(_("不能自己代自己。请另选一人。"))
    if until <= since:
        raise Refused(_("代班的结束要晚于开始。请核对日期。"))
    return Substitute.objects.create(person=person, stand_in=by, since=since, until=until, reason=reason)
