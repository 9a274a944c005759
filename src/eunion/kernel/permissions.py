"""What each staff role may do: rooms grant in their apps.py, `manage install` turns it into Django groups."""

from __future__ import annotations

from collections import defaultdict

GRANTS: dict[str, set[str]] = defaultdict(set)


def grant(role: str, *codenames: str) -> None:
    """Give a role (a value of registry.roles.Role) permissions named `app_label.codename`."""
    GRANTS[role].update(codenames)
