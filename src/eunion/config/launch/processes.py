"""A small supervisor: children that end are started again, and all of them end together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LOG_BYTES = 5_000_000
GRACE_S = 12.0
LONGEST_PAUSE_S = 30.0


@dataclass
class Child:
    """One process that should always run; its output goes to a log file."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = 1.0
    due_at: float = 0.0
    restart_count: int = field(default=0)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor alone."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603
                self.command, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        self.started_at = time.monotonic()

    def tend(self) -> None:
        """Start it again if it has ended: at once after a long life, later and later after short ones."""
        if self.process and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process:
            self.pause_s = 1.0 if now - self.started_at > 60 else min(self.pause_s * 2, LONGEST_PAUSE_S)
            self.due_at, self.process = now + self.pause_s, None
        elif now >= self.due_at:
            self.restart_count += 1
            self.start()

    def tell(self, number: int) -> None:
        """Send a signal to the process and its children."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Group:
    """Children in start order; they stop in the opposite order."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self.hurry = False

    def catch_signals(self) -> None:
        """Stop on Ctrl-C or SIGTERM; a second one stops at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.hurry = self.stopping
        self.stopping = True

    def add(self, child: Child) -> None:
        """Start a child and look after it from now on."""
        child.start()
        self.children.append(child)

    def tend_until_stopped(self) -> None:
        """Look after the children until a signal asks to stop."""
        while not self.stopping:
            for child in self.children:
                child.tend()
            time.sleep(0.3)

    def stop(self) -> None:
        """End all children: asked first, killed after a while or at a second signal."""
        for child in reversed(self.children):
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while self._alive() and time.monotonic() < deadline and not self.hurry:
            time.sleep(0.1)
        for child in self._alive():
            child.tell(signal.SIGKILL)
            if child.process:
                child.process.wait()

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.process and child.process.poll() is None]
