"""Verbs that change the tree of areas. Each is dated; nothing is deleted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time

from . import rules, tables
from .models import Area, FormerName
from .planning import Node, plan
from .tables import Row, RowError


class AreaRefused(Exception):
    """A change of the tree that a rule forbids; the message says which, in Chinese."""


@transaction.atomic
def open_area(
    code: str,
    name: str,
    level: str,
    *,
    since: date,
    parent: str = "",
    aliases: Sequence[str] = (),
    shape: dict[str, Any] | None = None,
    staff_needed: bool | None = None,
) -> Area:
    """Open one area from a day on. `parent` is a code; left out, the code itself tells it. Raises AreaRefused."""
    cells = dict.fromkeys(tables.COLUMNS, "") | {"code": code, "name": name, "level": level, "parent": parent}
    cells["since"] = since.isoformat()
    cells["aliases"] = ";".join(aliases)
    cells["shape"] = json.dumps(shape) if shape else ""
    cells["staff_needed"] = {None: "", True: "是", False: "否"}[staff_needed]
    one_at_a_time("areas")
    if Area.objects.filter(code=code).exists():
        raise AreaRefused(_("代码%(code)s已经用过；一个代码只给一次") % {"code": code})
    # The neighbours that can matter: what its code and its parent's code name, and the parent's children.
    told = parent or (rules.parent_code_of(code, level) if level in rules.LEVELS else None)
    near = existing_nodes(Area.objects.filter(code=told) | Area.objects.filter(parent__code=told)) if told else {}
    if told in near and (ended := near[told].until) is not None and ended <= since:
        raise AreaRefused(_("上级%(code)s那时已经停用") % {"code": told})
    weighed = plan([Row(0, cells)], near, since=since)
    if weighed.errors:
        raise AreaRefused(weighed.errors[0].reason)
    row = _row(weighed.create[0], dict(Area.objects.filter(code=told).values_list("code", "pk")))
    row.save(force_insert=True)
    return row


@transaction.atomic
def close_area(code: str, *, on: date, successor: str = "") -> Area:
    """End an area: `on` is the first day it is no longer in force. What is in it must have ended by then.

    Raises AreaRefused for an unknown or ended area, areas still in it, a successor of another level or not in force.
    """
    one_at_a_time("areas")  # what is opened in it at this moment, and what takes over from it
    area = _locked(code)
    if area.until is not None:
        raise AreaRefused(_("%(name)s已于%(day)s停用") % {"name": area.full_name, "day": area.until})
    if on <= area.since:
        raise AreaRefused(_("停用日期要晚于启用日期%(day)s") % {"day": area.since})
    inside = Area.objects.filter(parent=area).exclude(until__lte=on).count()
    if inside:
        raise AreaRefused(_("%(name)s之下还有%(n)d个区域没有停用，请先停用或另开") % {"name": area.name, "n": inside})
    if successor:
        follower = Area.objects.filter(code=successor, level=area.level).exclude(pk=area.pk).first()
        if follower is None or not follower.in_force(on):
            raise AreaRefused(_("接替的区域%(code)s不存在、不是同一级别，或当日不在用") % {"code": successor})
        area.successor = follower
    area.until = on
    area.save(update_fields=["until", "successor"])
    return area


@transaction.atomic
def rename_area(code: str, name: str, *, on: date, today: date, basis: str = "") -> Area:
    """Give an area another name from a day on, not later than today. The old one stays findable as an alias.

    Full names of all that lies in it change with it. Raises AreaRefused.
    """
    one_at_a_time("areas")
    area = _locked(code)
    if problem := rules.name_problem(name):
        raise AreaRefused(problem)
    if name == area.name:
        return area
    if on > today:
        raise AreaRefused(_("改名日期还没有到；到了那天再办"))
    last = area.former_names.order_by("-until").first()
    if on <= (last.until if last else area.since):
        raise AreaRefused(_("改名日期要晚于现名开始的日子"))
    if Area.objects.filter(parent=area.parent, name=name, until__isnull=True).exclude(pk=area.pk).exists():
        raise AreaRefused(_("同一上级之下已有“%(name)s”") % {"name": name})
    FormerName.objects.create(area=area, name=area.name, full_name=area.full_name, until=on, basis=basis)
    old = area.full_name
    area.full_name = rules.full_name_of(name, old.removesuffix(area.name))
    area.aliases = list(dict.fromkeys([*area.aliases, area.name]))
    area.name = name
    area.save(update_fields=["name", "full_name", "aliases"])
    below = list(Area.objects.filter(path__within=area.path).exclude(pk=area.pk).select_for_update())
    for inner in below:
        inner.full_name = area.full_name + inner.full_name.removeprefix(old)
    Area.objects.bulk_update(below, ["full_name"], batch_size=500)
    return area


@dataclass
class Import:
    """What an import did. `written` is False when errors kept everything back."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    written: bool = False
    errors: list[RowError] = field(default_factory=list)


