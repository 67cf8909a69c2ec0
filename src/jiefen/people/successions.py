"""Offices merged and split on a day, and the plan of any such change, of offices or of areas.

Nothing is deleted: the old office ends with `until`, its heirs begin, `UnitHeir` says who took over what. Postings and the
roster move in the same transaction; who knows of duties, intakes, queues or routing registers a mover (`when_succeeding`),
as `actions.when_moving` does. It takes two people (`changing`); here is how it is written down and carried out. Before its day
a change can be called off. The preview is the change itself, taken back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.kernel.clock import local_day
from jiefen.people import actions
from jiefen.people.actions import Refused
from jiefen.people.models import DutyDay, DutySlot, Person, Posting, Succession, Unit, UnitHeir
from jiefen.people.queries import postings_at

Kind = Succession.Kind


@dataclass(frozen=True, slots=True)
class Part:
    """An office that takes over: an existing one by `code`, or a new one where `name` is given. `kinds` (beginnings of kinds
    of matters) and `people` (usernames) are what it takes of an office that is split; the first part takes all the rest."""

    code: str
    name: str = ""
    unit_type: str = ""
    area: int | None = None
    parent: int | None = None
    kinds: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    letters: str = ""
    mark: str = ""


@dataclass(slots=True)
class Change:
    """What is being carried out, as the movers see it. `units`: old → the main heir; `heirs`: old → all of them; `areas`: old
    → new; `takes`: old → [(beginning of kind, heir)] of an office that is split."""

    succession: Succession
    at: datetime
    units: dict[int, int] = field(default_factory=dict)
    heirs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    takes: dict[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    areas: dict[int, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    moved: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # person → the office they leave, the one they come to

    def heir(self, unit: int, kind: str = "") -> int:
        """Who takes over from an office, for a matter of a kind."""
        fits = [(len(start), heir) for start, heir in self.takes.get(unit, ()) if kind and kind.startswith(start)]
        return max(fits)[1] if fits else self.units.get(unit, unit)

    def count(self, name: str, n: int) -> None:
        """Add to what was moved."""
        if n:
            self.counts[name] = self.counts.get(name, 0) + n

    @property
    def reason(self) -> str:
        """The sentence that stands in every row it writes."""
        return _("%(kind)s：%(basis)s") % {"kind": self.succession.get_kind_display(), "basis": self.succession.basis}


Mover = Callable[[Change], None]
_movers: list[Mover] = []
_carriers: dict[str, Mover] = {}


def when_succeeding(mover: Mover) -> None:
    """Register what moves with an office or an area. It may raise Refused, which takes all of it back."""
    if mover not in _movers:
        _movers.append(mover)


def carries(kind: str, carrier: Mover) -> None:
    """Register who carries out a kind of change first of all (areas are carried out one floor up)."""
    _carriers[kind] = carrier


def merge_plan(units: Sequence[Unit], into: Part) -> dict[str, Any]:
    """Several offices become one: an existing one of them or another, or a new one."""
    return {"units": [u.code for u in units], "parts": [_said(into)]}


def split_plan(unit: Unit, parts: Sequence[Part]) -> dict[str, Any]:
    """One office becomes several; the first of them takes what no other is named for."""
    return {"units": [unit.code], "parts": [_said(p) for p in parts]}


def _said(part: Part) -> dict[str, Any]:
    row = {
        "code": part.code.strip(), "name": part.name.strip(), "unit_type": part.unit_type, "area": part.area,
        "parent": part.parent, "kinds": list(part.kinds), "people": list(part.people), "letters": part.letters, "mark": part.mark,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value not in ("", None, [])}


class _TakenBack(Exception):
    """Not an error: the preview is over."""


Counter = Callable[[Sequence[int]], Mapping[int, int]]
_counters: list[Counter] = []


def when_counting(counter: Counter) -> None:
    """Register who counts the open matters that lie with offices (id → number)."""
    if counter not in _counters:
        _counters.append(counter)


def foresee(kind: str, plan: Mapping[str, Any], *, on: date, basis: str, at: datetime) -> dict[str, Any]:
    """What would move, by doing it and taking it back: `counts` by name, `people` [name, from, to], `offices` [name, people
    before, after, open matters before, after]. Raises Refused with what stands in the way."""
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            row = Succession.objects.create(
                kind=kind,
                plan=dict(plan),
                on=local_day(at),
                basis=basis.strip()[:120] or "-",
                planned_at=at,
                agreed_at=at,
            )
            before = _figures(at)
            change = _carried_out(row, at)
            names = dict(Unit.objects.values_list("pk", "name"))
            after = _figures(at)
            who = dict(Person.objects.filter(pk__in=change.moved).values_list("pk", "name"))
            found["counts"] = change.counts
            found["people"] = [[who[p], names[a], names[b]] for p, (a, b) in sorted(change.moved.items())]
            found["offices"] = [
                [names[pk], before[0].get(pk, 0), after[0].get(pk, 0), before[1].get(pk, 0), after[1].get(pk, 0)]
                for pk in sorted(names)
                if any(before[n].get(pk, 0) != after[n].get(pk, 0) for n in (0, 1)) or pk in change.units
            ]
            raise _TakenBack
    except _TakenBack:
        return found
    finally:
        for mover in _forgetters:
            mover()


def _figures(at: datetime) -> tuple[dict[int, int], dict[int, int]]:
    """People at work and open matters, by office."""
    people: dict[int, set[int]] = {}
    for unit, person in postings_at(at).values_list("unit_id", "person_id"):
        people.setdefault(unit, set()).add(person)
    matters: dict[int, int] = {}
    for counter in _counters:
        matters.update(counter(list(Unit.objects.values_list("pk", flat=True))))
    return {unit: len(who) for unit, who in people.items()}, matters


_forgetters: list[Callable[[], None]] = []


def when_over(forget: Callable[[], None]) -> None:
    """Register what drops answers kept in memory once a change, or its preview, is over."""
    if forget not in _forgetters:
        _forgetters.append(forget)


Teller = Callable[[Succession, Change | None, str, datetime], None]
_tellers: list[Teller] = []
PROPOSED, AGREED, DONE, OFF = "proposed", "agreed", "done", "off"


def when_changing(teller: Teller) -> None:
    """Register who tells people of a change: when it is proposed, agreed to, carried out (with what moved) and called off."""
    if teller not in _tellers:
        _tellers.append(teller)


def tell(row: Succession, what: str, at: datetime, change: Change | None = None) -> None:
    """Let it be told, within the transaction."""
    for teller in _tellers:
        teller(row, change, what, at)


@transaction.atomic
def carry_out(row: Succession, *, at: datetime) -> Succession:
    """Carry an agreed change out, once, and tell whom it moved. Its day must have come. Raises Refused; nothing is half-done."""
    row = Succession.objects.select_for_update().get(pk=row.pk)
    if row.done_at is not None:
        return row
    if row.called_off_at is not None:
        raise Refused(_("这项变更已经取消。"))
    if row.agreed_at is None:
        raise Refused(_("这项变更还没有第二个人同意，不能办。"))
    if row.on > local_day(at):
        raise Refused(_("还没有到%(day)s，到那天自动办。") % {"day": row.on})
    change = _carried_out(row, at)
    tell(change.succession, DONE, at, change)
    return change.succession


def _carried_out(row: Succession, at: datetime) -> Change:
    change = Change(row, at)
    if row.kind in _carriers:
        _carriers[row.kind](change)
    else:
        _units(change)
    for forget in _forgetters:
        forget()
    for mover in _movers:
        mover(change)
    row.done_at, row.done, row.stuck = at, change.counts, ""
    row.save(update_fields=["done_at", "done", "stuck"])
    for forget in _forgetters:
        forget()
    return change


@transaction.atomic
def call_off(row: Succession, *, by: int | None, at: datetime, why: str) -> Succession:
    """Call a change off, or take back what nobody has agreed to yet. Raises Refused once it is carried out, or agreed to and its
    day has come."""
    row = Succession.objects.select_for_update().get(pk=row.pk)
    if row.called_off_at is not None:
        return row
    if row.done_at is not None or (row.agreed_at is not None and row.on <= local_day(at)):
        raise Refused(_("已经到了生效的日子，不能取消。要改回去，请另办一次合并或拆分。"))
    if not why.strip():
        raise Refused(_("请写一句为什么取消。"))
    row.called_off_at, row.called_off_by_id, row.why_off = at, by, why.strip()[:120]
    row.save(update_fields=["called_off_at", "called_off_by", "why_off"])
    tell(row, OFF, at)
    return row


def carry_out_due(at: datetime) -> tuple[int, int]:
    """Carry out every agreed change whose day has come, each by itself. Returns (done, stuck); a stuck one says why and is tried again."""
    done = stuck = 0
    rows = Succession.objects.filter(
        done_at__isnull=True, called_off_at__isnull=True, agreed_at__isnull=False, on__lte=local_day(at)
    )
    for row in rows.order_by("on", "pk"):
        try:
            carry_out(row, at=at)
            done += 1
        except Refused as no:
            Succession.objects.filter(pk=row.pk).update(stuck=str(no)[:300])
            stuck += 1
    return done, stuck


def _units(change: Change) -> None:
    """The offices themselves: the old end, the new begin, and who works there, who sits in the hall and what lies below moves."""
    row, plan = change.succession, change.succession.plan
    old = list(Unit.objects.select_for_update(no_key=True).filter(code__in=plan["units"]).order_by("pk"))
    if len(old) != len(set(plan["units"])) or not old:
        raise Refused(_("有的单位不存在，请核对代码。"))
    parts = plan["parts"]
    if row.kind == Kind.SPLIT_UNIT and len(parts) < 2:
        raise Refused(_("拆分至少要有两个接替的单位。"))
    if len({p["code"] for p in parts}) != len(parts):
        raise Refused(_("接替的单位写重了。"))
    staying = {p["code"] for p in parts}
    ending = [unit for unit in old if unit.code not in staying]
    if not ending:
        raise Refused(_("没有单位会因此结束。合并要写另外几个单位，拆分要写新单位。"))
    for unit in ending:
        if unit.until is not None and unit.until <= row.on:
            raise Refused(_("%(name)s已经撤销。") % {"name": unit.name})
        if unit.since >= row.on:
            raise Refused(_("%(name)s今天才设立，不能今天就撤。") % {"name": unit.name})
        unit.until = row.on
        unit.save(update_fields=["until"])
    heirs = [_heir(part, old[0], row.on) for part in parts]
    for unit in old:
        if unit in ending:
            unit.successor = heirs[0]
            unit.save(update_fields=["successor"])
        else:
            continue
        change.units[unit.pk] = heirs[0].pk
        change.heirs[unit.pk] = tuple(h.pk for h in heirs)
        change.takes[unit.pk] = tuple(
            (start, heir.pk) for part, heir in zip(parts, heirs, strict=True) for start in part.get("kinds", ())
        )
        UnitHeir.objects.bulk_create([UnitHeir(unit=unit, heir=heir, succession=row) for heir in heirs])
        change.count("units", 1)
        Unit.objects.filter(parent=unit).exclude(pk__in=[h.pk for h in heirs]).update(parent=heirs[0])
    who = {name: heir.pk for part, heir in zip(parts, heirs, strict=True) for name in part.get("people", ())}
    unknown = set(who) - set(Person.objects.filter(username__in=who).values_list("username", flat=True))
    if unknown:
        raise Refused(_("没有这样的用户名：%(names)s。") % {"names": "、".join(sorted(unknown))})
    moved = _postings(change, who)
    _rosters(change)
    change.count("people", len(moved))


def _heir(part: Mapping[str, Any], like: Unit, on: date) -> Unit:
    """The office that takes over: found by its code, or opened now as another of the same kind where nothing else is said."""
    found = Unit.objects.filter(code=part["code"]).first()
    if found is not None:
        if found.until is not None or found.since > on:
            raise Refused(_("接替的%(name)s那天不在。") % {"name": found.name})
        return found
    if not part.get("name"):
        raise Refused(_("没有代码为%(code)s的单位。要新设，请写名称。") % {"code": part["code"]})
    return actions.open_unit(
        part["code"], unit_type=part.get("unit_type") or like.unit_type, since=on, name=part["name"],
        area_id=part.get("area") or like.area_id, parent_id=part.get("parent") or like.parent_id,
        letters=part.get("letters", ""), mark=part.get("mark", ""), stay_note=like.stay_note,
        # Which days it comes, or how it is called, was perhaps never written of the old one: then the new one says it later.
        stay=like.stay if like.stay_note or like.stay not in (Unit.Stay.ROTATING, Unit.Stay.ON_CALL) else Unit.Stay.ELSEWHERE,
        phone=like.phone, address=like.address,
    )  # fmt: skip


def _postings(change: Change, who: Mapping[str, int]) -> set[int]:
    """Every posting that holds or is to come begins anew at the heir; the old one ends, so that who worked where is still known."""
    at = change.at
    rows = Posting.objects.select_for_update(of=("self",)).filter(unit_id__in=change.units)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=at)).select_related("person", "unit").order_by("pk")
    moved = set()
    for posting in rows:
        heir = Unit.objects.get(pk=who.get(posting.person.username, change.units[posting.unit_id]))
        area = heir.area_id if posting.area_id == posting.unit.area_id else posting.area_id
        move_posting(posting, unit=heir.pk, area=area, at=at)
        change.moved[posting.person_id] = (posting.unit_id, heir.pk)
        moved.add(posting.person_id)
    return moved


def move_posting(posting: Posting, *, unit: int, area: int, at: datetime) -> None:
    """The same role elsewhere from a moment on. One that has not begun yet is only written anew."""
    if posting.since >= at:
        Posting.objects.filter(pk=posting.pk).update(unit_id=unit, area_id=area)
        return
    until = posting.until
    Posting.objects.filter(pk=posting.pk).update(until=at)
    held = Posting.objects.filter(
        person_id=posting.person_id, unit_id=unit, role=posting.role, area_id=area, until__isnull=True
    )
    if not held.exists():
        Posting.objects.create(
            person_id=posting.person_id, unit_id=unit, role=posting.role, area_id=area, since=at, until=until
        )


def _rosters(change: Change) -> None:
    """Who sits in the hall goes on sitting there, under the new name."""
    on = change.succession.on
    ended = Q(unit_id__in=change.units) | Q(centre_id__in=change.units)
    for slot in DutySlot.objects.filter(ended).filter(Q(until__isnull=True) | Q(until__gt=on)):
        unit, centre = change.units.get(slot.unit_id, slot.unit_id), change.units.get(slot.centre_id, slot.centre_id)
        if slot.since < on:
            DutySlot.objects.filter(pk=slot.pk).update(until=on)
            slot.pk, slot.since = None, on
            slot._state.adding = True
        slot.unit_id, slot.centre_id = unit, centre
        if unit != centre:
            slot.save()
    for day in DutyDay.objects.filter(ended, day__gte=on):
        unit, centre = change.units.get(day.unit_id, day.unit_id), change.units.get(day.centre_id, day.centre_id)
        if not DutyDay.objects.filter(unit_id=unit, centre_id=centre, day=day.day).exists():
            DutyDay.objects.filter(pk=day.pk).update(unit_id=unit, centre_id=centre)
