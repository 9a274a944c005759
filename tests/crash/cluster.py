"""A PostgreSQL of the test's own, that may be killed, and a worker group that restarts like the real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from eunion.config.launch import postgres

ROOT = Path(__file__).resolve().parents[2]


class Cluster:
    """An embedded PostgreSQL in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dsn = postgres.start(folder)
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
        pid = self._pid()
        os.kill(pid, signal.SIGQUIT)
        while _alive(pid):
            time.sleep(0.1)
        time.sleep(2)
        # A fresh process, as the wheel believes that the server it knows still runs.
        command = [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from eunion.config.launch import postgres;",
        ]
        command[2] += " postgres.start(Path(sys.argv[1]))"
        subprocess.run([*command, str(self.folder)], check=True, env=self.environment(), timeout=60)

    def _pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().split("\n")[0])

    def kill_backends(self) -> None:
        """Cut every connection, as a fail-over or an administrator would."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = 'eunion' AND pid <> pg_backend_pid()"
            )

    def stop(self) -> None:
        """End the cluster."""
        if postgres.is_running(self.folder):
            os.kill(self._pid(), signal.SIGQUIT)


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
