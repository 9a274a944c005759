"""Money on legal aid's pages and papers."""

from __future__ import annotations

from django import template

from eunion.cases.reading.benefit import yuan

register = template.Library()
register.filter("yuan", yuan)
