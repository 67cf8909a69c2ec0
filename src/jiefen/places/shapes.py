"""Shapes on the ground: reading GeoJSON, approximate areas, gaps and overlaps. Pure; knows shapely, not Django.

Coordinates are degrees (longitude, latitude). Areas are square metres on a plane laid at the parent's latitude: off by
less than one part in a hundred over a county, which is enough to tell a sliver from a field.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # 0.2 seconds to load, so only whoever looks at a shape does
    from shapely.geometry.base import BaseGeometry

METRES_A_DEGREE = 111_320.0
TOLERANCE_M2 = 100.0
"""A gap or overlap smaller than this is the width of a drawn line, not a place."""


class ShapeRefused(ValueError):
    """A shape that cannot be used; the message says why, in Chinese."""


def read_shape(text: str | dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON Polygon or MultiPolygon, checked. Raises ShapeRefused."""
    from shapely.errors import ShapelyError
    from shapely.geometry import shape as geometry_of

    if isinstance(text, str):
        try:
            text = json.loads(text)
        except ValueError:
            raise ShapeRefused("图形不是GeoJSON") from None
    if not isinstance(text, dict) or text.get("type") not in ("Polygon", "MultiPolygon"):
        raise ShapeRefused("图形须是GeoJSON的Polygon或MultiPolygon")
    try:
        geometry = geometry_of(text)
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, ShapelyError):
        raise ShapeRefused("图形的坐标读不出来") from None
    if geometry.is_empty:
        raise ShapeRefused("图形是空的")
    west, south, east, north = geometry.bounds
    if (
        not all(map(math.isfinite, (west, south, east, north)))
        or west < -180
        or east > 180
        or south < -90
        or north > 90
    ):
        raise ShapeRefused("图形的坐标不是经度、纬度")
    if not geometry.is_valid:
        raise ShapeRefused("图形的边自己相交")
    return text


def metres2(geometry: BaseGeometry, latitude: float) -> float:
    """Area in m², taking the ground to be flat at this latitude."""
    return geometry.area * METRES_A_DEGREE**2 * math.cos(math.radians(latitude))


@dataclass(frozen=True)
class Flaw:
    """A gap (`second` is '') or an overlap among the areas under one parent."""

    kind: str  # gap | overlap | outside
    first: str
    second: str
    m2: float


def flaws(
    parent: tuple[str, dict[str, Any]],
    children: Sequence[tuple[str, dict[str, Any]]],
    *,
    tolerance_m2: float = TOLERANCE_M2,
) -> list[Flaw]:
    """What the children leave out of their parent, cover twice, or cover outside of it.

    parent and children are (code, GeoJSON). A child without a shape must be left out by the caller, who then knows that
    a gap may be that child's.
    """
    import shapely
    from shapely.geometry import shape as geometry_of

    code, whole_shape = parent
    whole = geometry_of(whole_shape)
    latitude = whole.centroid.y
    parts = [geometry_of(child_shape) for _, child_shape in children]
    found: list[Flaw] = []
    for one, other in zip(*shapely.STRtree(parts).query(parts, predicate="intersects"), strict=True):
        if one >= other:
            continue  # each pair once
        size = metres2(parts[one].intersection(parts[other]), latitude)
        if size > tolerance_m2:
            found.append(Flaw("overlap", children[one][0], children[other][0], size))
    # Each missing piece by itself: a thousand slivers along a border are no gap, one field is.
    for piece in shapely.get_parts(whole.difference(shapely.union_all(parts))):
        size = metres2(piece, latitude)
        if size > tolerance_m2:
            found.append(Flaw("gap", code, "", size))
    for (child, _), part in zip(children, parts, strict=True):
        size = metres2(part.difference(whole), latitude)
        if size > tolerance_m2:
            found.append(Flaw("outside", child, code, size))
    return found
