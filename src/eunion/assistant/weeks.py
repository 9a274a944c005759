"""Weeks as the union counts them: from Monday, in the federation's own time."""

from __future__ import annotations

import datetime

from django.utils import timezone


def monday(day: datetime.date | None = None) -> datetime.date:
    """Return the Monday of a day's week; of this week by default."""
    day = day or timezone.localdate()
    return day - datetime.timedelta(days=day.weekday())


def bounds(week: datetime.date, count: int = 1) -> tuple[datetime.datetime, datetime.datetime]:
    """Return the first moment of a week and the first after it (or after `count` weeks)."""
    zone = timezone.get_default_timezone()
    begin = datetime.datetime.combine(week, datetime.time(), zone)
    return begin, datetime.datetime.combine(week + datetime.timedelta(weeks=count), datetime.time(), zone)
