"""Quiet hours: nobody is woken by a notice that can wait."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils import timezone


def seconds_until_allowed(now: datetime.datetime, *, urgent: bool) -> float:
    """Return how long to wait before sending; 0 outside the quiet hours and for urgent notices."""
    start, end = settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR
    local = timezone.localtime(now)
    quiet = (local.hour >= start or local.hour < end) if start > end else start <= local.hour < end
    if urgent or not quiet or start == end:
        return 0.0
    allowed = local.replace(hour=end, minute=0, second=0, microsecond=0)
    if allowed <= local:
        allowed += datetime.timedelta(days=1)
    return (allowed - local).total_seconds()
