"""Money on screens: whole fen as yuan."""

from __future__ import annotations

from django import template

from eunion.cases.hardship.formula import yuan

register = template.Library()


@register.filter
def fen(amount: int | None) -> str:
    """Return fen as yuan: 1,234.50."""
    return yuan(amount or 0)
