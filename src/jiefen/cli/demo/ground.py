"""Drawing the demo county: townships split into villages, villages into grids, with no gap and no overlap.

All lines are laid on one lattice of 10⁻⁵ degrees (about a metre) before any area is closed. What a village covers is
then exactly the sum of its grids, and so on upwards; two neighbours share every point of their border.
"""

import random
from collections.abc import Sequence

import shapely
from shapely.geometry import MultiPoint, Point, Polygon

LATTICE = 1e-5
_EVEN_ROUNDS = 2


def split(whole: Polygon, parts: int, rng: random.Random, *, crowded: int = 0) -> list[Polygon]:
    """Cut a polygon into connected cells. The first `crowded` of them are small and lie in the middle, as towns do."""
    if parts == 1:
        return [whole]
    sites = _sites(whole, parts, rng, crowded)
    for _ in range(_EVEN_ROUNDS):
        cells = _cells(whole, sites)
        sites = [*sites[:crowded], *(cell.representative_point() for cell in cells[crowded:])]
    return _one_piece(_cells(whole, sites))


def _sites(whole: Polygon, parts: int, rng: random.Random, crowded: int) -> list[Point]:
    west, south, east, north = whole.bounds
    middle = whole.representative_point()
    spread = min(east - west, north - south) / 14
    shapely.prepare(whole)
    sites: list[Point] = []
    while len(sites) < parts:
        if len(sites) < crowded:
            point = Point(rng.gauss(middle.x, spread), rng.gauss(middle.y, spread))
        else:
            point = Point(rng.uniform(west, east), rng.uniform(south, north))
        if whole.contains(point) and all(point.distance(other) > 2e-4 for other in sites):
            sites.append(point)
    return sites


def _cells(whole: Polygon, sites: Sequence[Point]) -> list[shapely.Geometry]:
    cells = shapely.voronoi_polygons(MultiPoint(sites), extend_to=whole, ordered=True)
    return list(shapely.intersection(shapely.get_parts(cells), whole))


def _one_piece(cells: list[shapely.Geometry]) -> list[Polygon]:
    """Give the smaller pieces of a torn cell to the neighbour with the longest common border."""
    whole = [max(shapely.get_parts(cell), key=lambda piece: piece.area) for cell in cells]
    loose = [
        piece
        for cell, kept in zip(cells, whole, strict=True)
        for piece in shapely.get_parts(cell)
        if piece is not kept and not piece.equals(kept) and piece.area > 0
    ]
    for piece in sorted(loose, key=lambda piece: -piece.area):
        borders = shapely.length(shapely.intersection(whole, piece))
        nearest = int(borders.argmax())
        whole[nearest] = shapely.union(whole[nearest], piece)
    return [max(shapely.get_parts(cell), key=lambda piece: piece.area) for cell in whole]


def close(drawn: Sequence[Polygon]) -> list[list[Polygon]]:
    """For each drawn leaf its faces on the lattice. All faces together cover the drawn ground once and wholly."""
    lines = shapely.union_all(shapely.boundary(list(drawn)), grid_size=LATTICE)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    tree = shapely.STRtree(drawn)
    # A face as thin as the lattice may lie outside every drawn leaf; it goes to the nearest.
    owners = tree.nearest(shapely.point_on_surface(faces))
    out: list[list[Polygon]] = [[] for _ in drawn]
    for face, owner in zip(faces, owners, strict=True):
        out[int(owner)].append(face)
    return out


def geojson(faces: Sequence[Polygon]) -> dict:
    """The union of faces as GeoJSON, coordinates to five decimals."""
    union = shapely.union_all(list(faces))
    parts = [
        [[[round(x, 5), round(y, 5)] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(union)
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
