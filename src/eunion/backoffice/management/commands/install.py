"""`manage install`: roles, reviews and sections."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from eunion.backoffice import services


class Command(BaseCommand):
    """Run after every migration; `manage prepare` does it."""

    help = "安装角色、三审流程和栏目"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing."""
        services.install()
