"""Who looks after a question: staff who may reply, nearest in the tree of unions first."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from eunion.assistant.models import HandOver, Turn
from eunion.registry.models import StaffScope, Union, User

RIGHT = "assistant.change_turn"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def repliers() -> QuerySet[User]:
    """Return the active staff who may reply to questions."""
    return User.objects.with_perm(RIGHT, include_superusers=False, backend=_BACKEND)


def place_of(turn: Turn) -> str:
    """Return the tree path of the union a turn belongs to: its own, its grid's subdistrict's, else the root's."""
    if turn.union:
        return str(turn.union.path)
    if turn.grid and turn.grid.subdistrict:
        return str(turn.grid.subdistrict.path)
    root = Union.objects.filter(depth=1).order_by("path").values_list("path", flat=True).first()
    return str(root or "")


def prefixes(path: str) -> list[str]:
    """Return the paths from the root down to a path."""
    step = Union.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def nearest(paths: Iterable[str], *, without: Iterable[int] = ()) -> User | None:
    """Return who may reply at the deepest of the paths; among equals the one with the fewest open questions."""
    found = (
        StaffScope.objects.filter(union__path__in=list(paths), user__in=repliers())
        .exclude(user__in=list(without))
        .values_list("union__path", "user")
    )
    by_path: dict[str, set[int]] = {}
    for path, user in found:
        by_path.setdefault(path, set()).add(user)
    if not by_path:
        return None
    equals = by_path[max(by_path, key=len)]
    load = dict(
        HandOver.objects.filter(owner__in=equals, answered_at=None)
        .order_by()
        .values_list("owner")
        .annotate(open_count=Count("id"))
    )
    return User.objects.get(pk=min(equals, key=lambda user: (load.get(user, 0), user)))


def owner_of(turn: Turn) -> User | None:
    """Return who is to reply to a turn; None where nobody may."""
    return nearest(prefixes(place_of(turn)))


def upper(turn: Turn, owner: User | None) -> User | None:
    """Return who is to reply when the owner did not: the next level above; None at the top."""
    path = place_of(turn)
    above = prefixes(path)
    if owner is not None:
        own = StaffScope.objects.filter(user=owner, union__path__in=above).values_list(
            "union__path", flat=True
        )
        level = max(map(len, own), default=len(path) + 1)
        above = [one for one in above if len(one) < level]
    return nearest(above, without=[owner.pk] if owner else [])


def colleagues(turn: Turn) -> list[User]:
    """Return who may reply to a turn, nearest first, for choosing one."""
    above = prefixes(place_of(turn))
    found = StaffScope.objects.filter(union__path__in=above, user__in=repliers()).select_related(
        "user", "union"
    )
    ordered = sorted(found, key=lambda one: (-len(one.union.path), str(one.user)))
    return list(dict.fromkeys(one.user for one in ordered))
