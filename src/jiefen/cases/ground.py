"""Where a case stands: the areas above it, the centres over those, and the offices that must keep out.

Areas and offices change a few times a month and are asked for on every page, so answers are kept for some seconds.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from jiefen.kernel import ask
from jiefen.kernel.clock import local_day
from jiefen.people.actor import CENTRE_UNIT_TYPES, PERSON, RECEIPT, UNIT, VAULT, door
from jiefen.people.models import Unit, UnitHeir
from jiefen.people.queries import postings_at
from jiefen.procedures.catalogue import setting_row
from jiefen.procedures.settings import SettingRow

_KEEP_SECONDS = 10.0
_kept: dict[tuple[str, Any], tuple[float, Any]] = {}
_SORTS = {"unit": UNIT, "person": PERSON, "vault": VAULT, "receipt": RECEIPT}


def forget() -> None:
    """Drop what is kept; called when offices or areas change in this process, and between tests."""
    _kept.clear()


def _keep(name: str, of: Any, make: Callable[[], Any]) -> Any:
    hit = _kept.get((name, of))
    if hit and hit[0] > time.monotonic():
        return hit[1]
    value = make()
    if len(_kept) > 20_000:
        _kept.clear()
    _kept[(name, of)] = (time.monotonic() + _KEEP_SECONDS, value)
    return value


def door_of(sort: str, number: int) -> int:
    """The door's number by the name of its sort."""
    return door(_SORTS[sort], number)


LINEAGE = """
WITH RECURSIVE here AS (
  SELECT id, path FROM places_area WHERE id = %s
  UNION
  SELECT h.id, h.path FROM here JOIN places_areaheir x ON x.area_id = here.id
    JOIN places_area gone ON gone.id = x.area_id AND gone.successor_id = x.heir_id JOIN places_area h ON h.id = x.heir_id
)
SELECT id FROM (SELECT DISTINCT up.id, up.path, up.until FROM here JOIN places_area up ON up.path @> here.path) line
 ORDER BY nlevel(path), until IS NULL, id
"""
"""Of an area that became another, what its heir lies in as well: its matters stay where they were, and somebody has them."""


def lineage(area_id: int) -> tuple[int, ...]:
    """An area and all above it, the county first."""

    def make() -> tuple[int, ...]:
        return tuple(row[0] for row in ask.rows(LINEAGE, [area_id]))

    return _keep("lineage", area_id, make)


def centres_over(area_id: int, at: datetime) -> tuple[Unit, ...]:
    """The centres whose area holds this one, the nearest first."""
    day = local_day(at)

    def make() -> tuple[Unit, ...]:
        above = lineage(area_id)
        depth = {area: n for n, area in enumerate(above)}
        columns, sql = _centres()
        rows = [columns.make(v) for v in ask.rows(sql, [list(above), sorted(CENTRE_UNIT_TYPES), day, day])]
        # Of several centres of one area, the one-door centre comes before the petition office and the hotline.
        return tuple(sorted(rows, key=lambda u: (-depth[u.area_id], not u.unit_type.endswith("-centre"), u.pk)))

    return _keep("centres", (area_id, day), make)


RULING_UNIT_TYPES = ("conference",)
"""The body that rules where offices dispute who must act (条例 24): it comes in once a matter was given back."""


RULING_BODY = "ruling-body."
"""Begins the key of an area's dated setting: who rules there. What follows is the area's number; the value an office's, or 0."""


def body_for(area_id: int, at: datetime) -> SettingRow | None:
    """The dated setting that names who rules on matters of an area, the nearest area's; None where none is in force and the
    postings say it. No question beside the kept ones."""
    for area in reversed(lineage(area_id)):
        row = setting_row(f"{RULING_BODY}{area}", at)
        if row is not None:
            return row if row.value else None
    return None


def rules_here(unit_id: int, area_id: int, at: datetime) -> bool:
    """Whether an office is the body that rules on matters of an area, as far as a setting names one."""
    row = body_for(area_id, at)
    return row is None or unit_id in with_heirs([row.value])


