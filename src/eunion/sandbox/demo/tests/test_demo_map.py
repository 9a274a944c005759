"""The made-up map is a true partition, and looks like streets rather than a chessboard."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon

from eunion.sandbox.demo.geometry import GRID_COUNT, District, build_district


@pytest.fixture(scope="module")
def district() -> District:
    return build_district()


@pytest.fixture(scope="module")
def shapes(district: District) -> list[Polygon]:
    return [Polygon(grid.ring) for grid in district.grids]


def test_there_are_805_grids_in_17_subdistricts(district: District) -> None:
    assert len(district.grids) == len({grid.code for grid in district.grids}) == GRID_COUNT == 805
    assert {grid.subdistrict for grid in district.grids} == set(district.subdistricts)
    assert len(district.subdistricts) == 17
    assert len({grid.name for grid in district.grids}) == 805


def test_every_grid_is_one_simple_polygon(shapes: list[Polygon]) -> None:
    assert all(shape.is_valid and shape.is_simple and not shape.interiors for shape in shapes)
    assert all(5 <= len(shape.exterior.coords) - 1 <= 14 for shape in shapes)


def test_the_grids_cover_the_district_with_no_gap_and_no_overlap(
    district: District, shapes: list[Polygon]
) -> None:
    outline = Polygon(district.outline)
    assert len(district.outline) > 40
    assert sum(shape.area for shape in shapes) == pytest.approx(outline.area, rel=1e-9)
    assert shapely.union_all(shapes).symmetric_difference(outline).area < outline.area * 1e-9
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(shapes[i], shapes[j]) for i, j in zip(first, second, strict=True) if i < j]
    assert max(one.intersection(other).area for one, other in pairs) < outline.area * 1e-12


def test_neighbours_share_their_corners(district: District) -> None:
    edges: dict[tuple[object, ...], int] = {}
    for ring in [district.outline, *(grid.ring for grid in district.grids)]:
        for start, end in pairwise(ring):
            key = tuple(sorted((start, end)))
            edges[key] = edges.get(key, 0) + 1
    assert set(edges.values()) == {2}


def test_the_district_has_a_citys_size_and_a_dense_old_town(district: District) -> None:
    areas = [grid.area_km2 for grid in district.grids]
    assert sum(areas) == pytest.approx(65, abs=0.2)
    assert max(areas) > 8 * min(areas)
    lines = [np.diff(np.array(grid.ring), axis=0) for grid in district.grids]
    angles = np.degrees(np.arctan2(*np.vstack(lines).T)) % 90
    assert np.std(angles) > 8


def test_the_label_lies_inside_its_grid(district: District, shapes: list[Polygon]) -> None:
    for grid, shape in zip(district.grids, shapes, strict=True):
        assert shapely.contains_xy(shape, grid.lon, grid.lat)


def test_a_community_is_a_run_of_adjacent_grids(district: District, shapes: list[Polygon]) -> None:
    communities: dict[str, list[Polygon]] = {}
    for grid, shape in zip(district.grids, shapes, strict=True):
        communities.setdefault(grid.community, []).append(shape)
    assert 55 <= len(communities) <= 65
    assert all(shapely.union_all(parts).geom_type == "Polygon" for parts in communities.values())


def test_the_same_seed_draws_the_same_map_in_under_five_seconds(
    district: District,
) -> None:
    build_district.cache_clear()
    started = time.perf_counter()
    again = build_district()
    assert time.perf_counter() - started < 5
    assert again == district


def test_another_seed_draws_another_map(district: District) -> None:
    other = build_district(7)
    assert len(other.grids) == GRID_COUNT
    assert other.outline != district.outline
