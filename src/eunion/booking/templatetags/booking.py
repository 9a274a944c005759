"""Template filters of limited places."""

from __future__ import annotations

from django import template

from eunion.booking import shown
from eunion.booking.courses.shown import state_of

register = template.Library()
register.filter("yuan", shown.yuan)
register.filter("state_of", state_of)


@register.filter
def minus(count: int, less: int) -> int:
    """Return a difference."""
    return count - less


@register.filter
def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash where there is none."""
    return "—" if share is None else f"{share:.0%}"
