"""Coordinates: WGS-84 inside, GCJ-02 at the edges where Chinese maps want it, distances on the ground."""

from __future__ import annotations

import math

import numpy as np

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
EARTH_RADIUS_M = 6_371_008.8


def in_china(lon: float, lat: float) -> bool:
    """Say whether a point is in the rectangle where GCJ-02 differs from WGS-84."""
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _offset(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    swing = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    dlat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + swing
    dlat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    dlat += (160.0 * math.sin(y / 12.0 * math.pi) + 320 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    dlon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + swing
    dlon += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    dlon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(phi) ** 2
    dlat = dlat * 180.0 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * math.sqrt(magic)) * math.pi)
    dlon = dlon * 180.0 / (_AXIS / math.sqrt(magic) * math.cos(phi) * math.pi)
    return dlon, dlat


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Convert WGS-84 degrees to GCJ-02 (the published approximation); unchanged outside of China."""
    if not in_china(lon, lat):
        return lon, lat
    dlon, dlat = _offset(lon, lat)
    return lon + dlon, lat + dlat


def to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Convert GCJ-02 degrees back, by iteration to less than 1e-9 degrees."""
    if not in_china(lon, lat):
        return lon, lat
    guess_lon, guess_lat = lon, lat
    for _ in range(10):
        there_lon, there_lat = to_gcj02(guess_lon, guess_lat)
        if abs(there_lon - lon) + abs(there_lat - lat) < 1e-9:
            break
        guess_lon, guess_lat = guess_lon - (there_lon - lon), guess_lat - (there_lat - lat)
    return guess_lon, guess_lat


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the great-circle distance in metres (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


def to_wgs84_array(points: np.ndarray) -> np.ndarray:
    """Convert an array of GCJ-02 lon/lat pairs, shape (n, 2)."""
    return np.array([to_wgs84(lon, lat) for lon, lat in points])


def square_metres_per_degree(lat: float) -> float:
    """Return the ground area of one square degree at a latitude, for the small shapes of a district."""
    metres = math.radians(1) * EARTH_RADIUS_M
    return metres * metres * math.cos(math.radians(lat))
