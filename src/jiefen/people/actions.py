"""Verbs that change who works where. Each is dated, and each re-homes what the leaver held in the same transaction."""

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import day_start, local_day
from jiefen.people.models import Person, Posting, Substitute, Unit
from jiefen.people.queries import head_of, with_stand_ins

# No look-alikes: a one-time password is read aloud or copied from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,31}")
_UNIT_FIELDS = ("name", "short", "mark", "letters", "stay", "stay_note", "phone", "address", "parent_id", "area_id")

HEADS = ("unit-head", "supervisor", "dispatcher")
"""Roles in which somebody answers for an office where nobody else does."""

Moved = Callable[[frozenset[int], frozenset[int], datetime], None]
_movers: list[Moved] = []
Renamed = Callable[[Unit, str, datetime], None]
_renamers: list[Renamed] = []


class Refused(Exception):
    """The change would break a rule; the message says which, and what to do."""


def when_moving(rehome: Moved) -> None:
    """Register what re-homes (persons, units, at) when a posting begins or ends or somebody stands in. `cases` does so;
    `people` does not know it. It may raise Refused, which takes the change back."""
    _movers.append(rehome)


def when_renaming(told: Renamed) -> None:
    """Register who is told (office, the name it had, at) when an office gets another name, in the same transaction."""
    _renamers.append(told)


def moved(at: datetime, persons: Iterable[int] = (), units: Iterable[int] = ()) -> None:
    """Tell of it: these people answer differently from now on, or these offices are answered for by somebody else."""
    who = with_stand_ins(persons, at)  # whoever stands in answers by the right of the one stood in for
    for rehome in _movers:
        rehome(who, frozenset(units), at)


@transaction.atomic
def post(
    person: Person, unit: Unit, role: str, *, area_id: int | None = None, at: datetime, now: datetime | None = None
) -> Posting:
    """Give somebody a role at a unit from a moment on. Giving it twice returns the first. A first head takes over what
    the office above answered for. `now` is given where `at` may lie ahead. Raises Refused at an office that has ended."""
    area = area_id or unit.area_id
    one_at_a_time("posting", person.pk)  # two who give it at once, and somebody who leaves meanwhile
    held = Posting.objects.filter(person=person, unit=unit, role=role, area_id=area, until__isnull=True).first()
    if held is not None:
        return held
    office = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # it may be closing at this moment
    if office.until is not None and office.until <= local_day(at):
        raise Refused(_("%(name)s已经撤销，不能再任职。") % {"name": office.name})
    back = Posting.objects.filter(person=person, unit=unit, until__lte=at).exists()
    row = Posting.objects.create(person=person, unit=unit, role=role, area_id=area, since=at)
    if now is not None and at > now:
        return row
    if back and (head := head_of(unit.pk, at)):
        moved(at, persons=[head])  # who comes back takes up again what the head held for them
    if role in HEADS:
        moved(at, units=[unit.pk])
    return row


@transaction.atomic
def end_posting(posting: Posting, *, at: datetime, now: datetime | None = None) -> None:
    """End a posting. What the person answered for there goes to the head of the unit in the same transaction.

    `now` is given where `at` may lie ahead: then the hourly sweep re-homes when the day has come. Raises Refused.
    """
    row = Posting.objects.select_for_update().get(pk=posting.pk)
    if row.until is not None:
        return
    if at <= row.since:
        raise Refused(_("任职不能在开始之前结束。请核对日期。"))
    row.until = at
    row.save(update_fields=["until"])
    if now is not None and at > now:
        return
    moved(at, persons=[row.person_id])


@transaction.atomic
def leave(person: Person, *, at: datetime) -> int:
    """Somebody leaves altogether: every posting ends, the account is shut. Returns how many postings ended."""
    one_at_a_time("posting", person.pk)
    open_postings = list(Posting.objects.filter(person=person, until__isnull=True))
    for posting in open_postings:
        end_posting(posting, at=at)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    moved(at, persons=[person.pk])  # a posting whose end was set beforehand does not hold any more either
    return len(open_postings)


@transaction.atomic
def stand_in(
    person: Person, by: Person, *, since: datetime, until: datetime, reason: str, now: datetime | None = None
) -> Substitute:
    """Name who stands in for somebody away. With `now`, what they answer for is handed over at once where the absence has
    begun; otherwise the hourly sweep does it. The same again is the first. Raises Refused."""
    if person.pk == by.pk:
        raise Refused(_("不能自己代自己。请另选一人。"))
    if until <= since:
        raise Refused(_("代班的结束要晚于开始。请核对日期。"))
    one_at_a_time("stand-in", person.pk)
    before = Substitute.objects.filter(person=person, stand_in=by, since=since, until=until).first()
    if before is not None:
        return before
    row = Substitute.objects.create(person=person, stand_in=by, since=since, until=until, reason=reason)
    if now is not None and since <= now < until:
        moved(now, persons=[person.pk])
    return row


@transaction.atomic
def end_stand_in(row: Substitute, *, at: datetime) -> None:
    """The absent person is back early. A stand-in that had not begun yet leaves no day behind: it ends as it begins."""
    kept = Substitute.objects.select_for_update().get(pk=row.pk)
    if kept.until <= at:
        return
    if kept.since >= at:
        kept.delete()
        return
    kept.until = at
    kept.save(update_fields=["until"])
    moved(at, persons=[kept.stand_in_id])


