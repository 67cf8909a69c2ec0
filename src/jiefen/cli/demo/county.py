"""The areas of the demo county, the same at every call: 1 + 9 + 99 + 1,770 + 106 = 1,985.

The county's code begins with 450399, which the national list has never given to anybody; county, city and province are
made up. Villages are numbered from west to east, and at one longitude from north to south.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry import Polygon, shape

from jiefen.places import rules
from jiefen.places.planning import Node

from . import ground, names

PREFIX = "450399"
COUNTY = PREFIX + "0" * 6
NAME = "清和县"
ELSEWHERE = ["云川市清和县", "江右省云川市清和县"]  # the made-up city and province, as people write them in full
MICRO_GRIDS = 1770
SEED = 450399


@dataclass
class _Village:
    code: str
    stem: str
    community: bool
    drawn: Polygon
    micro: int = 0
    dedicated: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.stem + ("社区" if self.community else "村")


def code_of(township: names.Township) -> str:
    """The code of a township."""
    return PREFIX + township.code + "000"


def areas(since: date) -> list[Node]:
    """All areas with shapes, parents before children. Takes about two seconds."""
    rng = random.Random(SEED)
    drawn = {f["properties"]["name"]: shape(f["geometry"]) for f in _drawn()}
    used = {stem for township in names.townships() for stem in township.fixed}
    villages = {t: _villages(t, drawn[t.name], rng, used) for t in names.townships()}
    _share_out([village for group in villages.values() for village in group], rng)
    for township, group in villages.items():
        _house_institutions(group, *names.institutions(township, rng), rng)

    leaves: list[tuple[_Village, Polygon]] = []
    for group in villages.values():
        for village in group:
            cells = ground.split(village.drawn, village.micro + len(village.dedicated), rng)
            leaves += [(village, cell) for cell in cells]
    faces = ground.close([cell for _, cell in leaves])
    within: dict[str, list[list[Polygon]]] = {}
    for (village, _), own in zip(leaves, faces, strict=True):
        within.setdefault(village.code, []).append(own)

    county = _node(COUNTY, NAME, rules.COUNTY, None, _flat(within.values()), since, aliases=ELSEWHERE)
    out = [county]
    for township, group in villages.items():
        covered = _flat(within[village.code] for village in group)
        above = _node(code_of(township), township.name, rules.TOWNSHIP, county, covered, since)
        out.append(above)
        for village in group:
            out += _village_nodes(village, within[village.code], above, since, rng)
    return out


def _drawn() -> list[dict]:
    return json.loads((names.DATA / "qinghe.geojson").read_text(encoding="utf-8"))["features"]


def _villages(township: names.Township, whole: Polygon, rng: random.Random, used: set[str]) -> list[_Village]:
    """The villages and communities of a township, communities in the middle and numbered first."""
    towns = township.communities
    stems = names.village_names(township, rng, used)
    cells = ground.split(whole, len(towns) + len(stems), rng, crowded=len(towns))
    base = PREFIX + township.code
    out = []
    for first, community, these in ((1, True, towns), (200, False, stems)):
        parts = cells[: len(towns)] if community else cells[len(towns) :]
        ordered = sorted(parts, key=_west_to_east)
        out += [
            _Village(f"{base}{first + i:03d}", stem, community, cell)
            for i, (stem, cell) in enumerate(zip(these, ordered, strict=True))
        ]
    return out


def _share_out(villages: list[_Village], rng: random.Random) -> None:
    """Give each village its number of micro-grids: towns more, and in all exactly as many as the county has."""
    weights = [rng.uniform(22, 28) if village.community else rng.uniform(12, 20) for village in villages]
    shares = [weight * MICRO_GRIDS / sum(weights) for weight in weights]
    for village, share in zip(villages, shares, strict=True):
        village.micro = int(share)
    rest = MICRO_GRIDS - sum(village.micro for village in villages)
    by_fraction = sorted(range(len(villages)), key=lambda i: int(shares[i]) - shares[i])
    for i in by_fraction[:rest]:
        villages[i].micro += 1


def _house_institutions(
    villages: list[_Village], in_towns: list[str], in_villages: list[str], rng: random.Random
) -> None:
    """Markets and clinics stand in the first community, in the county town in all by turns; the rest needs room."""
    towns = [village for village in villages if village.community]
    if len(towns) == 2:
        towns = towns[:1]
    for i, name in enumerate(in_towns):
        host = towns[i % len(towns)]
        host.dedicated = (*host.dedicated, name)
    for name in in_villages:
        host = rng.choice([village for village in villages if not village.community])
        host.dedicated = (*host.dedicated, name)


def _village_nodes(
    village: _Village, faces: list[list[Polygon]], township: Node, since: date, rng: random.Random
) -> list[Node]:
    aliases = [] if village.community else [f"{village.name}委会", *names.short_forms(village.stem)]
    whole = _node(village.code, village.name, rules.VILLAGE, township, _flat([faces]), since, aliases=aliases)
    out = [whole]
    # The smallest cells are the institutions': a school is smaller than a hamlet's fields.
    by_size = sorted(range(len(faces)), key=lambda i: sum(face.area for face in faces[i]))
    small = by_size[: len(village.dedicated)]
    others = sorted(
        (i for i in by_size if i not in small),
        key=lambda i: (round(faces[i][0].centroid.x, 3), -faces[i][0].centroid.y),
    )
    words = (names.blocks if village.community else names.hamlets)(village.micro, rng)
    for number, (i, word) in enumerate(zip(others, words, strict=True), 1):
        name = f"第{number}微网格" if village.community else f"{word}微网格"
        code = f"{village.code}{number:08d}"
        out.append(_node(code, name, rules.MICRO, whole, faces[i], since, aliases=[word]))
    for number, (i, name) in enumerate(zip(small, village.dedicated, strict=True), 1):
        code = f"{village.code}9{number:07d}"
        out.append(_node(code, name, rules.DEDICATED, whole, faces[i], since))
    return out


def _west_to_east(cell: Polygon) -> tuple[float, float]:
    return round(cell.centroid.x, 3), -cell.centroid.y


def _flat(groups: Iterable[list[list[Polygon]]]) -> list[Polygon]:
    return [face for group in groups for own in group for face in own]


def _node(
    code: str,
    name: str,
    level: str,
    parent: Node | None,
    faces: list[Polygon],
    since: date,
    *,
    aliases: Sequence[str] = (),
) -> Node:
    return Node(
        code=code,
        name=name,
        level=level,
        parent=parent.code if parent else None,
        full_name=rules.full_name_of(name, parent.full_name if parent else None),
        path=rules.path_of(code, parent.path if parent else None),
        since=since,
        shape=ground.geojson(faces),
        aliases=tuple(aliases),
        staff_needed=rules.LEVELS[level].staffed,
    )
