"""Reads over the registry."""

from __future__ import annotations

from typing import Any

from eunion.registry.models import Member


def member_of(user: Any) -> Member | None:
    """Return the member who is signed in, or None."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Member.objects.filter(user=user).select_related("grid").first()
