"""Changes of the set-up that reach into matters: who answers for what after somebody goes, an office that still has work,
dates that move with a new calendar. Only counts and names of staff come out: an administrator reads no matter."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases.models import Assignment, Case
from jiefen.kernel.scope import scope
from jiefen.people import actions
from jiefen.people.actions import Refused
from jiefen.people.models import Person, Posting, Unit
from jiefen.people.queries import postings_at

LIVE = ("open", "signed", "objected")


@dataclass(frozen=True, slots=True)
class Rehomed:
    """How many matters somebody answered for, and who answers for them now: (person's name, how many), most first."""

    matters: int
    to: tuple[tuple[str, int], ...]


def _answered_for(person_id: int) -> set[int]:
    rows = Case.objects.filter(
        Q(responsible_id=person_id, is_open=True)
        | Q(is_open=True, assignments__responsible_id=person_id, assignments__state__in=LIVE)
    )
    return set(rows.values_list("pk", flat=True))


def _who_now(matters: set[int], but: int) -> tuple[tuple[str, int], ...]:
    counted: Counter[int | None] = Counter()
    for case in Case.objects.filter(pk__in=matters).values_list("pk", "responsible_id"):
        counted[case[1]] += 1
    names = dict(Person.objects.filter(pk__in=[p for p in counted if p]).values_list("pk", "name"))
    found = [(names.get(p or 0, _("没有人")), n) for p, n in counted.most_common() if p != but]
    return tuple(found)


@transaction.atomic
def end_posting(posting: Posting, *, at: datetime, now: datetime) -> Rehomed:
    """End a posting and tell where its work went. Raises Refused, also for the last administrator."""
    if posting.role == "administrator":
        others = postings_at(at).filter(role="administrator").exclude(person_id=posting.person_id)
        if not others.exclude(until__lte=at).exists():
            raise Refused(_("这是最后一位管理员。请先给另一个人管理员的任职，再结束这一项。"))
    with scope("worker"):
        before = _answered_for(posting.person_id)
        actions.end_posting(posting, at=at, now=now)
        moved = before - _answered_for(posting.person_id)
        return Rehomed(len(moved), _who_now(moved, posting.person_id))


@transaction.atomic
def shut_account(person: Person, *, at: datetime) -> tuple[int, Rehomed]:
    """End every posting and shut the account. Returns how many postings, and where the work went. Raises Refused."""
    keepers = set(postings_at(at).filter(role="administrator").values_list("person_id", flat=True))
    if keepers == {person.pk}:
        raise Refused(_("这是最后一位管理员，停用以后没有人能再开账号。请先给另一个人管理员的任职。"))
    with scope("worker"):
        before = _answered_for(person.pk)
        ended = actions.leave(person, at=at)
        moved = before - _answered_for(person.pk)
        return ended, Rehomed(len(moved), _who_now(moved, person.pk))


@transaction.atomic
def close_office(unit: Unit, *, on: date, at: datetime, successor: Unit | None) -> None:
    """Close an office that has no matter in hand any more. Raises Refused."""
    with scope("worker"):
        left = (
            Assignment.objects.filter(unit=unit, state__in=LIVE, case__is_open=True)
            .values("case_id")
            .distinct()
            .count()
        )
    if left:
        where = successor.name if successor else _("别的单位")
        raise Refused(
            _("%(name)s手里还有%(n)d件没有办完。请分派员先改派给%(where)s，再撤销。")
            % {"name": unit.name, "n": left, "where": where}
        )
    actions.close_unit(unit, on=on, at=at, successor=successor)
