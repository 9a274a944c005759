"""Deadlines skip holidays and keep the make-up days."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from eunion.kernel.workdays import add_workdays, is_workday

CHINA = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 10) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, tzinfo=CHINA)


def test_a_deadline_skips_the_weekend() -> None:
    assert add_workdays(at(11, 27), 1) == at(11, 30, 18)


def test_a_deadline_skips_the_national_holiday() -> None:
    assert add_workdays(at(9, 30), 1).date() >= datetime.date(2026, 10, 8)


def test_a_make_up_day_at_a_weekend_counts() -> None:
    from chinese_calendar import workdays

    made_up = [day for day in workdays if day.year == 2026 and day.weekday() >= 5]
    assert made_up
    assert all(is_workday(day) for day in made_up)


def test_the_day_is_the_one_in_china_not_in_utc() -> None:
    late = datetime.datetime(2026, 11, 26, 17, tzinfo=datetime.UTC)  # 1 o'clock on Friday the 27th in China
    assert add_workdays(late, 1) == at(11, 30, 18)


def test_a_year_that_nobody_has_announced_counts_monday_to_friday() -> None:
    assert is_workday(datetime.date(2040, 3, 5))
    assert not is_workday(datetime.date(2040, 3, 4))
