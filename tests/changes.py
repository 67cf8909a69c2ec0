"""Mergers and splits for tests that need one done: proposed by whoever is named (else An), agreed to by Su."""

from datetime import date, datetime
from typing import Any

from jiefen.cases.succession import merge_areas_plan, split_area_plan
from jiefen.people import changing
from jiefen.people.actor import actor_by_id
from jiefen.people.models import Person, Succession, Unit
from jiefen.people.successions import Kind, Part, merge_plan, split_plan
from jiefen.places.successions import Ground


def both(kind: str, plan: dict[str, Any], *, on: date, basis: str, by: int | None, at: datetime) -> Succession:
    """Proposed and agreed to."""
    given = by or Person.objects.get(username="an").pk
    first, second = actor_by_id(given, at), actor_by_id(Person.objects.get(username="su").pk, at)
    assert first is not None and second is not None
    row = changing.propose(kind, plan, on=on, basis=basis, by=first, at=at)
    return changing.agree(row.pk, by=second, at=at)


def merge_units(units: list[Unit], into: Part, **said: Any) -> Succession:
    """Offices become one."""
    return both(Kind.MERGE_UNITS, merge_plan(units, into), **said)


def split_unit(unit: Unit, parts: list[Part], **said: Any) -> Succession:
    """One office becomes several."""
    return both(Kind.SPLIT_UNIT, split_plan(unit, parts), **said)


def merge_areas(codes: list[str], into: Ground, *, new_codes: dict[str, str] | None = None, **said: Any) -> Succession:
    """Areas become one."""
    return both(Kind.MERGE_AREAS, merge_areas_plan(codes, into, new_codes), **said)


def split_area(code: str, parts: list[Ground], **said: Any) -> Succession:
    """One area becomes several."""
    return both(Kind.SPLIT_AREA, split_area_plan(code, parts), **said)
