"""Fixtures for all tests: databases cloned from one migrated template, and the tests that are left for --long."""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

ROOT = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, visibly, what takes long unless --long asked for it, and journeys where there is no browser."""
    long = pytest.mark.skip(reason="long: runs with ./eunion test --long")
    browser = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if item.get_closest_marker("long") and not os.environ.get("EUNION_LONG"):
            item.add_marker(long)
        if "tests/journeys/" in item.nodeid and not os.environ.get("EUNION_CHROMIUM"):
            item.add_marker(browser)


def _admin() -> psycopg.Connection[Any]:
    server = settings.DATABASES["default"]
    return psycopg.connect(
        host=server["HOST"] or None,
        port=server["PORT"] or None,
        user=server["USER"] or None,
        password=server["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def _use(name: str) -> None:
    """Point Django at another database of the same server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


def _digest() -> str:
    """Return what the template depends on: every migration and what `manage install` makes."""
    total = hashlib.sha256()
    for pattern in (
        "src/eunion/**/migrations/*.py",
        "src/eunion/**/install.py",
        "src/eunion/**/apps.py",
        "src/eunion/**/policies.py",
        "src/eunion/**/sql/*.sql",
    ):
        for path in sorted(ROOT.glob(pattern)):
            total.update(path.read_bytes())
    return total.hexdigest()[:12]


def _template() -> str:
    """Return a migrated and installed database, made once for all workers and runs."""
    name = f"template_{_digest()}"
    lock = settings.VAR / "test-template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held, _admin() as admin:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            making = f"{name}_making"
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            _use(making)
            call_command("migrate", verbosity=0)
            call_command("install")
            connections["default"].close()
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
    return name


def _clone(name: str) -> None:
    with _admin() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        # Cloning the template by files is faster than by its log, for small databases.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(_template())))


def _drop(name: str) -> None:
    with _admin() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give each test worker its own clone; tests roll back in it."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        _template()
        _clone(name)
        _use(name)
        yield
        connections["default"].close()
    _drop(name)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Give a test a clone of its own where commits are real, for other connections and processes; yields its URL."""
    name, before = f"test_{uuid.uuid4().hex[:12]}", connections["default"].settings_dict["NAME"]
    _clone(name)
    with django_db_blocker.unblock():
        _use(name)
        head, _, query = os.environ["DATABASE_URL"].partition("?")
        yield f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
        _use(before)
    _drop(name)
