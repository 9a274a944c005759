"""Maps of grids: whole or not at all, wherever they come from; a point finds its grid."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import shapely
import shapely.ops
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping, shape

from eunion.kernel.errors import NotAllowed
from eunion.registry import geodesy
from eunion.registry.errors import GridsRefused
from eunion.registry.factories import UserFactory
from eunion.registry.grids import apply, check, files
from eunion.registry.grids.index import grid_at
from eunion.registry.models import Grid, User
from eunion.registry.roles import Role

ROOT = Path(__file__).resolve().parents[4]
DISTRICTS = ROOT.parent / "shared" / "data" / "geo" / "districts-gcj02.geojson"
GRIDS = 805


def square(x: float, y: float, size: float = 0.01) -> dict[str, Any]:
    points = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [points]}


def geojson(*shapes: tuple[str, Any]) -> bytes:
    features = [{"type": "Feature", "properties": {"code": c, "name": c}, "geometry": g} for c, g in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


GOOD = geojson(("A", square(114.50, 38.00)), ("B", square(114.51, 38.00)))


@pytest.fixture
def officer() -> User:
    return UserFactory(role=Role.DATA_OFFICER)


@pytest.mark.django_db
def test_a_good_map_is_imported_and_points_find_their_grid(officer: User) -> None:
    apply.import_grids(content=GOOD, gcj02=False, user=officer)
    found = grid_at(114.505, 38.005)
    assert found and found.code == "A"
    assert grid_at(120.0, 30.0) is None


@pytest.mark.django_db
def test_the_index_follows_a_change(officer: User) -> None:
    apply.import_grids(content=GOOD, gcj02=False, user=officer)
    assert grid_at(114.525, 38.005) is None
    apply.import_grids(content=geojson(("C", square(114.52, 38.00))), gcj02=False, user=officer)
    found = grid_at(114.525, 38.005)
    assert found and found.code == "C"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (geojson(("A", square(114.5, 38.0)), ("A", square(114.52, 38.0))), "编号与第 1 行重复"),
        (geojson(("A", square(114.5, 38.0)), ("B", square(114.505, 38.0))), "重叠"),
        (geojson(("A", square(114.5, 38.0)), ("B", square(114.5, 38.0))), "完全相同"),
        (geojson(("A", square(38.0, 114.5))), "写反"),
        (geojson(("A", square(508_000.0, 4_206_000.0, 500))), "平面坐标"),
        (geojson(("", square(114.5, 38.0))), "缺少网格编号"),
        (geojson(("A", {"type": "Point", "coordinates": [114.5, 38.0]})), "读不出来"),
        (geojson(("A", {"type": "Polygon", "coordinates": [[[114, 38], [114.1, 38.1], [114.1, 38], [114, 38.1], [114, 38]]]})), "自己相交"),
    ],
)  # fmt: skip
def test_a_wrong_grid_is_explained_and_nothing_is_imported(
    officer: User, content: bytes, reason: str
) -> None:
    report = apply.look(content=content, gcj02=False)
    assert reason in " ".join(problem for row in report.refused for problem in row.problems)
    with pytest.raises(GridsRefused):
        apply.import_grids(content=content, gcj02=False, user=officer)
    assert not Grid.objects.exists()


def test_holes_between_grids_are_measured() -> None:
    ring = [("A", square(114.50, 38.00)), ("B", square(114.51, 38.00)), ("C", square(114.52, 38.00))]
    ring += [("D", square(114.50, 38.01)), ("F", square(114.52, 38.01))]
    ring += [("G", square(114.50, 38.02)), ("H", square(114.51, 38.02)), ("I", square(114.52, 38.02))]
    report = check.examine(files.read(geojson(*ring), gcj02=False))
    assert not report.refused
    assert report.holes_m2 == pytest.approx(972_000, rel=0.02)


@pytest.mark.django_db
def test_someone_without_the_right_imports_nothing() -> None:
    with pytest.raises(NotAllowed):
        apply.import_grids(content=GOOD, gcj02=False, user=UserFactory(role=Role.AUDITOR))


@given(st.floats(73.0, 135.0), st.floats(4.0, 53.0))
def test_gcj02_and_back_is_where_we_began(lon: float, lat: float) -> None:
    back = geodesy.to_wgs84(*geodesy.to_gcj02(lon, lat))
    assert math.dist(back, (lon, lat)) < 1e-7


@given(st.floats(73.0, 135.0), st.floats(4.0, 53.0))
def test_gcj02_moves_a_point_by_some_hundred_metres(lon: float, lat: float) -> None:
    assert 0 < geodesy.distance_m(lon, lat, *geodesy.to_gcj02(lon, lat)) < 1500


def cut(area: shapely.Polygon, count: int) -> list[shapely.Polygon]:
    """Cut an area into pieces by halving the largest across its longer side, again and again."""
    pieces = [area]
    while len(pieces) < count:
        pieces.sort(key=lambda piece: piece.area)
        largest = pieces.pop()
        west, south, east, north = largest.bounds
        middle = largest.centroid
        upright = east - west > north - south
        line = (
            [(middle.x, south - 1), (middle.x, north + 1)]
            if upright
            else [(west - 1, middle.y), (east + 1, middle.y)]
        )
        halves = shapely.ops.split(largest, shapely.LineString(line)).geoms  # type: ignore[attr-defined]
        pieces += [half for half in halves if half.area > 0]
    return pieces[:count] if len(pieces) == count else sorted(pieces, key=lambda p: -p.area)[:count]


@pytest.mark.django_db
@pytest.mark.skipif(not DISTRICTS.exists(), reason="the real outlines are not beside this checkout")
def test_a_real_district_cut_into_805_grids_is_imported_from_gcj02(officer: User) -> None:
    features = json.loads(DISTRICTS.read_text())["features"]
    district = next(one for one in features if one["properties"]["name"] == "桥西区")
    outline = max(shape(district["geometry"]).geoms, key=lambda part: part.area)
    pieces = cut(outline, GRIDS)
    content = geojson(*((f"Q{place:03d}", mapping(piece)) for place, piece in enumerate(pieces)))
    report = apply.import_grids(content=content, gcj02=True, user=officer)
    assert len(report.rows) == Grid.objects.count() == GRIDS
    for place in range(0, GRIDS, 40):
        inside = pieces[place].representative_point()
        found = grid_at(*geodesy.to_wgs84(inside.x, inside.y))
        assert found and found.code == f"Q{place:03d}"
    # The same point read in the wrong system lies some 500 m away, mostly in another grid.
    wrong = sum(
        (found := grid_at(point.x, point.y)) is None or found.code != f"Q{place:03d}"
        for place, point in ((p, pieces[p].representative_point()) for p in range(0, GRIDS, 40))
    )
    assert wrong > 10
