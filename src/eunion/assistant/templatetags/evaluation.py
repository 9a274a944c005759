"""Shares and scales as the evaluation screen shows them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Return 0.914 as 91.4%, and nothing measured as a dash."""
    return "—" if share is None or share == "" else f"{share:.1%}"
