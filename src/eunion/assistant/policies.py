"""Who may see or change entries: a role's right, for everybody's entries and those of the person's own unions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from eunion.assistant import selectors
from eunion.assistant.models import KnowledgeEntry
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.scope import scope_of


class EntryPolicy(ScopedPermissionPolicy):
    """Nobody may publish, superusers neither: two approvals do it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether a role gives a right."""
        return action != "publish" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Say whether a role gives any of the rights."""
        return bool(super().user_has_any_permission(user, set(actions) - {"publish"}))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        """Return the entries in scope, if the person has any of the rights."""
        if not self.user_has_any_permission(user, actions):
            return KnowledgeEntry.objects.none()
        return selectors.entries_for(scope_of(user))


def register() -> None:
    """Put the policy in place."""
    register_permission_policy(KnowledgeEntry, EntryPolicy(KnowledgeEntry))
