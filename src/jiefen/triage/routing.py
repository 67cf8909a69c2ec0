"""The routing table's versions: made new, read, compared, taken back. A version is never changed.

Rows are mappings column → text in the order an official reads them, those of `routing.csv`. Every version goes through
the same checks as the shipped table, so what is in force can always answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import local_day
from jiefen.triage import setup
from jiefen.triage.models import RoutingTable
from jiefen.triage.rules import Duty, Lost, Route, TableError, Tables, find_route
from jiefen.triage.rules.tables import FOLDER, read_csv

COLUMNS = (
    "id", "area_level", "kind", "grade", "flag", "unit_type", "helper_units", "procedure", "try", "expected", "note", "mark",
)  # fmt: skip
SHIPPED = 0
"""The number of the table that comes with Jiefen."""

Row = dict[str, str]


class RoutingRefused(ValueError):
    """A version that may not be made or taken back. `problems` are sentences, naming rows where they can."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Change:
    """One row between two versions: `was` None for a new row, `now` None for one taken away; `columns` that differ."""

    id: str
    was: Row | None
    now: Row | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What a table does with one matter: the route, and the real office it means for an area (None: nobody there)."""

    route: Route
    unit: Any
    lost: tuple[Lost, ...]
    duties: tuple[Duty, ...]


def versions() -> list[RoutingTable]:
    """Every version made here, the newest first, those taken back too."""
    return list(RoutingTable.objects.select_related("changed_by").order_by("-version"))


def in_force(at: datetime) -> RoutingTable | None:
    """The version that decides now; None while it is the shipped table."""
    rows = RoutingTable.objects.filter(undone_at__isnull=True, since__lte=local_day(at))
    return rows.order_by("-since", "-version").first()


def rows_of(version: RoutingTable | None) -> list[Row]:
    """The rows of a version, or of the shipped table. Fresh copies, with every column."""
    rows: Iterable[Mapping[str, str]] = version.rows if version else read_csv(FOLDER / "routing.csv")
    return [{name: str(row.get(name, "") or "") for name in COLUMNS} for row in rows]


def problems_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """What does not hold, with row numbers (the heading is row 1): unknown words, equal winners, `try` that goes astray."""
    if not rows:
        return [_("分派表是空的。")]
    try:
        setup.shipped_tables().with_routes(rows)
    except TableError as wrong:
        return wrong.problems
    return []


def with_row(rows: Sequence[Row], row: Mapping[str, str], *, instead_of: str = "") -> list[Row]:
    """The rows with one put in place of another, or, without `instead_of`, at the end. Raises RoutingRefused."""
    clean = {name: str(row.get(name, "")).strip() for name in COLUMNS}
    if not clean["id"]:
        raise RoutingRefused([_("请写编号。")])
    taken = {r["id"] for r in rows} - {instead_of}
    if clean["id"] in taken:
        raise RoutingRefused([_("编号%(id)s已经有了，请另写一个。") % {"id": clean["id"]}])
    if not instead_of:
        return [*rows, clean]
    if instead_of not in {r["id"] for r in rows}:
        raise RoutingRefused([_("没有编号是%(id)s的行。") % {"id": instead_of}])
    return [clean if r["id"] == instead_of else r for r in rows]


def without_row(rows: Sequence[Row], row_id: str) -> list[Row]:
    """The rows without one. Raises RoutingRefused where there is none of that number."""
    left = [r for r in rows if r["id"] != row_id]
    if len(left) == len(rows):
        raise RoutingRefused([_("没有编号是%(id)s的行，可能刚才已经去掉。") % {"id": row_id}])
    return left


def diff(old: Sequence[Row], new: Sequence[Row]) -> list[Change]:
    """What changed between two tables, by row number, in the order of the new table and then the rows taken away."""
    before, after = {r["id"]: r for r in old}, {r["id"]: r for r in new}
    found = []
    for row_id, row in after.items():
        was = before.get(row_id)
        columns = tuple(name for name in COLUMNS if was is not None and was[name] != row[name])
        if was is None or columns:
            found.append(Change(row_id, was, row, columns))
    return found + [Change(row_id, row, None) for row_id, row in before.items() if row_id not in after]


@transaction.atomic
def publish(rows: Sequence[Row], *, since: date, note: str, by: int, at: datetime, base: int) -> RoutingTable:
    """Make a new version, in force from a day on. `base`: the version it was made from (SHIPPED for none), so that two
    people's changes never swallow one another. Raises RoutingRefused; nothing is written then."""
    if not note.strip():
        raise RoutingRefused([_("请写一句为什么改，例如文件名或谁提出。")])
    if since < local_day(at):
        raise RoutingRefused([_("新版只能从今天或以后起用，已经分派的不回头改。")])
    _one_at_a_time()
    newest = RoutingTable.objects.order_by("-version").first()
    standing = in_force(at)
    latest = _latest_standing()
    if (latest.version if latest else SHIPPED) != base:
        raise RoutingRefused(
            [_("您改的时候，别人已经存了第%(n)d版。请从那一版重新改。") % {"n": latest.version if latest else SHIPPED}]
        )
    if problems := problems_of(rows):
        raise RoutingRefused(problems)
    if not diff(rows_of(latest or standing), rows):
        raise RoutingRefused([_("和现在的表没有不同，没有存为新版。")])
    made = RoutingTable.objects.create(
        version=newest.version + 1 if newest else 1, rows=[dict(row) for row in rows], since=since,
        note=note.strip()[:200], changed_by_id=by, changed_at=at,
    )  # fmt: skip
    setup.forget()
    return made


@transaction.atomic
def undo(version: int, *, at: datetime) -> RoutingTable | None:
    """Take a version back: from now on the one before it decides. Returns what is in force then (None: the shipped table).

    What was dispatched by it stays as it is. Raises RoutingRefused when it is unknown or was taken back already.
    """
    _one_at_a_time()
    row = RoutingTable.objects.filter(version=version).first()
    if row is None:
        raise RoutingRefused([_("没有第%(n)d版。") % {"n": version}])
    if row.undone_at is not None:
        raise RoutingRefused([_("第%(n)d版已经撤回过。") % {"n": version}])
    latest = _latest_standing()
    if latest is not None and latest.version != version:
        raise RoutingRefused([_("第%(n)d版在它之后，请先撤回第%(n)d版。") % {"n": latest.version}])
    RoutingTable.objects.filter(pk=row.pk).update(undone_at=at)
    setup.forget()
    return in_force(at)


def attempt(
    tables: Tables, *, kind: str, level: str, grade: str, flags: Iterable[str], area_id: int | None, at: datetime
) -> Tried:
    """Try a table on one matter, and find the real office for an area. Writes nothing."""
    route = find_route(kind, level=level, grade=grade, flags=tuple(flags), tables=tables)
    unit = setup.unit_for(route.unit_type, area_id, at) if area_id is not None else None
    return Tried(route, unit, route.lost, route.duties)


def tables_with(rows: Sequence[Row]) -> Tables:
    """The tables with these routing rows. Raises RoutingRefused."""
    try:
        return setup.shipped_tables().with_routes(rows)
    except TableError as wrong:
        raise RoutingRefused(wrong.problems) from wrong


def _latest_standing() -> RoutingTable | None:
    return RoutingTable.objects.filter(undone_at__isnull=True).order_by("-version").first()


def base_of() -> tuple[int, list[Row]]:
    """The version that the next one is made from: the latest not taken back, even where it begins on a later day."""
    latest = _latest_standing()
    return (latest.version if latest else SHIPPED), rows_of(latest)


def _one_at_a_time() -> None:
    one_at_a_time("triage.routing")
