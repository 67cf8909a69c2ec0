"""Who sits in the hall, when: a weekly roster with dates, single days that differ, and offices that come when called.

Everything is asked for a day that is passed in. A slot that changes ends and another begins, so that who sat there last
spring can still be read.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.kernel.clock import local, local_day
from jiefen.people.actions import Refused
from jiefen.people.models import DutyDay, DutySlot, Person, Unit
from jiefen.people.queries import existing_units, named_exactly, people_named, postings_at

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
COLUMNS = ("单位", "星期", "开始", "结束", "窗口", "姓名")
LOOK_AHEAD = 60
"""How many days ahead the next time of an office is looked for."""
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Sitting:
    """One stay of an office in a hall on a day. `changed`: other than the week says; `slot`: the roster's row, if one."""

    unit: Unit
    day: date
    starts: time
    ends: time
    window: str
    person: Person | None = None
    slot: int | None = None
    changed: bool = False
    note: str = ""

    def at(self, moment: time) -> bool:
        """Whether it sits there at that time of the day."""
        return self.starts <= moment < self.ends


@dataclass(frozen=True, slots=True)
class Away:
    """An office that the week says comes, and that does not come on this day."""

    unit: Unit
    day: date
    note: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A turn of the week as somebody wants it."""

    unit: Unit
    weekday: int
    starts: time
    ends: time
    window: str = ""
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """A row of a table that does not hold: its line, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return _("第%(line)d行：%(reason)s") % {"line": self.line, "reason": self.reason}


def slots_on(centre: int, first: date, last: date) -> list[DutySlot]:
    """The turns of a centre that hold on any of these days. One query."""
    rows = DutySlot.objects.filter(centre_id=centre, since__lte=last).filter(Q(until__isnull=True) | Q(until__gt=first))
    return list(rows.select_related("unit", "person").order_by("weekday", "starts", "window", "pk"))


def sittings(centre: int, first: date, days: int = 1) -> tuple[list[Sitting], list[Away]]:
    """Who sits in a hall on these days, in order, and who does not come although the week says so. Two queries."""
    last = first + timedelta(days=days - 1)
    slots = slots_on(centre, first, last)
    others = {
        (row.unit_id, row.day): row
        for row in DutyDay.objects.filter(centre_id=centre, day__range=(first, last)).select_related("unit")
    }
    here: list[Sitting] = []
    away: list[Away] = []
    for n in range(days):
        day = first + timedelta(days=n)
        said: set[int] = set()
        for slot in slots:
            holds = slot.since <= day and (slot.until is None or day < slot.until) and slot.weekday == day.weekday()
            if not holds or not _exists(slot.unit, day):
                continue
            if (slot.unit_id, day) not in others:
                here.append(
                    Sitting(slot.unit, day, slot.starts, slot.ends, slot.window, slot.person, slot.pk)
                )  # fmt: skip
            elif slot.unit_id not in said and not others[slot.unit_id, day].comes:
                said.add(slot.unit_id)
                away.append(Away(slot.unit, day, others[slot.unit_id, day].note))
        for (_unit, when), row in others.items():
            if when == day and row.comes and row.starts and row.ends:
                here.append(Sitting(row.unit, day, row.starts, row.ends, row.window, changed=True, note=row.note))
    here.sort(key=lambda s: (s.day, s.starts, s.window, s.unit.name))
    return here, away


def _exists(unit: Unit, day: date) -> bool:
    return unit.since <= day and (unit.until is None or day < unit.until)


def here_now(centre: int, unit: int, at: datetime) -> Sitting | None:
    """The stay of an office that is going on now."""
    moment = local(at).time()
    return next((s for s in sittings(centre, local_day(at))[0] if s.unit.pk == unit and s.at(moment)), None)


def next_time(centre: int, unit: int, at: datetime) -> Sitting | None:
    """The next stay of an office that has not ended by now; None where the roster names none in the coming weeks."""
    moment, today = local(at).time(), local_day(at)
    found, _away = sittings(centre, today, LOOK_AHEAD)
    return next((s for s in found if s.unit.pk == unit and (s.day > today or s.ends > moment)), None)