def one_time_password() -> str:
    """Sixteen letters in four groups, about 79 random bits. Shown once, and must be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _g in range(4))


@transaction.atomic
def add_person(username: str, name: str, *, phone: str = "") -> tuple[Person, str]:
    """A new account and its one-time password. Without a posting it opens nothing. Raises Refused."""
    username, name = username.strip().lower(), name.strip()
    if not _USERNAME.fullmatch(username):
        raise Refused(_("用户名要2至40个字符，只用小写字母、数字和 . _ -，以字母或数字开头。"))
    if not name or len(name) > 40:
        raise Refused(_("请写姓名，不超过40个字。"))
    one_at_a_time("username", username)
    if Person.objects.filter(username=username).exists():
        raise Refused(_("用户名%(name)s已经有人用。请换一个，或在名单里找到这个人。") % {"name": username})
    password = one_time_password()
    person = Person(username=username, name=name, phone=phone.strip()[:20], must_change_password=True)
    person.set_password(password)
    person.save()
    return person, password


@transaction.atomic
def reset_password(person: Person) -> str:
    """A new one-time password; every open session of that person ends with it. Raises Refused for a shut account."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not row.is_active:
        raise Refused(_("%(name)s的账号已经停用，不能重设密码。") % {"name": row.name})
    password = one_time_password()
    row.set_password(password)
    row.must_change_password = True
    row.save(update_fields=["password", "must_change_password"])
    return password


@transaction.atomic
def open_unit(code: str, *, unit_type: str, since: date, **fields: Any) -> Unit:
    """A new office. `fields`: name, area_id, and of parent_id, short, mark, letters, stay, stay_note, phone, address
    what is known. Raises Refused."""
    if not _UNIT_CODE.fullmatch(code):
        raise Refused(_("单位代码要2至32个字符，只用字母、数字和 . _ -。"))
    one_at_a_time("offices")
    if Unit.objects.filter(code=code).exists():
        raise Refused(_("单位代码%(code)s已经用过，一个代码只给一次。") % {"code": code})
    row = Unit(code=code, unit_type=unit_type, since=since)
    _weigh_unit(row, fields, on=since)
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_unit(unit: Unit, *, on: date, at: datetime | None = None, **fields: Any) -> bool:
    """Change what is written of an office; False when nothing differs. Its code, kind and first day stay. A new name is told
    to who registered (`at`: when, else as the day begins). Raises Refused."""
    one_at_a_time("offices")  # letters and marks are held against those of all the others
    row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if row.until is not None and row.until <= on:
        raise Refused(_("%(name)s已经撤销，不能再改。") % {"name": row.name})
    if all(getattr(row, name) == value for name, value in fields.items()):
        return False
    before = row.name
    _weigh_unit(row, fields, on=on)
    row.save(update_fields=sorted(fields))
    if row.name != before:
        for told in _renamers:
            told(row, before, at or day_start(on))
    return True


def _weigh_unit(row: Unit, fields: dict[str, Any], *, on: date) -> None:
    """Put the fields on the row and hold it to the rules of offices. Raises Refused."""
    unknown = set(fields) - set(_UNIT_FIELDS)
    if unknown:
        raise TypeError(f"an office has no {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(row, name, value)
    if not row.name.strip():
        raise Refused(_("请写单位名称。"))
    if row.area_id is None:
        raise Refused(_("请写单位所管的区域。"))
    if row.letters and not re.fullmatch("[A-Z]{1,4}", row.letters):
        raise Refused(_("受理码字母是1至4个大写字母，例如 LH。"))
    if row.stay in (Unit.Stay.ROTATING, Unit.Stay.ON_CALL) and not row.stay_note:
        raise Refused(_("轮驻的请写哪几天来，随叫随到的请写怎么叫。"))
    others = Unit.objects.filter(Q(until__isnull=True) | Q(until__gt=on)).exclude(pk=row.pk)
    if row.letters and (other := others.filter(letters=row.letters).first()):
        raise Refused(
            _("字母%(letters)s已由%(name)s使用，两处同字母会编出相同的号。")
            % {"letters": row.letters, "name": other.name}
        )
    if row.mark and (other := others.filter(mark=row.mark).first()):
        raise Refused(
            _("字号“%(mark)s”已由%(name)s使用，两处同字号会编出相同的号。") % {"mark": row.mark, "name": other.name}
        )
    above = row.parent_id
    seen = {row.pk} if row.pk else set()
    while above is not None:
        if above in seen:
            raise Refused(_("上级绕回了这个单位自己。请另选上级。"))
        seen.add(above)
        above = Unit.objects.filter(pk=above).values_list("parent_id", flat=True).first()


@transaction.atomic
def close_unit(unit: Unit, *, on: date, at: datetime, successor: Unit | None = None) -> None:
    """End an office: `on` is the first day it no longer exists. Nobody may still be posted there by then. Raises Refused."""
    row = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if row.until is not None:
        raise Refused(_("%(name)s已定于%(day)s撤销。") % {"name": row.name, "day": row.until})
    if on <= row.since:
        raise Refused(_("撤销日期要晚于设立日期%(day)s。") % {"day": row.since})
    if successor is not None and (successor.pk == row.pk or successor.until is not None):
        raise Refused(_("接替的单位须是另一个还在的单位。"))
    left = Posting.objects.filter(unit=row).filter(Q(until__isnull=True) | Q(until__gt=at)).count()
    if left:
        raise Refused(_("%(name)s还有%(n)d项任职没有结束，请先结束或转到接替的单位。") % {"name": row.name, "n": left})
    below = Unit.objects.filter(parent=row, until__isnull=True).count()
    if below:
        raise Refused(_("%(name)s之下还有%(n)d个单位，请先改它们的上级。") % {"name": row.name, "n": below})
    row.until, row.successor = on, successor
    row.save(update_fields=["until", "successor"])
