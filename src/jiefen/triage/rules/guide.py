"""What a resident is told before coming: for a kind its procedure in plain words and its legal roads; for a text, which of
them fit. Pure; the words are data (guide.yaml, roads.yaml, kinds.csv), nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jiefen.procedures.strict import listed, read

from . import names
from .road_table import MARKS, Road, RoadTable, Said
from .road_table import shipped as shipped_roads
from .suggest import Suggestion
from .tables import Kind, TableError

FILE = Path(__file__).resolve().parent.parent / "tables" / "guide.yaml"
HERE_FIRST = frozenset(
    {"peoples-mediation", "medical-dispute-mediation", "administrative-mediation", "hotline-order", "petition-suggestion",
     "screening-hidden-danger", "accusation-handover"}
)  # fmt: skip
"""Procedures of our own that stand before the legal roads of their kinds. For the others the law's own road is said first."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What to do first where somebody may be hurt; by kind, or by the marks in a text."""

    id: str
    kinds: tuple[str, ...]
    flags: tuple[str, ...]
    says: str
    mark: str


@dataclass(frozen=True, slots=True)
class Plain:
    """One procedure as it is told to a resident. `papers` and `clocks` are names that the procedures hold."""

    procedure: str
    says: str
    where: str
    bring: tuple[str, ...]
    next: tuple[Said, ...]
    remedy: Said
    cost: Said
    papers: tuple[str, ...]
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The table, checked."""

    version: int
    dangers: tuple[Danger, ...]
    procedures: Mapping[str, Plain]

    def texts(self) -> Iterator[str]:
        """Every sentence that a page shows, for the catalogue of another language."""
        yield from (d.says for d in self.dangers)
        for p in self.procedures.values():
            yield from (p.says, p.where, *p.bring, *(n.says for n in p.next), p.remedy.says, p.cost.says)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a text or a kind leads: first of all what to do in danger, then our own procedure and the legal roads.
    `here_first`: our own procedure is told before the roads."""

    dangers: tuple[Danger, ...]
    procedure: str
    roads: tuple[Road, ...]
    here_first: bool

    @property
    def first(self) -> str:
        """The id of what is told first: a road, or the procedure."""
        return self.roads[0].id if self.roads and not self.here_first else self.procedure


def way_of(kind: Kind, *, flags: Iterable[str] = (), guide: Guide | None = None, roads: RoadTable | None = None) -> Way:
    """What fits a kind, and the marks found in a text if there is one."""
    guide, roads = guide or shipped(), roads or shipped_roads()
    marks = set(flags)
    dangers = tuple(
        d for d in guide.dangers if marks.intersection(d.flags) or (not marks and kind.code.startswith(d.kinds or "-"))
    )
    by_flag = [r for r in roads.roads.values() if marks.intersection(r.flags)]
    by_kind = [r for r in roads.roads.values() if any(_within(kind.code, k) for k in r.kinds)]
    found = tuple(dict.fromkeys([*by_flag, *sorted(by_kind, key=lambda r: _closeness(r, kind.code))]))
    decided = any(
        r.route == "administrative" for r in found
    )  # whose land it is, a government decides, whoever mediates
    first = kind.procedure in HERE_FIRST and not decided and not (by_flag and dangers)
    return Way(dangers, kind.procedure, found, first)


def way_for(
    made: Suggestion, kinds: Mapping[str, Kind], *, guide: Guide | None = None, roads: RoadTable | None = None
) -> Way | None:
    """What fits a text; None where its kind is not seen and nothing rings."""
    guide = guide or shipped()
    marks = [f.name for f in made.urgent]
    kind = kinds.get(made.kind)
    if kind is None:
        found = [d for d in guide.dangers if set(marks).intersection(d.flags)]
        table = (roads or shipped_roads()).roads.values()
        by_flag = tuple(r for r in table if set(marks).intersection(r.flags))
        return Way(tuple(found), "", by_flag, False) if found or by_flag else None
    return way_of(kind, flags=marks, guide=guide, roads=roads)


def _within(code: str, listed_as: str) -> bool:
    """0701 lies within 07 and 0701; a kind as a whole (07) lies near each of its sub kinds."""
    return code.startswith(listed_as) or (len(code) == 2 and listed_as.startswith(code))


def _closeness(road: Road, code: str) -> tuple[int, int]:
    """Roads that name the sub kind before those that name its kind; those of the law's own order otherwise."""
    longest = max((len(k) for k in road.kinds if code.startswith(k)), default=0)
    return (-longest, 0 if road.route == "duty" else 1)


@lru_cache(maxsize=1)
def shipped() -> Guide:
    """The table that comes with Jiefen."""
    return load(FILE.read_text("utf-8"))


def load(text: str) -> Guide:
    """The table from YAML. Raises TableError with every problem as a sentence."""
    raw = read(text)
    try:
        guide = Guide(
            raw["version"],
            tuple(
                Danger(d["id"], tuple(listed(d["kinds"])), tuple(listed(d["flags"])), d["says"], d["mark"])
                for d in raw["dangers"]
            ),
            {name: _plain(name, row) for name, row in raw["procedures"].items()},
        )
    except (KeyError, TypeError, AttributeError) as gone:
        raise TableError([f"guide.yaml：缺少或写错了 {gone}；请对照已有的条目改正。"]) from gone
    if problems := list(_problems(guide)):
        raise TableError(problems)
    return guide


def _plain(name: str, row: Mapping[str, Any]) -> Plain:
    return Plain(
        name, row["says"], row["where"], tuple(row["bring"]), tuple(_said(x) for x in row["next"]), _said(row["remedy"]),
        _said(row["cost"]), tuple(listed(row["papers"])), tuple(listed(row["clocks"])),
    )  # fmt: skip


def _said(row: Mapping[str, Any]) -> Said:
    return Said(row["says"], row["mark"], tuple(listed(row["basis"])))


def _problems(guide: Guide) -> Iterator[str]:
    for d in guide.dangers:
        if d.mark not in MARKS or not set(d.flags) <= set(names.FLAGS):
            yield f"guide.yaml：“{d.id}”的标记不认识。"
    for p in guide.procedures.values():
        for one in (*p.next, p.remedy, p.cost):
            if one.mark not in MARKS:
                yield f"guide.yaml：{p.procedure} 的“{one.says}”标记不认识。"
            elif one.mark == "V" and not one.basis:
                yield f"guide.yaml：{p.procedure} 的“{one.says}”标了已核，要写出处。"
