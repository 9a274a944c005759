"""The holidays people date things by. Lunar ones come from a table: beyond it they are not read."""

from __future__ import annotations

import datetime

_SOLAR = {"元旦": (1, 1, 1), "清明": (4, 4, 2), "五一": (5, 1, 2), "国庆": (10, 1, 3)}
_SAME = {"过年": "春节", "大年三十": "除夕", "劳动节": "五一", "十一": "国庆"}
# Year → 春节 (正月初一), 端午, 中秋 as (month, day).
_LUNAR: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2023: ((1, 22), (6, 22), (9, 29)),
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
}


def _in_year(name: str, year: int) -> tuple[datetime.date, datetime.date] | None:
    """Return the statutory days of a holiday in a year."""
    if name in _SOLAR:
        month, day, length = _SOLAR[name]
        first = datetime.date(year, month, day)
        return first, first + datetime.timedelta(days=length - 1)
    if year not in _LUNAR:
        return None
    spring, dragon, moon = (datetime.date(year, *day) for day in _LUNAR[year])
    one = datetime.timedelta(days=1)
    spans = {
        "春节": (spring, spring + 2 * one),
        "除夕": (spring - one,) * 2,
        "端午": (dragon,) * 2,
        "中秋": (moon,) * 2,
    }
    return spans.get(name)


def holiday(name: str, year: int | None, today: datetime.date) -> tuple[datetime.date, datetime.date] | None:
    """Return a holiday of a year, or the one nearest to today when no year was said."""
    name = _SAME.get(name, name)
    years = [year] if year else [today.year, today.year - 1, today.year + 1]
    spans = [span for one in years if (span := _in_year(name, one))]
    return min(spans, key=lambda span: abs((span[0] - today).days), default=None)
