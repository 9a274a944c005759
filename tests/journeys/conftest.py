"""A whole installation, started by its own command, and browsers to walk through it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 240
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1440, "height": 900}
PASSWORD = "demo-Union-2026"


@dataclass
class Installation:
    """A running installation: its addresses and how to run a manage command in it."""

    web: str
    sandbox: str
    var: Path
    environment: dict[str, str]

    def manage(self, *words: str, code: str = "") -> str:
        """Run ./eunion manage …; `code` goes to its standard input."""
        command = [sys.executable, str(ROOT / "eunion"), "manage", *words]
        done = subprocess.run(
            command, env=self.environment, input=code, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def code(self, username: str) -> str:
        """Return the current one-time code of a demo staff member."""
        return str(self.ask("/_sandbox/totp", username=username)["code"])

    def ask(self, path: str, **query: str) -> Any:
        """GET from the sandbox."""
        return requests.get(self.sandbox + path, params=query, timeout=30).json()


def _free_port() -> int:
    """Return a port that is free together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


def _environment(var: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EUNION_", "DATABASE_", "DJANGO_"))
    }
    # Notices of a test can't wait for the morning.
    return {**kept, "EUNION_VAR": str(var), "EUNION_QUIET_FROM_HOUR": "0", "EUNION_QUIET_UNTIL_HOUR": "0"}


def start(var: Path, *options: str) -> Iterator[Installation]:
    """Run ./eunion up in a folder of its own until the tests are done with it."""
    port, environment = _free_port(), _environment(var)
    var.mkdir(parents=True, exist_ok=True)
    log = (var / "up.log").open("w+")
    command = [sys.executable, str(ROOT / "eunion"), "up", "--port", str(port), *options]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + READY_WITHIN_S
        while "Ctrl-C" not in (var / "up.log").read_text():
            assert process.poll() is None, (var / "up.log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the installation did not come up"
            time.sleep(0.3)
        yield Installation(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}", var, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo district, up and running."""
    folder = tmp_path_factory.mktemp("district")
    folder.chmod(0o755)
    for installation in start(folder / "var"):
        _wait_until_awake(installation)
        yield installation


def _wait_until_awake(installation: Installation) -> None:
    """Wait until web server and worker have read the knowledge, as they have on any day but the first minute."""
    person = installation.ask("/_sandbox/people")[-1]["id"]
    chats = installation.ask("/_sandbox/phone", **{"as": person})["chats"]
    appid = next(chat["appid"] for chat in chats if chat.get("account_kind") == "service")
    body = {"person": person, "appid": appid, "text": "怎么入会"}
    requests.post(f"{installation.sandbox}/_sandbox/say", json=body, timeout=30).raise_for_status()
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        health = requests.get(f"{installation.web}/healthz", timeout=30).json()
        if health["awake"] == "yes" and installation.ask("/_sandbox/stats")["custom"] > 0:
            return
        time.sleep(0.5)
    raise AssertionError("the installation did not wake up")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["EUNION_CHROMIUM"], args=CHROMIUM_FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make pages in contexts of their own; a JavaScript error on any of them fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(viewport: dict[str, int] = DESK) -> Page:
        context = browser.new_context(viewport=viewport, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Take a screenshot into EUNION_SHOTS, where the tour's pictures are wanted."""
    folder = os.environ.get("EUNION_SHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            page.wait_for_timeout(300)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return take


def sign_in(page: Page, installation: Installation, username: str, password: str = PASSWORD) -> None:
    """Sign a staff member in: password, then the one-time code, which is good for one sign-in alone."""
    page.goto(f"{installation.web}/admin/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").first.click()
    for _ in range(2):
        code = installation.code(username)
        page.locator("[name=code]").fill(code)
        with page.expect_navigation():
            page.locator("main button[type=submit]").first.click()
        if page.locator("[name=code]").count() == 0:
            break
        # The same person signed in within this half minute: wait for the next code.
        while installation.code(username) == code:
            page.wait_for_timeout(1000)
    page.wait_for_url(f"{installation.web}/admin/**")
