"""The tree of areas: opening, ending, renaming, and what the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jiefen.places import queries
from jiefen.places.actions import AreaRefused, close_area, import_areas, open_area, rename_area
from jiefen.places.models import Area
from jiefen.places.tests.squares import COUNTY, EAST, TABLE, VILLAGES, WEST, box

pytestmark = pytest.mark.django_db

DAY, LATER, TODAY = date(2020, 1, 1), date(2024, 7, 1), date(2026, 11, 20)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    import_areas(TABLE.encode(), since=DAY)


def test_it_opens_an_area_under_the_parent_its_code_names() -> None:
    area = open_area("990101101201", "上湾村", "village", since=LATER, aliases=["上湾"], shape=box(0, 0, 1, 1))
    assert area.full_name == "方县东镇上湾村"
    assert area.path == f"{COUNTY}.{EAST}.990101101201"
    assert not area.staff_needed


@pytest.mark.parametrize(
    ("code", "name", "level"),
    [
        (VILLAGES[0], "另村", "village"),  # a code is given once
        ("990101100299", "石桥村", "village"),  # a name once among those under one parent
        ("990101109201", "孤村", "village"),  # no parent
        ("99010110120", "短村", "village"),
        ("990101101202", "某", "planet"),
    ],
)
def test_it_refuses_to_open_what_has_no_place(code: str, name: str, level: str) -> None:
    with pytest.raises(AreaRefused):
        open_area(code, name, level, since=LATER)
    assert Area.objects.count() == 8


def test_it_ends_an_area_only_after_what_lies_in_it_and_names_who_follows() -> None:
    with pytest.raises(AreaRefused, match="还有2个"):
        close_area(VILLAGES[0], on=LATER, successor=VILLAGES[1])
    for grid in Area.objects.filter(parent__code=VILLAGES[0]):
        close_area(grid.code, on=LATER)
    with pytest.raises(AreaRefused, match="不是同一级别"):
        close_area(VILLAGES[0], on=LATER, successor=EAST)
    ended = close_area(VILLAGES[0], on=LATER, successor=VILLAGES[1])
    assert ended.successor is not None and ended.successor.code == VILLAGES[1]
    assert queries.in_force(date(2024, 6, 30)).filter(code=VILLAGES[0]).exists()
    assert not queries.in_force(LATER).filter(code=VILLAGES[0]).exists()
    with pytest.raises(AreaRefused, match="已于"):
        close_area(VILLAGES[0], on=TODAY)
    # The name is free again, the code is not.
    open_area("990101100202", "石桥村", "village", since=LATER)


def test_it_renames_from_a_day_on_and_keeps_the_old_name_findable() -> None:
    area = rename_area(WEST, "大西镇", on=LATER, today=TODAY, basis="方政发〔2024〕1号")
    assert queries.name_on(area, date(2024, 6, 30)) == "西镇"
    assert queries.name_on(area, LATER) == "大西镇"
    assert area.aliases == ["西边", "老西镇", "西镇"]
    assert Area.objects.get(code="99010110020090000001").full_name == "方县大西镇石桥村石桥小学"
    with pytest.raises(AreaRefused, match="晚于现名"):
        rename_area(WEST, "小西镇", on=LATER, today=TODAY)
    with pytest.raises(AreaRefused, match="还没有到"):
        rename_area(WEST, "小西镇", on=date(2027, 1, 1), today=TODAY)
    with pytest.raises(AreaRefused, match="已有"):
        rename_area(WEST, "东镇", on=TODAY, today=TODAY)


def test_it_answers_by_the_tree() -> None:
    assert [a.code for a in queries.ancestors(VILLAGES[2])] == [COUNTY, EAST, VILLAGES[2]]
    assert queries.ancestors("1") == []
    assert set(queries.subtree(EAST, DAY).values_list("code", flat=True)) == {EAST, VILLAGES[2]}
    assert queries.subtree(COUNTY, DAY).count() == 8
    assert queries.subtree(COUNTY, date(2019, 1, 1)).count() == 0
    assert queries.subtree("1", DAY).count() == 0
    township = queries.at_level("99010110020000000001", "township")
    assert township is not None and township.name == "西镇"
    assert queries.area_by_code("1") is None
    rows = {row[0]: row for row in queries.gazetteer_rows(DAY)}
    assert rows[WEST] == (WEST, "西镇", "township", COUNTY, ["西边", "老西镇"])
    assert rows[COUNTY][3] == ""


@pytest.mark.parametrize(
    "change",
    [
        {"code": "990101100999000", "path": f"{COUNTY}.990101100999000"},
        {"path": COUNTY},
        {"parent_id": None, "path": WEST},
        {"until": DAY},
        {"name": "东镇"},
        {"level": "village"},
    ],
)
def test_it_is_held_by_the_database_too(change: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(code=WEST).update(**change)
