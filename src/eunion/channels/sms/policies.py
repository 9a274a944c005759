"""Who may do what with the ledger: look, if they may look."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from eunion.channels.sms.models import SmsMessage


class ReadOnly(ModelPermissionPolicy):
    """Nobody adds, changes or deletes by hand what the machine wrote."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Allow looking to whoever may look."""
        return action in ("view", "any") and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Allow the menu entry to whoever may look."""
        return any(self.user_has_permission(user, action) for action in actions)


def register() -> None:
    """Keep hands off the ledger in the console."""
    register_permission_policy(SmsMessage, ReadOnly(SmsMessage))
