"""Areas merged and split on a day: the old end and name their heirs, what lies in them begins anew inside the heir.

A code lies in the code of what it is in, so a grid that comes to another village gets a new code; the old one stays with its
history. Below the village the new codes are given here; a village's code is the state's, and must be said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.places.actions import AreaRefused, close_area, open_area
from jiefen.places.models import Area, AreaHeir
from jiefen.places.queries import in_force

VILLAGE_DIGITS = 12
FREE = 99_999_999


@dataclass(frozen=True, slots=True)
class Ground:
    """An area that takes over: an existing one by `code`, or a new one where `name` is given. `inside`: codes of what lay in
    the old area and comes to this one (of an area that is split; the first takes the rest)."""

    code: str
    name: str = ""
    inside: tuple[str, ...] = ()
    shape: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Passed:
    """What was done: old id → new id, what lay inside too; and how many areas ended and began."""

    areas: dict[int, int] = field(default_factory=dict)
    ended: int = 0
    begun: int = 0


@transaction.atomic
def pass_on(
    codes: Sequence[str], parts: Sequence[Ground], *, on: date, new_codes: Mapping[str, str] | None = None
) -> Passed:
    """Merge (several codes, one part) or split (one code, several parts) areas of one level. Raises AreaRefused, naming what
    is missing; nothing is written then. `new_codes`: old → new code of villages that come to another township."""
    old = list(Area.objects.select_for_update().filter(code__in=codes).order_by("code"))
    if len(old) != len(set(codes)) or not old:
        raise AreaRefused(_("有的区域代码不存在，请核对。"))
    if len({a.level for a in old}) != 1:
        raise AreaRefused(_("只能把同一级的区域合在一起。"))
    if old[0].level == Area.Level.COUNTY:
        raise AreaRefused(_("县级的变更要重新装一套，不在这里办。"))
    if len(codes) == 1 and len(parts) < 2:
        raise AreaRefused(_("拆分至少要有两个接替的区域。"))
    if len({p.code for p in parts}) != len(parts):
        raise AreaRefused(_("接替的区域代码写重了。"))
    ending = [a for a in old if a.code not in {p.code for p in parts}]
    if not ending:
        raise AreaRefused(
            _("没有区域会因此结束。合并要写另外几个区域；拆分以后原来的代码不再用，拆出来的每一个都写新代码。")
        )
    for area in ending:
        if not area.in_force(on) or area.since >= on:
            raise AreaRefused(_("%(name)s那天不在用，或者那天才启用。") % {"name": area.full_name})
    done = Passed()
    _free_names(ending, parts, on)
    heirs = [_heir(part, ending[0], old, on, done) for part in parts]
    for area in ending:
        for child in list(in_force(on).filter(parent=area)):
            to = next((h for p, h in zip(parts, heirs, strict=True) if child.code in p.inside), heirs[0])
            _move_inside(child, to, on, new_codes or {}, done)
        _end(area, heirs, on, done)
    return done


def _free_names(ending: Sequence[Area], parts: Sequence[Ground], on: date) -> None:
    """A new area may bear the name of one that ends: the database allows one name among siblings that have no end."""
    taken = {p.name for p in parts if p.name}
    Area.objects.filter(pk__in=[a.pk for a in ending if a.name in taken]).update(until=on)


def _heir(part: Ground, like: Area, old: Sequence[Area], on: date, done: Passed) -> Area:
    found = Area.objects.filter(code=part.code).first()
    if found is None:
        if not part.name:
            raise AreaRefused(_("没有代码为%(code)s的区域。要新设，请写名称。") % {"code": part.code})
        above = like.parent.code if like.parent else ""
        shape = dict(part.shape) if part.shape else None
        found = open_area(
            part.code, part.name, like.level, since=on, parent=above, shape=shape, staff_needed=like.staff_needed
        )
        done.begun += 1
    elif found.level != like.level or not found.in_force(on):
        raise AreaRefused(_("接替的%(name)s不是同一级，或者那天不在用。") % {"name": found.full_name})
    return found


def _move_inside(area: Area, to: Area, on: date, new_codes: Mapping[str, str], done: Passed) -> None:
    """An area that lay in one that ends begins anew in the heir, with all it holds."""
    code = new_codes.get(area.code) or _next_code(area, to)
    name = area.name
    if in_force(on).filter(parent=to, name=name).exists():
        name = f"{area.parent.name if area.parent else ''}{name}"[:60]
    below = list(in_force(on).filter(parent=area))
    heir = open_area(
        code, name, area.level, since=on, parent=to.code, aliases=[a for a in area.aliases if a != name], shape=area.shape,
        staff_needed=area.staff_needed,
    )  # fmt: skip
    done.begun += 1
    for child in below:
        _move_inside(child, heir, on, new_codes, done)
    _end(area, [heir], on, done)


def _next_code(area: Area, to: Area) -> str:
    """The next free number inside a village. Raises AreaRefused for a village, whose code is not ours to give."""
    if area.level in (Area.Level.TOWNSHIP, Area.Level.VILLAGE):
        says = _("%(name)s（%(code)s）会到别的乡镇，请写它的新代码。")
        raise AreaRefused(says % {"name": area.full_name, "code": area.code})
    head = to.code[:VILLAGE_DIGITS]
    last = (
        Area.objects.filter(code__startswith=head, code__regex=r"^\d{20}$")
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    number = int(last[VILLAGE_DIGITS:]) + 1 if last else 1
    if number > FREE:
        raise AreaRefused(_("%(name)s之下没有空的代码了。") % {"name": to.full_name})
    return f"{head}{number:08d}"


def _end(area: Area, heirs: Sequence[Area], on: date, done: Passed) -> None:
    fresh = Area.objects.get(pk=area.pk)
    if fresh.until == on and fresh.successor_id is None:  # its name was freed beforehand
        Area.objects.filter(pk=area.pk).update(successor=heirs[0])
    else:
        close_area(area.code, on=on, successor=heirs[0].code)
    AreaHeir.objects.bulk_create([AreaHeir(area=area, heir=heir, on=on) for heir in heirs])
    main = Area.objects.get(pk=heirs[0].pk)
    words = [w for w in (area.name, *area.aliases) if w not in (main.name, *main.aliases)]
    if words:  # what people say for the old place leads to the new one
        main.aliases = [*main.aliases, *words]
        main.save(update_fields=["aliases"])
    done.areas[area.pk] = main.pk
    done.ended += 1
