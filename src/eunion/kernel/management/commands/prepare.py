"""`manage prepare`: bring database, static files and first data up to date, in one process."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from eunion.kernel import installation


class Command(BaseCommand):
    """Do what is not done yet; a second run right after does almost nothing."""

    help = "准备数据库、静态文件和初始数据"

    def add_arguments(self, parser: CommandParser) -> None:
        """--demo loads the demo district once; --static collects static files even if they look current."""
        parser.add_argument("--demo", action="store_true")
        parser.add_argument("--static", action="store_true")

    def handle(self, *args: Any, demo: bool, static: bool, **options: Any) -> None:
        """Migrate, install roles and sections, collect static files, load the demo."""
        if self._has_new_migrations():
            self.stderr.write("eunion: migrating the database …")
            call_command("migrate", verbosity=0)
        # Rights and sections follow the code, which may change without a migration.
        call_command("install")
        if settings.PRODUCTION and installation.is_demo():
            raise SystemExit("eunion: this database holds the demo district; --production wants an empty one")
        self._collect_static(force=static)
        if demo:
            call_command("load_demo")

    def _has_new_migrations(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def _collect_static(self, *, force: bool) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".digest"
        digest = _digest_of_static_files()
        if not force and stamp.exists() and stamp.read_text() == digest:
            return
        self.stderr.write("eunion: collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)


def _digest_of_static_files() -> str:
    """Return a digest over name, size and time of every file in our rooms' static folders."""
    total = hashlib.sha256()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "static"
        if config.name.startswith("eunion."):
            for path in sorted(folder.rglob("*")):
                total.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return total.hexdigest()
