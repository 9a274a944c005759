"""Template filters of limited places."""

from __future__ import annotations

from django import template

from eunion.booking import shown

register = template.Library()
register.filter("yuan", shown.yuan)


@register.filter
def minus(count: int, less: int) -> int:
    """Return a difference."""
    return count - less
