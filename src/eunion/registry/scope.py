"""How far a staff member may look: the union subtrees and grids they are given."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from eunion.registry.models.staff import StaffScope, User


@dataclass(frozen=True)
class Scope:
    """Union tree paths (each covers its subtree) and grid ids; `everything` for superusers alone."""

    everything: bool
    union_paths: tuple[str, ...]
    grid_ids: tuple[int, ...]

    def unions(self, prefix: str = "") -> Q:
        """Return the filter for rows whose union (at `prefix`, e.g. 'union__') lies in scope."""
        if self.everything:
            return Q()
        return _any(Q(**{f"{prefix}path__startswith": path}) for path in self.union_paths)

    def grids(self, prefix: str = "") -> Q:
        """Return the filter for rows whose grid id (at `prefix`, e.g. 'grid_') was given to the person."""
        return Q() if self.everything else Q(**{f"{prefix}id__in": self.grid_ids})


def signed_in(request: HttpRequest) -> User:
    """Return the person of a request whose view lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _any(conditions: object) -> Q:
    """Join conditions by OR; none at all matches nothing."""
    found = Q(pk__in=[])
    for condition in conditions:  # type: ignore[attr-defined]
        found |= condition
    return found


def scope_of(user: User | AnonymousUser) -> Scope:
    """Return the scope of a staff member; a person without any sees nothing."""
    if not user.is_active or not user.is_authenticated:
        return Scope(False, (), ())
    if user.is_superuser:
        return Scope(True, (), ())
    paths = StaffScope.objects.filter(user=user).values_list("union__path", flat=True)
    grids = user.grid_assignments.values_list("grid_id", flat=True)  # type: ignore[union-attr]
    return Scope(False, tuple(paths), tuple(grids))
