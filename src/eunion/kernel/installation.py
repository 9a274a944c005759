"""Facts about this installation: is it the demo?"""

from __future__ import annotations

from eunion.kernel.models import Installation


def is_demo() -> bool:
    """Say whether the demo district has been loaded into this database."""
    return Installation.objects.filter(key="demo").exists()


def mark_demo(version: str) -> None:
    """Remember that the demo district (of this version) has been loaded."""
    Installation.objects.update_or_create(key="demo", defaults={"value": {"version": version}})
