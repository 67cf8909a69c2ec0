"""A small made-up county of squares for tests: one county, two townships, three villages."""

from typing import Any

COUNTY, EAST, WEST = "990101000000", "990101101000", "990101100000"
VILLAGES = ("990101100200", "990101100201", "990101101200")


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as GeoJSON, in hundredths of a degree from 111° E 29° N."""
    x0, y0, x1, y1 = 111 + west / 100, 29 + south / 100, 111 + east / 100, 29 + north / 100
    return {"type": "Polygon", "coordinates": [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]}


TABLE = """代码,名称,级别,别名,启用日期
990101000000,方县,县级,,2020-01-01
990101100000,西镇,乡镇,西边;老西镇,2020-01-01
990101101000,东镇,乡镇,,2020-01-01
990101100200,石桥村,村,,2020-01-01
990101100201,田心村,村,,2020-01-01
990101101200,石桥村,村,,2020-01-01
99010110020000000001,一组微网格,微网格,,2020-01-01
99010110020090000001,石桥小学,专属网格,,2020-01-01
"""
