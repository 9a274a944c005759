"""Reads over the registry."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from eunion.registry.geodesy import distance_m
from eunion.registry.models import Member, Union


def member_of(user: Any) -> Member | None:
    """Return the member who is signed in, or None."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Member.objects.filter(user=user).select_related("grid").first()


def find_unions(query: str = "", near: tuple[float, float] | None = None) -> list[Union]:
    """Return active unions whose name or address holds the words, nearest first (with `.metres`) or by name.

    A district has some hundreds of unions: sorting them in Python is cheaper than a spatial index.
    """
    unions = Union.objects.filter(active=True)
    for word in query.split():
        unions = unions.filter(Q(name__icontains=word) | Q(address__icontains=word))
    found = list(unions.order_by("depth", "name"))
    if near is None:
        return found
    placed = [union for union in found if union.lon is not None and union.lat is not None]
    for union in placed:
        union.metres = distance_m(*near, union.lon, union.lat)
        union.kilometres = union.metres / 1000
    return sorted(placed, key=lambda union: union.metres)
