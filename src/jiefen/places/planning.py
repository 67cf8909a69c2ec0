"""What an import would do, before anything is written. Pure: rows and what exists in, a plan out.

All rows are weighed first, so that a file with one bad row leaves nothing behind (unless the caller asks for a part).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from . import rules
from .tables import LABELS, Row, RowError


@dataclass(frozen=True)
class Node:
    """An area as a plan knows it. `line` is 0 for one that exists already."""

    code: str
    name: str
    level: str
    parent: str | None
    full_name: str
    path: str
    since: date
    until: date | None = None
    successor: str | None = None
    shape: dict[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    staff_needed: bool = False
    line: int = 0


@dataclass
class Plan:
    """What to write: new areas with parents before children, changed ones; and what is wrong, by row."""

    create: list[Node] = field(default_factory=list)
    change: list[Node] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


class _Bad(Exception):
    def __init__(self, column: str, reason: str) -> None:
        self.error = (LABELS[column], reason)


_BETWEEN = re.compile("[;；、]")
_YES, _NO = ("是", "1", "true", "yes", "y"), ("否", "0", "false", "no", "n")


def _day(text: str, column: str, default: date | None) -> date | None:
    if not text:
        return default
    try:
        year, month, day = (int(part) for part in text.replace("/", "-").replace(".", "-").split("-"))
        return date(year, month, day)
    except ValueError:
        raise _Bad(column, f"“{text[:20]}”不是日历上有的日子，请写成2026-01-31") from None


def _shape(text: str) -> dict[str, Any]:
    # Here and not above: the library of shapes is large, and a page that only lists areas has no use for it.
    from .shapes import ShapeRefused, read_shape

    try:
        return read_shape(text)
    except ShapeRefused as refused:
        raise _Bad("shape", str(refused)) from None


def _read(row: Row, known: Mapping[str, Node], since: date) -> Node:
    """One row as a node under its parent. Raises _Bad."""
    cells = row.cells
    code, name = cells["code"], cells["name"]
    level = rules.LEVEL_WORDS.get(cells["level"])
    if level is None:
        raise _Bad("level", f"没有“{cells['level'][:20]}”这个级别")
    if problem := rules.code_problem(code, level):
        raise _Bad("code", problem)
    if problem := rules.name_problem(name):
        raise _Bad("name", problem)
    parent_code = cells["parent"] or rules.parent_code_of(code, level)
    parent = known.get(parent_code) if parent_code else None
    if parent_code and parent is None:
        raise _Bad("parent", f"上级{parent_code[:24]}不存在，或这次没有读成")
    if problem := rules.place_problem(code, level, parent_code, parent.level if parent else None):
        raise _Bad("parent", problem)
    before = known.get(code)
    begins = _day(cells["since"], "since", before.since if before else since)
    ends = _day(cells["until"], "until", before.until if before else None)
    assert begins is not None
    if ends is not None and ends <= begins:
        raise _Bad("until", "停用日期要晚于启用日期")
    aliases = tuple(
        dict.fromkeys(word for word in cells["aliases"].replace("、", ";").replace("；", ";").split(";") if word)
    )
    for alias in aliases:
        if problem := rules.name_problem(alias):
            raise _Bad("aliases", problem)
    shape = _shape(cells["shape"]) if cells["shape"] else (before.shape if before else None)
    staffed = cells["staff_needed"].lower()
    if staffed not in ("", *_YES, *_NO):
        raise _Bad("staff_needed", f"“{staffed[:20]}”请写“是”或“否”")
    needed = before.staff_needed if before else rules.LEVELS[level].staffed
    return Node(
        code=code,
        name=name,
        level=level,
        parent=parent_code,
        full_name=cells["full_name"] or rules.full_name_of(name, parent.full_name if parent else None),
        path=rules.path_of(code, parent.path if parent else None),
        since=begins,
        until=ends,
        successor=cells["successor"] or (before.successor if before else None),
        shape=shape,
        aliases=aliases or (before.aliases if before else ()),
        staff_needed=staffed in _YES if staffed else needed,
        line=row.line,
    )


def _against_existing(node: Node, before: Node) -> None:
    """An import may fill in shapes, other words, dates; it never renames or moves: those are dated verbs."""
    if node.name != before.name:
        raise _Bad("name", f"代码{node.code}现名“{before.name}”；改名请用改名，写明日期")
    if node.level != before.level or node.parent != before.parent:
        raise _Bad("parent", f"代码{node.code}已在别的上级或级别之下；请撤销旧区域、另开新代码")
    if before.until is not None and node.until != before.until:
        raise _Bad("until", f"代码{node.code}已停用，停用日期不能由导入改动")


def plan(rows: Iterable[Row], existing: Mapping[str, Node], *, since: date) -> Plan:
    """Weigh every row against what exists and against the other rows.

    existing: by code, all areas ever. since: the day an area begins whose row names none. A row whose parent failed
    fails too. Rows may stand in any order; a second row of one code is an error.
    """
    out = Plan()
    known = dict(existing)
    names = {(node.parent, node.name): node.code for node in existing.values() if node.until is None}
    seen: dict[str, int] = {}
    pending: list[tuple[Row, Node, Node | None]] = []
    # Parents before children: short codes first, and a grid before the micro-grids in it.
    depth = {
        key: (0 if key == rules.COUNTY else level.number + (key == rules.MICRO)) for key, level in rules.LEVELS.items()
    }
    for row in sorted(rows, key=lambda r: (depth.get(rules.LEVEL_WORDS.get(r.cells["level"], ""), 9), r.line)):
        code = row.cells["code"]
        try:
            if code in seen:
                raise _Bad("code", f"代码{code}在第{seen[code]}行已经出现")
            node = _read(row, known, since)
            before = existing.get(code)
            if before:
                _against_existing(node, before)
            if node.until is None:
                holder = names.setdefault((node.parent, node.name), code)
                if holder != code:
                    raise _Bad("name", f"同一上级之下已有“{node.name}”（{holder}）")
        except _Bad as bad:
            out.errors.append(RowError(row.line, *bad.error))
            continue
        seen[code] = row.line
        known[code] = node
        pending.append((row, node, before))
    for row, node, before in pending:
        follower = known.get(node.successor) if node.successor else None
        if node.successor and (follower is None or follower.level != node.level or node.successor == node.code):
            out.errors.append(RowError(row.line, LABELS["successor"], "接替的区域不存在，或不是同一级别"))
        elif before is None:
            out.create.append(node)
        elif replace(node, line=0) == before:
            out.unchanged += 1
        else:
            out.change.append(node)
    out.errors.sort(key=lambda error: error.line)
    return out