def import_areas(source: Path | bytes | Iterable[Row], *, since: date, partial: bool = False) -> Import:
    """Take areas in from a CSV (path or bytes) or from rows already read.

    since: the day an area begins whose row names none. All or nothing; with `partial`, the rows that hold are written
    and the others listed. The same file a second time changes nothing. Errors are in the answer, not raised.
    """
    if isinstance(source, Path):
        source = source.read_bytes()
    rows, errors = tables.read(source) if isinstance(source, bytes) else (list(source), [])
    if not rows:
        return Import(errors=errors)
    with transaction.atomic():
        one_at_a_time("areas")  # two imports at once would each find the other's codes missing
        weighed = plan(rows, existing_nodes(Area.objects.all()), since=since)
        out = Import(unchanged=weighed.unchanged, errors=sorted([*errors, *weighed.errors], key=lambda e: e.line))
        if out.errors and not partial:
            return out
        out.written = True
        out.created, out.changed = len(weighed.create), len(weighed.change)
        write(weighed.create, weighed.change)
    return out


def write(create: Sequence[Node], change: Sequence[Node]) -> None:
    """Write weighed nodes, level by level. Successors last: they may come later in the same file."""
    ids = dict(Area.objects.values_list("code", "pk"))
    by_parent_depth: dict[int, list[Node]] = {}
    for node in create:
        by_parent_depth.setdefault(node.path.count("."), []).append(node)
    for depth in sorted(by_parent_depth):
        rows = Area.objects.bulk_create([_row(node, ids) for node in by_parent_depth[depth]], batch_size=500)
        ids.update((row.code, row.pk) for row in rows)
    for node in change:
        Area.objects.filter(code=node.code).update(
            full_name=node.full_name,
            since=node.since,
            until=node.until,
            shape=node.shape,
            aliases=list(node.aliases),
            staff_needed=node.staff_needed,
        )
    for node in [*create, *change]:
        if node.successor:
            Area.objects.filter(code=node.code).update(successor_id=ids[node.successor])


def existing_nodes(areas: Any) -> dict[str, Node]:
    """Areas of a queryset as the plan knows them, by code."""
    codes = dict(Area.objects.values_list("pk", "code"))
    return {
        area.code: Node(
            code=area.code,
            name=area.name,
            level=area.level,
            parent=codes.get(area.parent_id),
            full_name=area.full_name,
            path=area.path,
            since=area.since,
            until=area.until,
            successor=codes.get(area.successor_id),
            shape=area.shape,
            aliases=tuple(area.aliases),
            staff_needed=area.staff_needed,
        )
        for area in areas
    }


def _row(node: Node, ids: dict[str, int]) -> Area:
    return Area(
        code=node.code,
        name=node.name,
        full_name=node.full_name,
        level=node.level,
        parent_id=ids[node.parent] if node.parent else None,
        path=node.path,
        since=node.since,
        until=node.until,
        shape=node.shape,
        aliases=list(node.aliases),
        staff_needed=node.staff_needed,
    )


def _locked(code: str) -> Area:
    area = Area.objects.select_for_update().filter(code=code).first()
    if area is None:
        raise AreaRefused(_("没有代码为%(code)s的区域") % {"code": code})
    return area
