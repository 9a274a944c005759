"""Readable numbers, e.g. RH-2026-00123: one after the other within a year, in the caller's transaction, none left out."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

_NEXT = """
INSERT INTO cases_casenumber (key, last) VALUES (%s, 1)
ON CONFLICT (key) DO UPDATE SET last = cases_casenumber.last + 1 RETURNING last
"""


def next_number(prefix: str) -> str:
    """Return the next number of this year under a prefix."""
    key = f"{prefix}-{timezone.localdate().year}"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [key])
        return f"{key}-{cursor.fetchone()[0]:05d}"
