"""The demo county on paper: its numbers, its names, its ground, its people."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from jiefen.cli.demo import county
from jiefen.cli.demo.offices import Office, offices
from jiefen.cli.demo.staff import Member, staff
from jiefen.places import rules, shapes
from jiefen.places.planning import Node
from jiefen.procedures.loader import load_vocabulary

pytestmark = pytest.mark.rules

DAY = date(2010, 1, 1)


@pytest.fixture(scope="module")
def areas() -> list[Node]:
    return county.areas(DAY)


@pytest.fixture(scope="module")
def houses(areas: list[Node]) -> list[Office]:
    return offices(areas)


@pytest.fixture(scope="module")
def members(areas: list[Node], houses: list[Office]) -> list[Member]:
    return staff(areas, houses)


def test_it_has_one_thousand_nine_hundred_and_eighty_five_areas(areas: list[Node]) -> None:
    assert Counter(area.level for area in areas) == {
        "county": 1,
        "township": 9,
        "village": 99,
        "micro-grid": 1770,
        "dedicated": 106,
    }
    assert len(areas) == 1985


def test_it_is_the_same_every_time(areas: list[Node]) -> None:
    assert county.areas(DAY) == areas


def test_it_keeps_the_rules_of_codes_and_names(areas: list[Node]) -> None:
    by_code = {area.code: area for area in areas}
    assert len(by_code) == len(areas)
    assert max(Counter((area.parent, area.name) for area in areas).values()) == 1
    for area in areas:
        above = by_code[area.parent] if area.parent else None
        assert rules.code_problem(area.code, area.level) is None
        assert rules.name_problem(area.name) is None
        assert rules.place_problem(area.code, area.level, area.parent, above.level if above else None) is None


def test_it_leaves_no_square_metre_out_and_covers_none_twice(areas: list[Node]) -> None:
    children: dict[str, list[tuple[str, dict]]] = defaultdict(list)
    drawn = {area.code: area.shape or {} for area in areas}
    for area in areas:
        assert shapes.read_shape(area.shape or {})["type"] == "Polygon"
        if area.parent:
            children[area.parent].append((area.code, drawn[area.code]))
    found = [
        flaw for code, inside in children.items() for flaw in shapes.flaws((code, drawn[code]), inside, tolerance_m2=1)
    ]
    assert found == []


def test_it_holds_the_places_of_the_stories(areas: list[Node]) -> None:
    full = {area.full_name for area in areas}
    for place in ("下坝村", "石桥村", "上湾村", "集镇社区", "集镇社区柳河农贸市场"):
        assert f"清和县柳河镇{place}" in full
    twice = {name for name, n in Counter(area.name for area in areas if area.level == "village").items() if n > 1}
    assert twice == {"石桥村", "大坪村", "新民村"}


def test_it_has_an_office_of_every_kind_and_no_two_begin_their_numbers_alike(houses: list[Office]) -> None:
    kinds = set(load_vocabulary().unit_types)
    # A grid is no office: its village's committee stands for it.
    assert {office.unit_type for office in houses} == kinds - {"grid"}
    for field in ("code", "name", "mark", "letters", "phone"):
        assert max(Counter(getattr(office, field) for office in houses).values()) == 1, field
    assert all(office.phone.startswith("0000-70") for office in houses)
    liuhe = next(office for office in houses if office.code == "450399101-township-centre")
    assert (liuhe.mark, liuhe.letters, liuhe.stay) == ("清柳", "LH", "resident")


def test_it_gives_every_office_a_head_and_somebody_to_handle(houses: list[Office], members: list[Member]) -> None:
    roles = defaultdict(set)
    for member in members:
        for post in member.posts:
            roles[post.office].add(post.role)
    for office in houses:
        assert "unit-head" in roles[office.code], office.name
        assert office.unit_type == "vault" or "handler" in roles[office.code], office.name
        if office.unit_type == "township-centre":
            assert {"clerk", "dispatcher", "supervisor"} <= roles[office.code]
    known = set(load_vocabulary().roles) | {"administrator"}
    assert set().union(*roles.values()) <= known


def test_it_leaves_a_few_grids_without_a_worker(areas: list[Node], members: list[Member]) -> None:
    worked = {post.area for member in members for post in member.posts if post.role == "grid-worker"}
    without = [area for area in areas if area.staff_needed and area.code not in worked]
    assert 20 <= len(without) <= 90


def test_it_names_each_person_of_the_stories_once(members: list[Member]) -> None:
    assert [(m.name, m.username) for m in members if m.named] == [
        ("周敏", "zhou"), ("葛长青", "ge"), ("明志远", "ming"), ("何静", "he"),
        ("苏珩", "su"), ("林若水", "lin"), ("安宁", "an"), ("文博", "wen"),
    ]  # fmt: skip
    assert len({m.username for m in members}) == len(members)
    named = {m.name for m in members if m.named}
    assert not named & {m.name for m in members if not m.named}
