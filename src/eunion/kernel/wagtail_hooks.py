"""Registers our audit actions with Wagtail's log."""

from __future__ import annotations

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from eunion.kernel import audit


@hooks.register("register_log_actions")
def register_audit_actions(actions: LogActionRegistry) -> None:
    """Tell Wagtail the label of every declared action."""
    for name, label in audit.ACTIONS.items():
        actions.register_action(name, label, label)
