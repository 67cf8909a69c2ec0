"""The staff of the demo county: the people every story names, and enough others that no office is empty."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

from jiefen.places.planning import Node

from . import county, names
from .offices import Office, code_of

LIUHE, BAITA = "450399101000", "450399201000"
SEED = 20260101
KEPT_NAMES = frozenset({"兰秀英", "石建国", "周敏", "葛长青", "明志远", "何静", "苏珩", "林若水", "安宁", "文博"})


@dataclass(frozen=True)
class Post:
    """A role at an office, for an area (the office's own when empty)."""

    office: str
    role: str
    area: str = ""


@dataclass
class Member:
    """Somebody who works in the county. `named` marks the people of the stories."""

    username: str
    name: str
    posts: list[Post]
    phone: str = ""
    named: bool = field(default=False)


def staff(areas: Sequence[Node], offices: Sequence[Office]) -> list[Member]:
    """Everybody, the same at every call: named people first, then heads and others by office, then grid workers."""
    rng = random.Random(SEED)
    return [*named(areas), *_office_staff(offices, rng), *_grid_workers(areas, rng)]


def named(areas: Sequence[Node]) -> list[Member]:
    """The eight people of the stories who sign in. Lan and Shi are residents and have no account."""
    town = next(area.code for area in areas if area.full_name == "清和县柳河镇集镇社区")
    market = next(area.code for area in areas if area.name == "柳河农贸市场")
    grids = [f"{town}{number:08d}" for number in (1, 2, 3)]
    county_centre, committee = code_of(county.COUNTY, "county-centre"), code_of(town, "village-committee")
    return [
        _story(
            "zhou",
            "周敏",
            "0000-7021001",
            Post(code_of(LIUHE, "township-centre"), "clerk"),
            Post(code_of(LIUHE, "township-centre"), "dispatcher"),
        ),
        _story("ge", "葛长青", "0000-7040001", *(Post(committee, "grid-worker", area) for area in (*grids, market))),
        _story("ming", "明志远", "0000-7021003", Post(code_of(LIUHE, "justice-office"), "mediator")),
        _story("he", "何静", "0000-7001203", Post(code_of(county.COUNTY, "human-resources"), "handler")),
        _story("su", "苏珩", "0000-7001204", Post(county_centre, "supervisor"), Post(county_centre, "dispatcher")),
        _story("lin", "林若水", "", Post(code_of(county.COUNTY, "government"), "sponsor")),
        _story("an", "安宁", "0000-7001205", Post(county_centre, "administrator")),
        _story("wen", "文博", "0000-7027001", Post(code_of(BAITA, "township-centre"), "clerk")),
    ]


def _story(username: str, name: str, phone: str, *posts: Post) -> Member:
    return Member(username, name, list(posts), phone, named=True)


def _office_staff(offices: Sequence[Office], rng: random.Random) -> list[Member]:
    table = yaml.safe_load((names.DATA / "staffing.yaml").read_text(encoding="utf-8"))
    out: list[Member] = []
    for office in offices:
        more = table["county" if office.area == county.COUNTY else "township"].get(office.unit_type, [])
        desks = table["whole"].get(office.unit_type) or ["unit-head", "handler", *more]
        for number, held in enumerate(desks, 1):
            posts = [Post(office.code, role) for role in held.split(" + ")]
            out.append(Member(f"{office.letters.lower()}{number}", _name(rng), posts, office.phone))
    return out


def _grid_workers(areas: Sequence[Node], rng: random.Random) -> list[Member]:
    """One worker for one to three neighbouring grids of a village, and one for each institution.

    About one grid in forty has nobody, so that the check of coverage has something true to say.
    """
    by_village: dict[str, list[Node]] = {}
    for area in areas:
        if area.staff_needed and area.parent:
            by_village.setdefault(area.parent, []).append(area)
    taken = {post.area for member in named(areas) for post in member.posts if post.area}
    out: list[Member] = []
    for village, grids in by_village.items():
        free = [area for area in grids if area.code not in taken and rng.random() >= 1 / 40]
        while free:
            count = 1 if free[0].level == "dedicated" else rng.choice((1, 2, 2, 3))
            # A worker's grids are all of one sort: a school's worker does not walk the fields.
            mine = [area for area in free[:count] if area.level == free[0].level]
            free = free[len(mine) :]
            number = len(out) + 2  # 0001 is Ge's
            posts = [Post(code_of(village, "village-committee"), "grid-worker", area.code) for area in mine]
            out.append(Member(f"g{number:04d}", _name(rng), posts, f"0000-704{number:04d}"))
    return out


def _name(rng: random.Random) -> str:
    while (name := names.person(rng)) in KEPT_NAMES:
        pass
    return name
