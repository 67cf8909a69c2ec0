"""A small map of the areas below one, drawn as inline SVG from their own shapes. No tiles, no library on the page."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from jiefen.places.models import Area
from jiefen.places.queries import in_force

WIDE = 480.0
MOST_SHAPES = 260
MOST_LABELS = 14
_SHADES = ("--map-1", "--map-2", "--map-3")


@dataclass(frozen=True, slots=True)
class Shape:
    """One area on the map: its path, where its name stands, and a shade that differs from most neighbours'."""

    code: str
    name: str
    path: str
    x: float
    y: float
    shade: str


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing: `height` for a width of WIDE, the shapes, whether names fit, and how many areas have no shape."""

    width: float
    height: float
    shapes: list[Shape]
    named: bool
    undrawn: int


def of_children(parent: Area, on: date) -> Map | None:
    """The map of the areas right below one; None where none of them has a shape."""
    rows = list(
        in_force(on).filter(parent=parent).order_by("code").values_list("code", "name", "shape")[: MOST_SHAPES + 1]
    )
    drawn = [(code, name, shape) for code, name, shape in rows if shape][:MOST_SHAPES]
    if not drawn:
        return None
    points = [point for _code, _name, shape in drawn for ring in _rings(shape) for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = WIDE / max((east - west) * squeeze, 1e-9)
    height = min((north - south) * scale, 2 * WIDE)

    def place(point: Any) -> tuple[float, float]:
        return (point[0] - west) * squeeze * scale, (north - point[1]) * scale

    shapes = []
    for number, (code, name, shape) in enumerate(drawn):
        rings = [[place(point) for point in ring] for ring in _rings(shape)]
        path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z" for ring in rings)
        x, y = _middle(max(rings, key=len))
        shapes.append(Shape(code, name, path, round(x, 1), round(y, 1), _SHADES[number % len(_SHADES)]))
    return Map(WIDE, round(height, 1), shapes, len(shapes) <= MOST_LABELS, len(rows) - len(drawn))


def _rings(shape: dict[str, Any]) -> Iterator[list[Any]]:
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring; the mean of its points where it has no area."""
    twice = gx = gy = 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        twice, gx, gy = twice + cross, gx + (x0 + x1) * cross, gy + (y0 + y1) * cross
    if abs(twice) < 1e-9:
        return sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring)
    return gx / (3 * twice), gy / (3 * twice)
