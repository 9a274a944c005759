"""How screens of cases write things."""

from __future__ import annotations

from django import template

from eunion.cases.reading.benefit import yuan

register = template.Library()


@register.filter("yuan")
def in_yuan(fen: int | None) -> str:
    """Write an amount of fen in yuan; nothing for nothing."""
    return "" if fen is None else yuan(fen)
