"""The made-up district 河湾区: 17 subdistricts and 805 grids that partition it exactly.

Lengths inside are metres on a flat plane about `CENTRE`; what leaves this module is WGS-84 degrees,
rounded to 1e-7 (a centimetre), with every street corner shared by all grids that touch it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, split

from eunion.sandbox.demo.names import COMMUNITIES, SUBDISTRICTS

CENTRE = (114.46, 38.03)
DISTRICT_KM2 = 65.0
GRID_COUNT = 805
COMMUNITY_MAX_GRIDS = 18

_METRES_PER_DEGREE = 111_320.0
_METRES_PER_DEGREE_LON = _METRES_PER_DEGREE * math.cos(math.radians(CENTRE[1]))
_SAMPLE_STEP_M = 40.0
_ON_EDGE_DEGREES = 4e-7
_CORNER_REACH_M = 18.0

# Angles (degrees, anticlockwise from east) of the avenues that leave each ring road.
_INNER_AVENUES = (8, 97, 186, 279)
_MIDDLE_AVENUES = (28, 83, 146, 205, 262, 322)
_OUTER_AVENUES = (4, 54, 109, 168, 221, 276, 330)

Plane = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GridArea:
    """One grid; `ring` is its closed outer ring (first point repeated), `lon`/`lat` a point well inside."""

    code: str
    name: str
    subdistrict: str
    community: str
    ring: tuple[tuple[float, float], ...]
    lon: float
    lat: float
    area_km2: float

    @property
    def boundary(self) -> dict[str, object]:
        """The grid as a GeoJSON Polygon."""
        return {
            "type": "Polygon",
            "coordinates": [[list(point) for point in self.ring]],
        }


@dataclass(frozen=True, slots=True)
class District:
    """The district: its outline as a closed ring, and its grids in the order of their codes."""

    name: str
    outline: tuple[tuple[float, float], ...]
    subdistricts: tuple[str, ...]
    grids: tuple[GridArea, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the plane that is still to be cut, with the sample points (x, y, weight) inside it."""

    shape: Polygon
    samples: np.ndarray


@lru_cache(maxsize=2)
def build_district(seed: int = 20260101) -> District:
    """Return the district of a seed; the same seed always gives the same district."""
    rng = random.Random(seed)
    outline, faces = _subdistrict_faces(rng)
    pieces = [_piece(face) for face in faces]
    counts = _share_out(GRID_COUNT, [float(piece.samples[:, 2].sum()) for piece in pieces])
    cells: list[tuple[str, str, Polygon]] = []
    communities = iter(COMMUNITIES)
    for name, piece, count in zip(SUBDISTRICTS, pieces, counts, strict=True):
        for block, block_count in _cut_down(piece, count, COMMUNITY_MAX_GRIDS, rng):
            community = next(communities)
            cells += [(name, community, cell.shape) for cell, _ in _cut_down(block, block_count, 1, rng)]
    rings = _join_corners([_degrees(outline), *(_degrees(cell) for _, _, cell in cells)])
    places = [(subdistrict, community) for subdistrict, community, _ in cells]
    return District("河湾区", rings[0], SUBDISTRICTS, tuple(_grids(places, rings[1:])))


def _subdistrict_faces(rng: random.Random) -> tuple[Polygon, list[Polygon]]:
    """Lay ring roads and avenues over the outline; return the outline and the faces, old town first."""
    outline = _ring(rng, 4_550, 52, 0.10)
    outline = shapely.affinity.scale(outline, 1.16, 0.88, origin=(0, 0))
    grow = math.sqrt(DISTRICT_KM2 * 1e6 / outline.area)
    outline = shapely.affinity.scale(outline, grow, grow, origin=(0, 0))
    inner, middle = _ring(rng, 1_250, 18, 0.05), _ring(rng, 2_750, 26, 0.06)
    heart = (rng.uniform(-120, 120), rng.uniform(-120, 120))
    lines: list[LineString] = [outline.exterior, inner.exterior, middle.exterior]
    lines += [_avenue(rng, angle, Point(heart), inner) for angle in _INNER_AVENUES]
    lines += [_avenue(rng, angle, inner, middle) for angle in _MIDDLE_AVENUES]
    lines += [_avenue(rng, angle, middle, outline) for angle in _OUTER_AVENUES]
    faces = [face for face in polygonize(shapely.node(shapely.MultiLineString(lines))) if face.area > 1e4]
    middles = {id(face): face.representative_point() for face in faces}

    def place(face: Polygon) -> tuple[int, float]:
        point = middles[id(face)]
        belt = 0 if inner.contains(point) else 1 if middle.contains(point) else 2
        return belt, math.atan2(point.y, point.x)

    return outline, sorted(faces, key=place)


