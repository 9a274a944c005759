"""Reads over the registry."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count, Q

from eunion.registry.geodesy import distance_m
from eunion.registry.models import Member, RosterImport, RosterRow, Union


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


def tags_in_use() -> list[str]:
    """Return the tags that members carry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unnest(tags) FROM registry_member ORDER BY 1 LIMIT 100")
        return [row[0] for row in cursor.fetchall()]


def roster_counts(roster: RosterImport) -> dict[str, int]:
    """Return how many rows of a roster there are of each kind."""
    counts = dict.fromkeys(RosterRow.Action.values, 0)
    found = RosterRow.objects.filter(roster=roster).order_by().values_list("action")
    return counts | dict(found.annotate(count=Count("id")))
