"""Shapes: what is refused, and what is found between them."""

import json

import pytest

from jiefen.places import shapes
from jiefen.places.tests.squares import box

pytestmark = pytest.mark.rules

WHOLE = ("P", box(0, 0, 2, 1))


def test_it_finds_nothing_where_children_meet() -> None:
    assert shapes.flaws(WHOLE, [("A", box(0, 0, 1, 1)), ("B", box(1, 0, 2, 1))]) == []


def test_it_measures_a_gap_an_overlap_and_what_lies_outside() -> None:
    found = shapes.flaws(WHOLE, [("A", box(0, 0, 1.1, 1)), ("B", box(1, 0, 1.9, 1)), ("C", box(1.9, 0, 2.1, 0.5))])
    assert {(flaw.kind, flaw.first, flaw.second) for flaw in found} == {
        ("overlap", "A", "B"),
        ("gap", "P", ""),
        ("outside", "C", "P"),
    }
    overlap = next(flaw for flaw in found if flaw.kind == "overlap")
    # 0.001° by 0.01° at 29° N: 97.4 m by 1,113 m.
    assert overlap.m2 == pytest.approx(108_400, rel=0.01)


def test_it_lets_pass_what_is_as_thin_as_a_line() -> None:
    assert shapes.flaws(WHOLE, [("A", box(0, 0, 1.00001, 1)), ("B", box(1, 0, 2, 1))], tolerance_m2=20) == []
    assert shapes.flaws(WHOLE, [("A", box(0, 0, 1.00001, 1)), ("B", box(1, 0, 2, 1))], tolerance_m2=5)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"type": "Point", "coordinates": [111, 29]}',
        '{"type": "Polygon"}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[1, 2], [3]]]}',
        '{"type": "Polygon", "coordinates": [[["a", 2], [3, 4], [5, 6], ["a", 2]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}',
        '{"type": "Polygon", "coordinates": [[[500, 0], [501, 1], [501, 0], [500, 0]]]}',
        '{"type": "Polygon", "coordinates": [[[NaN, 0], [1, 1], [1, 0], [NaN, 0]]]}',
    ],
)
def test_it_refuses_what_is_no_area_on_the_ground(text: str) -> None:
    with pytest.raises(shapes.ShapeRefused):
        shapes.read_shape(text)


def test_it_takes_a_polygon() -> None:
    assert shapes.read_shape(json.dumps(box(0, 0, 1, 1))) == box(0, 0, 1, 1)