def _ring(rng: random.Random, radius: float, vertices: int, rough: float) -> Polygon:
    """Return a closed, organic ring: a few slow waves round a circle, and a little noise."""
    waves = [(k, rng.uniform(0, math.tau), rough / math.sqrt(k)) for k in (2, 3, 5, 7)]
    points = []
    for index in range(vertices):
        turn = math.tau * (index + rng.uniform(-0.22, 0.22)) / vertices
        reach = 1 + sum(size * math.sin(k * turn + phase) for k, phase, size in waves)
        reach *= 1 + rng.uniform(-0.012, 0.012)
        points.append((radius * reach * math.cos(turn), radius * reach * math.sin(turn)))
    return Polygon(points)


def _avenue(rng: random.Random, angle: float, start: Point | Polygon, end: Polygon) -> LineString:
    """Return a bent avenue that runs outwards from a ring (or a point) to the next ring."""
    turn = math.radians(angle + rng.uniform(-4, 4))
    ray = LineString([(0, 0), (9_000 * math.cos(turn), 9_000 * math.sin(turn))])
    first = start if isinstance(start, Point) else _furthest(ray.intersection(start.exterior))
    last = _furthest(ray.intersection(end.exterior))
    bends = _bends(rng, (first.x, first.y), (last.x, last.y), 4, 0.035)
    ends = [(first.x, first.y), *bends, (last.x, last.y)]
    over = 1e-6  # a hair beyond each ring, so that noding finds the crossing
    ends[0] = _beyond(ends[1], ends[0], over) if not isinstance(start, Point) else ends[0]
    ends[-1] = _beyond(ends[-2], ends[-1], over)
    return LineString(ends)


def _furthest(crossings: BaseGeometry) -> Point:
    """Return the crossing that lies furthest from the centre."""
    points = [part for part in shapely.get_parts(crossings) if isinstance(part, Point)]
    return max(points, key=lambda point: math.hypot(point.x, point.y))


def _beyond(before: Plane, end: Plane, metres: float) -> Plane:
    """Lengthen the line before → end by some metres."""
    length = math.dist(before, end)
    return (
        end[0] + (end[0] - before[0]) / length * metres,
        end[1] + (end[1] - before[1]) / length * metres,
    )


def _bends(rng: random.Random, start: Plane, end: Plane, count: int, share: float) -> list[Plane]:
    """Return points between two ends, pushed sideways along one gentle arc with a little noise."""
    length = math.dist(start, end)
    across = (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)
    bow = rng.uniform(-share, share)
    points = []
    for index in range(1, count + 1):
        along = (index + rng.uniform(-0.18, 0.18)) / (count + 1)
        push = length * (bow * math.sin(math.pi * along) + rng.uniform(-share, share) * 0.35)
        points.append(
            (
                start[0] + (end[0] - start[0]) * along + across[0] * push,
                start[1] + (end[1] - start[1]) * along + across[1] * push,
            )
        )
    return points


