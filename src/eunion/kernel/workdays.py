"""Working days in China: public holidays and the make-up days at weekends, as the State Council announces them.

The calendar package knows the announced years; a later year counts Monday to Friday until the package is renewed.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

import chinese_calendar
from django.utils import timezone

CLOSES_AT = datetime.time(18)


@lru_cache(maxsize=2000)
def is_workday(day: datetime.date) -> bool:
    """Return whether offices work on a day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(begin: datetime.datetime, days: int) -> datetime.datetime:
    """Return the close of business (18:00, Asia/Shanghai) of the n-th working day after a moment."""
    day = timezone.localtime(begin).date()
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= is_workday(day)
    return datetime.datetime.combine(day, CLOSES_AT, timezone.get_default_timezone())


def workdays_left(now: datetime.datetime, due_at: datetime.datetime) -> int:
    """Return how many working days lie after today up to and with the day something is due; negative once it is late."""
    day, last = timezone.localtime(now).date(), timezone.localtime(due_at).date()
    step, count = (1 if last >= day else -1), 0
    while day != last:
        day += datetime.timedelta(days=step)
        count += step * is_workday(day)
    return count