def offices(centre: Unit, day: date) -> list[Unit]:
    """The offices that sit, come or are called at a centre: those of the area it stands for, with a stay in the centre."""
    rows = existing_units(day).exclude(stay=Unit.Stay.ELSEWHERE).exclude(pk=centre.pk).filter(area_id=centre.area_id)
    known = DutySlot.objects.filter(centre=centre).filter(Q(until__isnull=True) | Q(until__gt=day)).values("unit")
    return list((rows | existing_units(day).filter(pk__in=known)).distinct().order_by("stay", "name"))


@transaction.atomic
def set_week(centre: Unit, slots: Sequence[Slot], *, since: date, today: date) -> tuple[int, int]:
    """Make this the weekly roster of a centre from a day on. What stays the same stays; the rest ends that day, and the new
    begins. Returns (ended, begun). Raises Refused, naming what does not fit; nothing is written then."""
    if since < today:
        raise Refused(_("新的值班表从今天或以后起用，过去的不回头改。"))
    Unit.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if problems := clashes(slots):
        raise Refused("\n".join(problems))
    wanted = {_same(s): s for s in slots}
    rows = DutySlot.objects.filter(centre=centre).filter(Q(until__isnull=True) | Q(until__gt=since))
    ended = 0
    for row in rows:
        same = (row.unit_id, row.weekday, row.starts, row.ends, row.window, row.person_id)
        if row.since <= since and row.until is None and same in wanted:
            wanted.pop(same)
        elif row.since >= since:
            row.delete()  # had not begun yet: it leaves no day behind
            ended += 1
        else:
            row.until = since
            row.save(update_fields=["until"])
            ended += 1
    for s in wanted.values():
        DutySlot.objects.create(
            centre=centre, unit=s.unit, weekday=s.weekday, starts=s.starts, ends=s.ends, window=s.window, person=s.person,
            since=since,
        )  # fmt: skip
    return ended, len(wanted)


def _same(s: Slot) -> tuple[int, int, time, time, str, int | None]:
    return s.unit.pk, s.weekday, s.starts, s.ends, s.window, s.person.pk if s.person else None


def clashes(slots: Iterable[Slot]) -> list[str]:
    """What does not fit in a week: one office or one window twice at a time, an end before its beginning. Pure."""
    found = []
    seen: list[Slot] = []
    for s in slots:
        if not 0 <= s.weekday <= 6:
            found.append(_("星期写周一到周日。"))
            continue
        if s.ends <= s.starts:
            words = {"unit": s.unit.name, "day": WEEKDAYS[s.weekday], "from": f"{s.starts:%H:%M}"}
            found.append(_("%(unit)s%(day)s%(from)s的结束要晚于开始。") % words)
        for other in seen:
            if other.weekday != s.weekday or other.ends <= s.starts or s.ends <= other.starts:
                continue
            words = {"unit": s.unit.name, "day": WEEKDAYS[s.weekday], "window": s.window, "other": other.unit.name}
            if other.unit.pk == s.unit.pk:
                found.append(_("%(unit)s%(day)s的时间排重了。") % words)
            elif s.window and other.window == s.window:
                found.append(_("%(window)s%(day)s同时排给了%(other)s和%(unit)s。") % words)
        seen.append(s)
    return found


@transaction.atomic
def set_day(
    centre: Unit, unit: Unit, day: date, *, comes: bool, today: date, starts: time | None = None, ends: time | None = None,
    window: str = "", note: str = "",
) -> DutyDay:  # fmt: skip
    """Say that one day differs: the office does not come, or comes at these hours. Saying it again replaces it. Raises Refused."""
    if day < today:
        raise Refused(_("这一天已经过去，不能再改。"))
    if comes and (starts is None or ends is None or ends <= starts):
        raise Refused(_("来的话请写几点到几点，结束要晚于开始。"))
    if not comes and not note.strip():
        raise Refused(_("不来的请写一句为什么，来办事的人会看到。"))
    fields = {
        "comes": comes, "starts": starts if comes else None, "ends": ends if comes else None,
        "window": window.strip()[:20] if comes else "", "note": note.strip()[:60],
    }  # fmt: skip
    row, _made = DutyDay.objects.update_or_create(centre=centre, unit=unit, day=day, defaults=fields)
    return row


