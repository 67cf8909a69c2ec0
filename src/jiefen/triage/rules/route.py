"""Which office gets it: the strongest row of the routing table that matches, with the rows that lost and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from . import names
from .tables import RouteRule, Tables

ACCUSATION_KIND = "24"
SEALING_FLAGS = frozenset({"official-accused", "retaliation"})
"""The accusation stays sealed even when another mark decides who goes out first."""

UNSORTED = "9905"
"""暂不能定类: the centre sorts it by hand."""

MEMO = 20_000

Routing = Mapping[tuple[str, str, str, str], RouteRule]


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that matched and was weaker, with one sentence why."""

    rule: str
    unit_type: str
    why: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What another mark still asks for although the first decided the unit."""

    flag: str
    unit_type: str
    helpers: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Route:
    """`unit_type` by row `fired` (its `note`), helpers, procedure, losers. `sealed`: the text belongs in the vault.
    `excluded` lists the unit types passed over because they are complained of."""

    unit_type: str
    helpers: tuple[str, ...]
    procedure: str
    fired: str
    note: str
    lost: tuple[Lost, ...] = ()
    duties: tuple[Duty, ...] = ()
    sealed: bool = False
    excluded: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Chinese name of the unit type."""
        return names.UNIT_TYPES.get(self.unit_type, self.unit_type)


def find_route(kind: str, *, level: str, grade: str, flags: Collection[str] = (), tables: Tables) -> Route:
    """Route a matter. `kind` two or four digits, or empty when undecided (then the kind of 暂不能定类 is used);
    `level` and `grade` as in the table; `flags` in any order."""
    key = (kind, level, grade, frozenset(flags))
    known = tables.memo.get(key)
    if isinstance(known, Route):
        return known
    result = _find(kind or UNSORTED, level, grade, frozenset(flags), tables)
    if len(tables.memo) < MEMO:
        tables.memo[key] = result
    return result


def _find(kind: str, level: str, grade: str, flags: frozenset[str], tables: Tables) -> Route:
    sealed = kind.startswith(ACCUSATION_KIND) or not SEALING_FLAGS.isdisjoint(flags)
    asked = set(flags)
    if kind.startswith(ACCUSATION_KIND) and asked:
        # Its own kind already says what this mark says: a weaker mark must not draw it out of the vault.
        asked.add("official-accused")
    ranked = tuple(f for f in tables.flag_order if f in asked)
    matched = list(matching(tables.routing, kind, level, grade, ranked))
    fired = matched[0]
    duties = tuple(
        Duty(r.flag, r.unit_type, r.helper_units, r.id)
        for f in ranked
        for r in matched[1:]
        if r.flag == f and r.flag != fired.flag
    )
    return Route(
        unit_type=fired.unit_type,
        helpers=tuple(h for h in fired.helper_units if h != fired.unit_type),
        procedure=fired.procedure,
        fired=fired.id,
        note=fired.note,
        lost=tuple(Lost(r.id, r.unit_type, why_lost(r, fired)) for r in matched[1:]),
        duties=duties,
        sealed=sealed,
    )


def matching(routing: Routing, kind: str, level: str, grade: str, flags: tuple[str, ...] = ()) -> Iterator[RouteRule]:
    """Every matching row, strongest first: flags in their order, then none; sub kind, kind, any; grade; level."""
    kinds = (kind, kind[:2], "*") if len(kind) == 4 else (kind, "*")
    for flag in (*flags, ""):
        for k in kinds:
            for g in (grade, "*"):
                for lv in (level, "*"):
                    rule = routing.get((flag, k, g, lv))
                    if rule is not None:
                        yield rule


def why_lost(rule: RouteRule, fired: RouteRule) -> str:
    """One short sentence: what the winner named that this row did not."""
    flagged, fired_flagged = rule.key[0], fired.key[0]
    if fired_flagged and flagged:
        return f"“{names.FLAGS[fired_flagged]}”排在“{names.FLAGS[flagged]}”前面"
    if fired_flagged:
        return f"{fired.id} 有“{names.FLAGS[fired_flagged]}”标记，标记先于类别"
    if len(fired.kind) > len(rule.kind):
        return (
            f"{fired.id} 写到了细类，比只写一级类别的更具体"
            if rule.kind != "*"
            else f"{fired.id} 写明了类别，本条不分类别"
        )
    if fired.grade != "*" and rule.grade == "*":
        return f"{fired.id} 写明了等级，本条不分等级"
    return f"{fired.id} 写明了层级，本条不分层级"


def exclude(
    found: Route, complained_of: Collection[str], *, tables: Tables, unit_ids: Mapping[str, str] | None = None
) -> Route:
    """Pass over whoever is complained of, one level up at a time (rule 17 of the tables, respondent-excluded).

    `complained_of` holds unit types, or ids of real units when `unit_ids` maps each unit type to the unit that would
    get it here. Helpers complained of are dropped. The vault never gives up what is in it.
    """
    ids = unit_ids or {}

    def touched(unit_type: str) -> bool:
        return unit_type in complained_of or ids.get(unit_type, "") in complained_of

    unit, passed = found.unit_type, []
    while touched(unit) and tables.upward.get(unit, unit) != unit:
        passed.append(unit)
        unit = tables.upward[unit]
    helpers = tuple(h for h in found.helpers if not touched(h) and h != unit)
    if not passed and helpers == found.helpers:
        return found
    note = found.note
    if passed:
        note = f"{names.UNIT_TYPES[passed[0]]}被反映，回避，交上一级（{note}）"
    return replace(found, unit_type=unit, helpers=helpers, note=note, excluded=tuple(passed))