def _density(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how closely grids lie: about nine times closer in the old town than at the edge."""
    reach = np.hypot(x, y) / 1_000
    second_centre = np.hypot(x - 3_100, y - 900) / 1_000
    density: np.ndarray = (
        0.30 + 2.6 * np.exp(-((reach / 1.9) ** 2)) + 0.7 * np.exp(-((second_centre / 1.0) ** 2))
    )
    return density


def _piece(shape: Polygon) -> _Piece:
    """Return a piece with a lattice of weighted sample points."""
    west, south, east, north = shape.bounds
    xs = np.arange(math.floor(west / _SAMPLE_STEP_M), east / _SAMPLE_STEP_M) * _SAMPLE_STEP_M
    ys = np.arange(math.floor(south / _SAMPLE_STEP_M), north / _SAMPLE_STEP_M) * _SAMPLE_STEP_M
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    inside = shapely.contains_xy(shape, x, y)
    x, y = x[inside], y[inside]
    return _Piece(shape, np.column_stack([x, y, _density(x, y)]))


def _share_out(total: int, weights: list[float]) -> list[int]:
    """Share a total in proportion to weights, largest remainders first."""
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def _cut_down(piece: _Piece, count: int, most: int, rng: random.Random) -> Iterator[tuple[_Piece, int]]:
    """Cut a piece by streets until no part is to hold over `most` grids; yield parts with their counts."""
    if count <= most:
        yield piece, count
        return
    first = count // 2 if count < 5 else round(count * rng.uniform(0.40, 0.60))
    left, right = _cut(piece, first / count, rng)
    yield from _cut_down(left, first, most, rng)
    yield from _cut_down(right, count - first, most, rng)


def _cut(piece: _Piece, share: float, rng: random.Random) -> tuple[_Piece, _Piece]:
    """Cut a piece in two by one bent street, so that the first part has the given share of the weight."""
    for attempt in range(24):
        calm = max(0.0, 1 - attempt / 12)
        street = _street(piece, share, calm, attempt % 2 == 1 and attempt > 6, rng)
        parts = [part for part in split(piece.shape, street).geoms if isinstance(part, Polygon)]
        if len(parts) == 2 and all(_sound(part) for part in parts):
            return _in_order(piece, parts, share)
    raise RuntimeError("no street cuts this piece in two; choose another seed")


def _sound(part: Polygon) -> bool:
    """Say whether a part is compact enough to be a block rather than a splinter."""
    return part.is_valid and part.area / part.length**2 > 0.030


def _in_order(piece: _Piece, parts: list[Polygon], share: float) -> tuple[_Piece, _Piece]:
    """Give each part its samples; the part whose weight is nearer to the share comes first."""
    x, y, weight = piece.samples.T
    inside = shapely.contains_xy(parts[0], x, y)
    pieces = (
        _Piece(parts[0], piece.samples[inside]),
        _Piece(parts[1], piece.samples[~inside]),
    )
    first_share = float(weight[inside].sum() / weight.sum())
    if abs(first_share - share) <= abs(1 - first_share - share):
        return pieces
    return pieces[1], pieces[0]


def _street(piece: _Piece, share: float, calm: float, turned: bool, rng: random.Random) -> LineString:
    """Return a bent line along the lie of the streets, with the share of the weight on one side."""
    x, y, weight = piece.samples.T
    middle = (float(x.mean()), float(y.mean()))
    lie = _lie_of_streets(*middle) + rng.gauss(0, 0.07) * calm
    if _spread(x, y, lie) > _spread(x, y, lie + math.pi / 2):
        lie += math.pi / 2
    if turned:
        lie += math.pi / 2
    across = -x * math.sin(lie) + y * math.cos(lie)
    order = np.argsort(across, kind="stable")
    running = np.cumsum(weight[order])
    offset = float(across[order][np.searchsorted(running, share * running[-1])])
    foot = (-offset * math.sin(lie), offset * math.cos(lie))
    reach = 20_000.0
    ray = LineString(
        [
            (foot[0] - reach * math.cos(lie), foot[1] - reach * math.sin(lie)),
            (foot[0] + reach * math.cos(lie), foot[1] + reach * math.sin(lie)),
        ]
    )
    return _bent_chord(piece.shape, ray, calm, rng)


def _bent_chord(shape: Polygon, ray: LineString, calm: float, rng: random.Random) -> LineString:
    """Bend the longest chord that a ray cuts through a shape; ends near a corner move into it."""
    chord = max(shapely.get_parts(shape.intersection(ray)), key=lambda part: float(part.length))
    start, end = (_to_corner(shape, (x, y)) for x, y in chord.coords)
    bends = _bends(rng, start, end, 1 if chord.length < 500 else 2, 0.06 * calm)
    points = [start, *bends, end]
    return LineString([_beyond(points[1], start, 0.02), *bends, _beyond(points[-2], end, 0.02)])


def _to_corner(shape: Polygon, point: Plane) -> Plane:
    """Return the corner of the shape within reach of a point, else the point: no tiny kerbs."""
    corner = min(
        ((x, y) for x, y in shape.exterior.coords),
        key=lambda vertex: math.dist(vertex, point),
    )
    return corner if math.dist(corner, point) < _CORNER_REACH_M else point


def _spread(x: np.ndarray, y: np.ndarray, angle: float) -> float:
    """Return the extent of points along an angle (radians)."""
    along = x * math.cos(angle) + y * math.sin(angle)
    return float(along.max() - along.min())


def _lie_of_streets(x: float, y: float) -> float:
    """Return the direction (radians) of streets at a place: straight in the old town, winding outside."""
    wave = 0.16 * math.sin(x / 2_100 + 0.6) + 0.13 * math.cos(y / 1_700 - 0.4)
    return math.radians(7) + wave * min(1.0, math.hypot(x, y) / 1_500)


def _degrees(shape: Polygon) -> list[tuple[float, float]]:
    """Turn a shape into an open, anticlockwise ring of rounded degrees."""
    ring = shapely.geometry.polygon.orient(shape).exterior.coords[:-1]
    points = [
        (
            round(CENTRE[0] + x / _METRES_PER_DEGREE_LON, 7),
            round(CENTRE[1] + y / _METRES_PER_DEGREE, 7),
        )
        for x, y in ring
    ]
    return [point for index, point in enumerate(points) if point != points[index - 1]]


def _join_corners(
    rings: list[list[tuple[float, float]]],
) -> list[tuple[tuple[float, float], ...]]:
    """Put every corner that lies on an edge of another ring into that ring, and close the rings."""
    corners = sorted({point for ring in rings for point in ring})
    tree = shapely.STRtree(shapely.points(corners))
    return [_with_corners(ring, corners, tree) for ring in rings]


def _with_corners(
    ring: list[tuple[float, float]],
    corners: list[tuple[float, float]],
    tree: shapely.STRtree,
) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        near = tree.query(LineString([start, end]), predicate="dwithin", distance=_ON_EDGE_DEGREES)
        between = {corners[index] for index in near} - {start, end}
        joined += [start, *sorted(between, key=lambda point: math.dist(start, point))]
    return (*joined, joined[0])


def _grids(
    places: Iterable[tuple[str, str]], rings: Iterable[tuple[tuple[float, float], ...]]
) -> Iterator[GridArea]:
    """Number the grids within their subdistrict (code) and within their community (name)."""
    in_subdistrict: dict[str, int] = {}
    in_community: dict[str, int] = {}
    for (subdistrict, community), ring in zip(places, rings, strict=True):
        number = in_subdistrict[subdistrict] = in_subdistrict.get(subdistrict, 0) + 1
        nth = in_community[community] = in_community.get(community, 0) + 1
        shape = Polygon(ring)
        inside = shapely.maximum_inscribed_circle(shape, tolerance=2e-5).coords[0]
        yield GridArea(
            code=f"HW{SUBDISTRICTS.index(subdistrict) + 1:02d}{number:03d}",
            name=f"{community}社区第{nth}网格",
            subdistrict=subdistrict,
            community=community,
            ring=ring,
            lon=round(inside[0], 6),
            lat=round(inside[1], 6),
            area_km2=round(shape.area * _METRES_PER_DEGREE_LON * _METRES_PER_DEGREE / 1e6, 4),
        )
