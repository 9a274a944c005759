"""Reading grids from GeoJSON or a spreadsheet, into WGS-84."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from eunion.registry import geodesy
from eunion.registry.errors import GridsRefused, UnreadableRoster
from eunion.registry.roster import columns
from eunion.registry.roster import files as sheets

_CODE = ("code", "编号", "网格编号", "网格编码", "grid_code", "id")
_NAME = ("name", "名称", "网格名称", "网格")
_STREET = ("subdistrict", "街道", "所属街道", "街道名称")
_SHAPE = ("边界", "boundary", "wkt", "geometry", "坐标")


@dataclass
class Row:
    """One grid of a file: its place in the file (from 1), what it says, what is wrong with it."""

    number: int
    code: str
    name: str
    street: str
    shape: BaseGeometry | None
    problems: list[str] = field(default_factory=list)

    @property
    def boundary(self) -> dict[str, Any]:
        """The shape as GeoJSON."""
        assert self.shape is not None
        found: dict[str, Any] = json.loads(json.dumps(mapping(self.shape)))
        return found


def read(content: bytes, *, gcj02: bool) -> list[Row]:
    """Return the grids of a file, converted to WGS-84 if it says GCJ-02; raises GridsRefused if it can't be read."""
    rows = _from_geojson(content) if content.lstrip()[:1] == b"{" else _from_sheet(content)
    if not rows:
        raise GridsRefused("文件里没有网格。")
    if gcj02:
        for row in rows:
            if row.shape is not None:
                row.shape = shapely.transform(row.shape, geodesy.to_wgs84_array)
    return rows


def _first(values: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((columns.text_of(values[name]) for name in names if values.get(name) not in (None, "")), "")


def _from_geojson(content: bytes) -> list[Row]:
    try:
        features = json.loads(content)["features"]
    except (ValueError, KeyError, TypeError):
        raise GridsRefused("不是有效的 GeoJSON 要素集合（FeatureCollection）。") from None
    rows = []
    for number, feature in enumerate(features, 1):
        values = {**(feature.get("properties") or {}), **({"id": feature["id"]} if "id" in feature else {})}
        rows.append(_row(number, values, feature.get("geometry")))
    return rows


def _from_sheet(content: bytes) -> list[Row]:
    try:
        table = sheets.read(content)
    except UnreadableRoster as error:
        raise GridsRefused(error.message) from None
    titles = [columns.text_of(cell) for cell in table[0]] if table else []
    rows = []
    for number, line in enumerate(table[1:], 2):
        values = dict(zip(titles, line, strict=False))
        if any(columns.text_of(cell) for cell in line):
            rows.append(_row(number, values, _first(values, _SHAPE)))
    return rows


def _row(number: int, values: dict[str, Any], geometry: Any) -> Row:
    row = Row(number, _first(values, _CODE)[:32], _first(values, _NAME)[:80], _first(values, _STREET), None)
    if not row.code:
        row.problems.append("缺少网格编号")
    try:
        row.shape = _shape_of(geometry)
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.ShapelyError):
        row.problems.append("边界读不出来，应为 GeoJSON、WKT 或“经度,纬度;经度,纬度;…”")
    return row


def _shape_of(geometry: Any) -> BaseGeometry:
    """Return a polygon from GeoJSON, WKT, or a list of points."""
    if isinstance(geometry, dict):
        found = shape(geometry)
    elif str(geometry).upper().startswith(("POLYGON", "MULTIPOLYGON")):
        found = shapely.from_wkt(geometry)
    else:
        points = [tuple(map(float, point.split(","))) for point in str(geometry).strip("; ").split(";")]
        found = shapely.Polygon(points)
    if found.geom_type not in ("Polygon", "MultiPolygon") or found.is_empty:
        raise ValueError
    return found
