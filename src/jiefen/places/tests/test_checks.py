"""The check of areas on a small county with one gap, one overlap and missing workers."""

from collections.abc import Iterator
from datetime import date

import pytest

from jiefen.places import checks
from jiefen.places.actions import import_areas
from jiefen.places.models import Area
from jiefen.places.tests.squares import COUNTY, EAST, TABLE, VILLAGES, WEST, box

pytestmark = pytest.mark.django_db

DAY = date(2020, 1, 1)
SHAPES = {
    COUNTY: box(0, 0, 4, 2),
    WEST: box(0, 0, 2, 2),
    EAST: box(2, 0, 4, 2),
    VILLAGES[0]: box(0, 0, 1, 2),
    VILLAGES[1]: box(1, 0, 2, 2),
    VILLAGES[2]: box(2, 0, 4, 2),
}


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    import_areas(TABLE.encode(), since=DAY)
    for code, shape in SHAPES.items():
        Area.objects.filter(code=code).update(shape=shape)
    for number, grid in enumerate(Area.objects.filter(level__in=("micro-grid", "dedicated"))):
        Area.objects.filter(pk=grid.pk).update(shape=box(0, number, 1, number + 1))


@pytest.fixture
def staffed(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    worked: set[int] = set()
    monkeypatch.setattr(checks, "_staffed", [])
    checks.register_staffed(lambda on: worked)
    yield worked


def test_it_finds_nothing_in_a_whole_county_and_counts_it() -> None:
    report = checks.check_areas(DAY)
    assert report.clean
    assert report.counts == {"county": 1, "township": 2, "village": 3, "micro-grid": 1, "dedicated": 1}
    assert report.lines()[0].endswith("= 8")


def test_it_lists_a_gap_and_an_overlap_with_their_size() -> None:
    Area.objects.filter(code=VILLAGES[0]).update(shape=box(0, 0, 1.2, 2))
    Area.objects.filter(code=EAST).update(shape=box(2.5, 0, 4, 2))
    found = {(f.kind, f.code): f for f in checks.check_areas(DAY).ground}
    overlap, gap = found["overlap", VILLAGES[0]], found["gap", COUNTY]
    assert overlap.m2 == pytest.approx(0.002 * 0.02 * 111_320**2 * 0.8746, rel=0.01)
    assert "石桥村与田心村重叠约" in overlap.says
    assert gap.m2 == pytest.approx(0.005 * 0.02 * 111_320**2 * 0.8746, rel=0.01)
    assert found["outside", VILLAGES[2]].m2 == pytest.approx(gap.m2, rel=0.01)
    assert not checks.check_areas(DAY).clean


def test_it_says_which_area_is_not_drawn() -> None:
    Area.objects.filter(code=VILLAGES[1]).update(shape=None)
    kinds = {(f.kind, f.code) for f in checks.check_areas(DAY).ground}
    assert ("no-shape", VILLAGES[1]) in kinds


def test_it_lists_grids_without_a_worker(staffed: set[int]) -> None:
    micro = Area.objects.get(level="micro-grid")
    staffed.add(micro.pk)
    report = checks.check_areas(DAY)
    assert [f.code for f in report.unstaffed] == ["99010110020090000001"]
    assert report.clean  # nobody is missing from the ground


def test_it_lists_what_lies_in_an_area_that_ended() -> None:
    Area.objects.filter(code=EAST).update(until=date(2022, 1, 1))
    assert [f.code for f in checks.check_areas(date(2023, 1, 1)).orphans] == [VILLAGES[2]]
    assert not checks.check_areas(DAY).orphans


def test_it_says_so_when_there_is_nothing() -> None:
    assert checks.check_areas(date(1999, 1, 1)).lines()[0] == "1999-01-01没有在用的区域"
