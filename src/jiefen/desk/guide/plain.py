"""What the guide's pages show: rows of the procedures, the roads and the kinds, put in the order a resident asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, settings_in_force, vocabulary
from jiefen.procedures.definition import Clock, unit_words
from jiefen.triage import setup
from jiefen.triage.rules.guide import Plain, Way, way_of
from jiefen.triage.rules.guide import shipped as shipped_guide
from jiefen.triage.rules.names import UNIT_TYPES
from jiefen.triage.rules.road_table import Road, Said
from jiefen.triage.rules.tables import Kind

RESIDENTS_OWN = frozenset({"complainant", "parties"})
"""Whose time limit it is: the resident's own, or the office's."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit as a page says it: how long, for whom, and where the number was read."""

    label: str
    words: str
    own: bool
    mark: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement with its mark and, in words, where it was read."""

    says: str
    mark: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that one kind's page shows."""

    kind: Kind
    way: Way
    plain: Plain
    label: str
    limits: list[Limit]
    next: list[Line]
    remedy: Line
    cost: Line
    papers: list[str]
    lead: str
    unit: Unit | None
    subs: list[Kind]
    above: Kind | None


def page_of(kind: Kind, at: datetime) -> Page:
    """The page of a kind, as the procedures stand on the day of `at`."""
    plain = shipped_guide().procedures[kind.procedure]
    definition, words = procedure(kind.procedure), vocabulary()
    kinds = setup.tables(at).kinds
    return Page(
        kind=kind, way=way_of(kind), plain=plain, label=definition.label,
        limits=[limit_of(definition.clocks[name], kind.code, at) for name in plain.clocks if name in definition.clocks],
        next=lines(plain.next), remedy=line(plain.remedy), cost=line(plain.cost),
        papers=[words.papers[name]["label"] for name in plain.papers if name in words.papers],
        lead=UNIT_TYPES.get(kind.lead_unit, ""), unit=office(kind.lead_unit, at),
        subs=[k for k in kinds.values() if len(kind.code) == 2 and len(k.code) == 4 and k.l1 == kind.code],
        above=kinds.get(kind.code[:2]) if len(kind.code) == 4 else None,
    )  # fmt: skip


def limit_of(clock: Clock, kind: str, at: datetime) -> Limit:
    """A clock in words: the kind's own length where the law gives it one, the area's where it set one."""
    own = clock.binds in RESIDENTS_OWN
    for variant in clock.variants:
        if set(variant.when) == {"kind"} and kind.startswith(str(variant.when["kind"])):
            return Limit(clock.label, variant.amount.words, own, variant.mark, sources(variant.basis or clock.basis))
    words = clock.amount.words
    if clock.setting:
        number = settings_in_force(at).get(clock.setting, clock.amount.number)
        words = f"{number}{unit_words(clock.amount.unit, clock.amount.kind)}"
    return Limit(clock.label, words, own, clock.mark, sources(clock.basis))


def sources(basis: Iterable[str]) -> tuple[str, ...]:
    """Where a number was read, in words."""
    return tuple(vocabulary().source_title(one) for one in basis)


def line(said: Said) -> Line:
    return Line(said.says, said.mark, sources(said.basis))


def lines(said: Iterable[Said]) -> list[Line]:
    return [line(one) for one in said]


def road_lines(road: Road) -> dict[str, Line]:
    """How long, what comes after, who pays: each with its mark."""
    return {"takes": line(road.takes), "remedy": line(road.remedy), "cost": line(road.cost)}


def office(unit_type: str, at: datetime) -> Unit | None:
    """The county's own office of a type, if it has one."""
    county: Any = setup.county_of(at)
    return setup.unit_for(unit_type, county.pk, at) if unit_type and county else None


def tree(at: datetime) -> list[tuple[Kind, list[Kind]]]:
    """All kinds to choose from: the first level, each with its own."""
    kinds = setup.tables(at).kinds
    return [
        (k, [s for s in kinds.values() if len(s.code) == 4 and s.l1 == k.code])
        for k in kinds.values()
        if len(k.code) == 2
    ]