def rulers_over(area_id: int, at: datetime) -> tuple[int, ...]:
    """The ruling bodies over an area: the office that a setting names, else the conferences whose area holds it."""
    day = local_day(at)
    if row := body_for(area_id, at):
        return tuple(sorted(with_heirs([row.value])))

    def make() -> tuple[int, ...]:
        columns, sql = _centres()
        rows = [columns.make(v) for v in ask.rows(sql, [list(lineage(area_id)), list(RULING_UNIT_TYPES), day, day])]
        return tuple(sorted(u.pk for u in rows))

    return _keep("rulers", (area_id, day), make)


@cache
def _centres() -> tuple[ask.Columns[Unit], str]:
    columns = ask.Columns(Unit, "u")
    return columns, (
        f"SELECT {columns.sql} FROM people_unit u WHERE u.area_id = ANY (%s::bigint[]) AND u.unit_type = ANY (%s::text[])"
        " AND u.since <= %s AND (u.until IS NULL OR u.until > %s)"
    )


def home_centre(area_id: int, at: datetime, excluded: frozenset[int] = frozenset(), *, level: str = "") -> Unit | None:
    """The centre on whose bench a matter of this area lies: the nearest that is not complained of. Of a matter raised to the
    county (`level`) it is the county's."""
    benches = ("county-centre",) if level == "county" else ("township-centre", "county-centre")
    bench = [u for u in centres_over(area_id, at) if u.unit_type in benches]
    return next((u for u in bench if u.pk not in excluded), None)


def _heirs() -> dict[int, tuple[int, ...]]:
    """Which offices took over from which, the main one first. Few rows ever, so they are read at once."""

    def make() -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        rows = UnitHeir.objects.order_by("unit_id", "pk")
        for unit, heir, main in rows.values_list("unit_id", "heir_id", "unit__successor_id"):
            found[unit] = (heir, *found.get(unit, ())) if heir == main else (*found.get(unit, ()), heir)
        return found

    return _keep("heirs", 0, make)


def with_heirs(units: Iterable[int]) -> frozenset[int]:
    """Offices and those that took over from them: what an office handled, its main heir answers for."""
    heirs = _heirs()
    found, asked = set(units), set(units)
    while asked:
        asked = {heirs[unit][0] for unit in asked if unit in heirs} - found
        found |= asked
    return frozenset(found)


def keeper_of(above: Iterable[int], at: datetime) -> int | None:
    """Who keeps the vault of the county these areas lie in, the nearest first appointed; None where nobody does."""
    rows = postings_at(at).filter(role="vault-keeper", area_id__in=list(above)).order_by("since", "pk")
    return rows.values_list("person_id", flat=True).first()


SEAT = "vault"
"""The sort of office that is the seat of the vault's keeper: accusations alone reach it, by `triage.vault`."""


def keepers_seat(units: Iterable[Any]) -> bool:
    """Whether one of these offices, by number however it was typed, is the seat of the vault's keeper, which is handed nothing
    as an ordinary office is."""
    seats = _keep("seats", 0, lambda: frozenset(Unit.objects.filter(unit_type=SEAT).values_list("pk", flat=True)))
    return not {str(seat) for seat in seats}.isdisjoint(str(unit) for unit in units)


def with_below(units: Iterable[int]) -> frozenset[int]:
    """Offices and everything below them, and whoever took over from any: whoever works under an office complained of is kept
    out too, and a merger lets nobody in."""

    def make(top: int) -> frozenset[int]:
        found, frontier = {top}, {top}
        while frontier:
            below = set(Unit.objects.filter(parent_id__in=frontier).values_list("pk", flat=True))
            took_over = {heir for unit in frontier for heir in _heirs().get(unit, ())}
            frontier = (below | took_over) - found
            found |= frontier
        return frozenset(found)

    return frozenset().union(*(_keep("below", unit, lambda unit=unit: make(unit)) for unit in set(units)))  # type: ignore[misc]
