"""What is wrong with a file of grids, said row by row: shapes, codes, coordinates, overlaps and holes."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from eunion.registry import geodesy
from eunion.registry.grids.files import Row

# Neighbours drawn by hand overlap by slivers; less than this is not worth a person's time.
SLIVER_M2 = 50.0
# A grid this large is a street or a district, or its coordinates are not degrees.
LARGEST_KM2 = 60.0


@dataclass(frozen=True)
class Report:
    """What a file holds and what must be mended before it can be imported."""

    rows: list[Row]
    holes_m2: float
    warnings: list[str]

    @property
    def refused(self) -> list[Row]:
        """Return the rows with problems."""
        return [row for row in self.rows if row.problems]


def examine(rows: list[Row], *, known_points: list[tuple[float, float]] | None = None) -> Report:
    """Note every problem on its row. `known_points` are unions in WGS-84: most should lie in some grid."""
    _codes(rows)
    for row in rows:
        if row.shape is not None:
            _one(row)
    good = [row for row in rows if row.shape is not None and row.shape.is_valid]
    if not good:
        return Report(rows, 0.0, [])
    _overlaps(good)
    # Snapped to about 0.1 m: rounding must not make gaps, nor open a real one to the outside.
    whole = shapely.union_all([row.shape for row in good], grid_size=1e-6)
    return Report(rows, _holes(whole), _offset(whole, known_points or []))


def _codes(rows: list[Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.code in first:
            row.problems.append(f"编号与第 {first[row.code]} 行重复")
        elif row.code:
            first[row.code] = row.number


def _one(row: Row) -> None:
    assert row.shape is not None
    if not row.shape.is_valid:
        row.problems.append(f"边界自己相交或没有闭合（{shapely.is_valid_reason(row.shape)}）")
        return
    west, south, east, north = row.shape.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        swapped = south >= -180 and north <= 180 and west >= -90 and east <= 90
        row.problems.append(
            "经度和纬度写反了" if swapped else "坐标不是经纬度，可能是平面坐标（米），请先转换"
        )
        return
    if not geodesy.in_china(west, south) or not geodesy.in_china(east, north):
        swapped = geodesy.in_china(south, west) and geodesy.in_china(north, east)
        row.problems.append("经度和纬度写反了" if swapped else "不在中国境内，请检查坐标")
        return
    if area_km2(row.shape) > LARGEST_KM2:
        row.problems.append(f"面积 {area_km2(row.shape):.0f} 平方公里，太大，不像一个网格")


def area_km2(shape: BaseGeometry) -> float:
    """Return the ground area of a small shape in degrees."""
    return float(shape.area * geodesy.square_metres_per_degree(shape.centroid.y) / 1e6)


def _overlaps(rows: list[Row]) -> None:
    shapes = [row.shape for row in rows if row.shape is not None]
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for one, other in zip(left, right, strict=True):
        if one >= other:
            continue
        first, second = rows[one], rows[other]
        assert first.shape is not None and second.shape is not None
        if first.shape.equals(second.shape):
            second.problems.append(f"边界与第 {first.number} 行完全相同")
            continue
        shared = area_km2(first.shape.intersection(second.shape)) * 1e6
        if shared > SLIVER_M2:
            second.problems.append(f"与第 {first.number} 行（{first.code}）重叠 {shared:,.0f} 平方米")


def _holes(whole: BaseGeometry) -> float:
    """Return the area of the gaps inside the whole, in square metres."""
    parts = getattr(whole, "geoms", [whole])
    rings = [shapely.Polygon(ring) for part in parts for ring in getattr(part, "interiors", [])]
    return sum(area_km2(ring) * 1e6 for ring in rings)


def _offset(whole: BaseGeometry, points: list[tuple[float, float]]) -> list[str]:
    """Warn when the unions lie in the grids only after moving them as GCJ-02 would: the wrong system was chosen."""
    if len(points) < 10 or whole.is_empty:
        return []
    shapely.prepare(whole)
    inside = sum(shapely.contains_xy(whole, *point) for point in points)
    moved = sum(shapely.contains_xy(whole, *geodesy.to_gcj02(*point)) for point in points)
    if moved > inside + len(points) * 0.02:
        return ["这些网格像是 GCJ-02（高德、腾讯地图）坐标，却按 WGS-84 读了。请换一个坐标系再试。"]
    if inside < len(points) * 0.5:
        return ["大多数工会不在这些网格里，请检查坐标系和文件是否属于本区。"]
    return []