@transaction.atomic
def take_back_day(row: int, *, centre: Unit, today: date) -> None:
    """The day follows the week again. Raises Refused for a day gone by."""
    found = DutyDay.objects.select_for_update().filter(pk=row, centre=centre).first()
    if found is None:
        return
    if found.day < today:
        raise Refused(_("这一天已经过去，不能再改。"))
    found.delete()


def read_table(source: bytes, *, centre: Unit, day: date, at: datetime) -> tuple[list[Slot], list[RowError]]:
    """A week from a CSV (headings 单位, 星期, 开始, 结束; 窗口, 姓名 may be there). Every row that does not hold is named."""
    text, wrong = _text(source)
    if wrong:
        return [], [RowError(1, wrong)]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text.partition("\n")[0] else ",")
    missing = [name for name in COLUMNS[:4] if name not in (rows.fieldnames or ())]
    if missing:
        return [], [RowError(1, _("少了这几栏：%(names)s。") % {"names": "、".join(missing)})]
    slots: list[Slot] = []
    errors: list[RowError] = []
    for row in rows:
        if rows.line_num > MOST_ROWS:
            errors.append(RowError(rows.line_num, _("行数太多，最多%(n)d行。") % {"n": MOST_ROWS}))
            break
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(cells.values()):
            continue
        try:
            slot = _slot(cells, day, at)
            if problems := clashes([*slots, slot]):
                raise ValueError(problems[0])
            slots.append(slot)
        except ValueError as no:
            errors.append(RowError(rows.line_num, str(no)))
    if not slots and not errors:
        errors.append(RowError(2, _("表里没有一行。")))
    return slots, errors


def _text(source: bytes) -> tuple[str, str]:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace"), ""
    for code in ("utf-8-sig", "gb18030"):
        try:
            return source.decode(code), ""
        except UnicodeDecodeError:
            continue
    return "", _("看不懂这个文件的文字，请另存为CSV（UTF-8）。")


def _slot(cells: dict[str, str], day: date, at: datetime) -> Slot:
    """One row. Raises ValueError with what is wrong."""
    found = named_exactly(cells["单位"], day)
    if len(found) != 1:
        says = _("没有叫“%(name)s”的单位。") if not found else _("叫“%(name)s”的不止一个，请写代码。")
        raise ValueError(says % {"name": cells["单位"]})
    weekday = _weekday(cells["星期"])
    starts, ends = _clock(cells["开始"]), _clock(cells["结束"])
    if len(cells["窗口"]) > 20:
        raise ValueError(_("窗口最多20个字。"))
    person = None
    if cells["姓名"]:
        held = postings_at(at).filter(unit=found[0], person__in=people_named(cells["姓名"])).select_related("person")
        person = next((p.person for p in held), None)
        if person is None:
            words = {"name": cells["姓名"], "unit": found[0].name}
            raise ValueError(_("%(name)s不在%(unit)s任职。") % words)
    return Slot(found[0], weekday, starts, ends, cells["窗口"], person)


def _weekday(said: str) -> int:
    last = said.replace("星期", "").replace("周", "").replace("礼拜", "")
    if last in ("一", "二", "三", "四", "五", "六", "日", "天"):
        return "一二三四五六日".find(last.replace("天", "日"))
    if last.isdecimal() and 1 <= int(last) <= 7:
        return int(last) - 1
    raise ValueError(_("星期写周一到周日，不是“%(said)s”。") % {"said": said})


def _clock(said: str) -> time:
    parts = said.replace("：", ":").split(":")
    try:
        return time(int(parts[0]), int(parts[1]) if len(parts) > 1 else 0)
    except (ValueError, IndexError):
        raise ValueError(_("时间写成 09:00，不是“%(said)s”。") % {"said": said}) from None


def week_of(centre: int, day: date) -> list[Slot]:
    """The weekly roster that holds from a day on, as it can be handed to `set_week`."""
    return [
        Slot(s.unit, s.weekday, s.starts, s.ends, s.window, s.person)
        for s in slots_on(centre, day, day)
        if s.until is None or s.until > day
    ]
