"""`./eunion manage …`: Django's own commands on this installation."""

from __future__ import annotations

import subprocess
import sys

from eunion.config.launch import postgres
from eunion.config.launch.place import VAR, environment, make_var


def main(words: list[str]) -> int:
    """Run a manage command with the database up; `./eunion up` may run beside it."""
    make_var()
    with postgres.running(VAR / "postgres") as url:
        try:
            return django(url, *words)
        except KeyboardInterrupt:
            return 130


def django(url: str, *words: str, **more: str) -> int:
    """Run one Django command in a process of its own; return its exit code."""
    command = [sys.executable, "-m", "django", *words]
    return subprocess.run(command, env=environment(url, **more)).returncode  # noqa: S603
