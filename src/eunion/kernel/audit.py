"""The audit trail: Wagtail's own log, so that history views and the site history show everything in one place.

A room names its actions once, in `apps.py`: `audit.declare("registry.unmask", "查看完整信息")`.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from wagtail.log_actions import log

ACTIONS: dict[str, str] = {}


def declare(action: str, label: str) -> None:
    """Name an action (`room.verb`) and its Chinese label; undeclared actions are refused by `record`."""
    ACTIONS[action] = label


def record(
    *, actor: AbstractBaseUser | None, action: str, target: models.Model, data: dict[str, Any] | None = None
) -> None:
    """Write one audit entry in the caller's transaction; `data` must hold no unmasked personal data.

    Raises KeyError for an action nobody declared.
    """
    label = ACTIONS[action]
    log(instance=target, action=action, user=actor, data=data, title=f"{label} {target}"[:190])
