"""A sandbox of the test's own, as the separate program it is."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

SRC = Path(__file__).resolve().parents[3]
SERVICE = {
    "appid": "wxtest",
    "secret": "s3cret",
    "name": "测试服务号",
    "kind": "service",
    "token": "tok",
    "aes_key": "",
    "callback_url": "",
    "templates": [{"template_id": "T1", "title": "通知", "content": "内容：{{thing1.DATA}}"}],
}


class Box:
    """The running program."""

    def __init__(self, store: Path) -> None:
        self.store = store
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Run it and wait until it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--log-level", "error", "eunion.sandbox.app:app"]
        environment = {**os.environ, "EUNION_SANDBOX_STORE": str(self.store), "PYTHONPATH": str(SRC)}
        self.process = subprocess.Popen(command, env=environment)
        for _ in range(200):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"{self.url}/_sandbox/stats", timeout=5)
                return
            time.sleep(0.05)
        raise AssertionError("the sandbox did not start")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)

    def seed(self, **body: Any) -> None:
        """POST /_sandbox/seed."""
        requests.post(f"{self.url}/_sandbox/seed", json=body, timeout=10).raise_for_status()

    def reset(self) -> None:
        """Forget everything and go back to fair weather."""
        requests.post(f"{self.url}/_sandbox/reset", timeout=10).raise_for_status()
        fair = {"slow_ms": 0, "busy_rate": 0, "rate_limit_per_s": 0, "refuse": [], "callbacks": True}
        self.faults(**fair, block_ip=False, snapshot=False, expire_token=True)

    def faults(self, **switches: Any) -> None:
        """PUT /_sandbox/faults."""
        requests.put(f"{self.url}/_sandbox/faults", json=switches, timeout=10).raise_for_status()

    def ask(self, path: str, **query: Any) -> Any:
        """GET anything."""
        return requests.get(self.url + path, params=query, timeout=10).json()


def running(store: Path) -> Iterator[Box]:
    """Run a box until the tests are done with it."""
    box = Box(store)
    yield box
    box.stop()
