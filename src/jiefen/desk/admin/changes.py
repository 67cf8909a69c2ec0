"""The page of changes: who changed what of the set-up, and when. One transaction is one line, however many rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiefen.desk.admin.door import administrator, page
from jiefen.desk.models import SetupChange
from jiefen.kernel.clock import local
from jiefen.people.models import Person, Posting, Unit
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary

PAGE = 50
_SHOWN = 6

_BUNDLES = """
SELECT bundle, max(at) AS at, max("by") AS "by", jsonb_object_agg(what || ' ' || op, n) AS parts
  FROM (SELECT bundle, what, op, max(at) AS at, max("by") AS "by", count(*) AS n
          FROM desk_setupchange
         WHERE bundle = ANY (%s) GROUP BY bundle, what, op) one
 GROUP BY bundle ORDER BY bundle DESC
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One change as the page says it."""

    at: datetime
    by: str
    says: str
    details: list[str]
    more: int
    bundle: int


def tables() -> dict[str, str]:
    """What each table is called on the page."""
    return {
        "people_unit": _("单位"),
        "people_person": _("账号"),
        "people_posting": _("任职"),
        "people_substitute": _("代班"),
        "places_area": _("区域"),
        "places_formername": _("曾用名"),
        "procedures_areasetting": _("设置"),
        "procedures_holiday": _("放假安排"),
        "procedures_calendaryear": _("日历年份"),
        "procedures_publishedprocedure": _("办理程序"),
        "triage_routingtable": _("分派表"),
        "people_dutyslot": _("大厅值班"),
        "people_dutyday": _("值班临时变动"),
        "people_succession": _("合并、拆分"),
        "people_unitheir": _("接替的单位"),
        "places_areaheir": _("接替的区域"),
    }


def columns() -> dict[str, str]:
    """What each column is called on the page; one not listed is said by its own name."""
    return {
        "name": _("名称"), "short": _("简称"), "code": _("代码"), "unit_type": _("类型"), "parent_id": _("上级"),
        "area_id": _("区域"), "mark": _("字号"), "letters": _("字母"), "stay": _("进驻方式"), "stay_note": _("进驻时间"),
        "phone": _("电话"), "address": _("地址"), "since": _("起"), "until": _("止"), "successor_id": _("接替"),
        "role": _("角色"), "person_id": _("人员"), "unit_id": _("单位"), "username": _("用户名"), "password": _("密码"),
        "is_active": _("账号可用"), "must_change_password": _("下次登录须改密码"), "stand_in_id": _("代班人"),
        "reason": _("原因"), "full_name": _("全称"), "level": _("级别"), "aliases": _("别名"), "shape": _("图形"),
        "staff_needed": _("须配员"), "key": _("项目"), "value": _("数"), "source_document": _("依据"), "set_by": _("设置人"),
        "undone": _("已撤回"), "day": _("日期"), "working": _("上班"), "source": _("来源"), "year": _("年份"),
        "published": _("已公布"), "version": _("版本"), "note": _("说明"), "undone_at": _("撤回时间"), "rows": _("各行"),
        "effective_from": _("施行日期"), "sha256": _("校验值"), "body": _("正文"), "basis": _("依据"),
        "changed_by_id": _("改的人"), "changed_at": _("改的时间"), "published_at": _("发布时间"),
    }  # fmt: skip


_QUIET = frozenset({"id", "changed_at", "published_at", "path", "changed_by_id", "full_name", "set_by", "sha256"})


def recent(size: int = PAGE, *, before: int | None = None, what: str = "") -> list[Line]:
    """The newest changes, or those before a transaction. A fixed number of queries, however many rows a change has."""
    rows = SetupChange.objects.all()
    if before is not None:
        rows = rows.filter(bundle__lt=before)
    if what:
        rows = rows.filter(what=what)
    # Numbers of transactions run with time, and the index is read backwards until there are enough of them.
    return _lines(list(rows.order_by("-bundle").values_list("bundle", flat=True).distinct()[:size]))


def _lines(bundles: Sequence[int]) -> list[Line]:
    if not bundles:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BUNDLES, [list(bundles)])
        found = cursor.fetchall()
        cursor.execute(
            'SELECT what, "row", op, was, now, bundle FROM (SELECT *, row_number() OVER (PARTITION BY bundle ORDER BY id) AS place '
            "FROM desk_setupchange WHERE bundle = ANY (%s)) one WHERE place <= %s ORDER BY bundle, place",
            [list(bundles), _SHOWN],
        )
        few = [(w, r, o, _json(a), _json(b), bundle) for w, r, o, a, b, bundle in cursor.fetchall()]
    names = _Names(few)
    people = dict(Person.objects.filter(pk__in={row[2] for row in found if row[2]}).values_list("pk", "name"))
    lines = []
    for bundle, at, by, parts in found:
        parts = _json(parts)
        details = [names.says(row) for row in few if row[5] == bundle]
        total = sum(parts.values())
        who = people.get(by, _("终端或安装程序")) if by else _("终端或安装程序")
        lines.append(Line(at, who, _parts(parts), details, total - len(details), bundle))
    return lines


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _parts(parts: dict[str, int]) -> str:
    words = {"insert": _("加%(n)d条"), "update": _("改%(n)d条"), "delete": _("去%(n)d条")}
    called = tables()
    said: dict[str, list[str]] = {}
    for key, n in sorted(parts.items()):
        what, op = key.split(" ")
        said.setdefault(what, []).append(words[op] % {"n": n})
    return "；".join(f"{called.get(what, what)}{'、'.join(ops)}" for what, ops in said.items())


class _Names:
    """The names that stand for numbers in the rows shown, looked up together."""

    def __init__(self, rows: list[Any]):
        numbers: dict[str, set[Any]] = {
            "people_unit": set(),
            "people_person": set(),
            "places_area": set(),
            "people_posting": set(),
        }
        for what, row, _op, was, now, _bundle in rows:
            if what in numbers:
                numbers[what].add(int(row))
            above = "places_area" if what == "places_area" else "people_unit"
            for side in (was, now):
                numbers["people_unit"] |= {
                    side.get("unit_id"),
                    side.get("successor_id") if above == "people_unit" else None,
                }
                numbers[above].add(side.get("parent_id"))
                numbers["people_person"] |= {side.get("person_id"), side.get("stand_in_id")}
                numbers["places_area"].add(side.get("area_id"))
        roles = vocabulary().roles
        held = Posting.objects.filter(pk__in=numbers["people_posting"])
        self.posting = {
            pk: f"{person}，{unit}，{roles[role]['label'] if role in roles else _('管理员')}"
            for pk, person, unit, role in held.values_list("pk", "person__name", "unit__name", "role")
        }
        self.unit = dict(Unit.objects.filter(pk__in=numbers["people_unit"] - {None}).values_list("pk", "name"))
        self.person = dict(Person.objects.filter(pk__in=numbers["people_person"] - {None}).values_list("pk", "name"))
        self.area = dict(Area.objects.filter(pk__in=numbers["places_area"] - {None}).values_list("pk", "full_name"))

    def value(self, column: str, value: Any) -> str:
        by_number = {
            "unit_id": self.unit, "parent_id": self.area | self.unit, "person_id": self.person, "stand_in_id": self.person,
            "area_id": self.area, "successor_id": self.unit,
        }.get(column)  # fmt: skip
        if value is None or value == "":
            return _("空")
        if by_number is not None:
            return by_number.get(value, str(value))
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list):
            return "、".join(str(part) for part in value)
        if column == "role":
            roles = vocabulary().roles
            return roles[value]["label"] if value in roles else _("管理员")
        if column in ("level", "stay", "unit_type"):
            known = {
                "level": Area.Level.choices,
                "stay": Unit.Stay.choices,
                "unit_type": vocabulary().unit_types.items(),
            }
            return str(dict(known[column]).get(value, value))
        if column in ("since", "until", "undone_at") and "T" in str(value):
            return f"{local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
        return str(value)[:60]

    def says(self, row: Any) -> str:
        what, pk, op, was, now, _bundle = row
        called = columns()
        whose = {
            "people_unit": self.unit, "people_person": self.person, "places_area": self.area, "people_posting": self.posting,
        }.get(what, {}).get(int(pk) if pk.isdigit() else pk, "")  # fmt: skip
        pairs = []
        for column in {**was, **now}:
            if column in _QUIET:
                continue
            label = called.get(column, column)
            if now.get(column) == "…":
                pairs.append(_("%(what)s有改动") % {"what": label})
            elif op == "update":
                pairs.append(f"{label} {self.value(column, was.get(column))} → {self.value(column, now.get(column))}")
            else:
                side = now if op == "insert" else was
                if side.get(column) not in (None, "", [], {}, False):
                    pairs.append(f"{label} {self.value(column, side[column])}")
        return f"{whose}：{'；'.join(pairs)}" if whose and op == "update" else "；".join(pairs)


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    what = request.GET.get("what", "")
    what = what if what in tables() else ""
    before = request.GET.get("before", "")
    lines = recent(PAGE, before=int(before) if before.isdigit() else None, what=what)
    return page(
        request, "changes", "changes",
        {"lines": lines, "after": lines[-1].bundle if len(lines) == PAGE else None, "tables": tables().items(), "what": what},
    )  # fmt: skip
