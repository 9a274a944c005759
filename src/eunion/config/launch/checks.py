"""`./eunion test`: everything that must hold before a change lands."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from eunion.config.launch import frontend, postgres
from eunion.config.launch.place import ROOT, VAR, environment, make_var

PYTHON = [sys.executable, "-m"]
STATIC: tuple[tuple[str, list[str]], ...] = (
    ("ruff", [*PYTHON, "ruff", "check", "."]),
    ("format", [*PYTHON, "ruff", "format", "--check", "-q", "."]),
    ("layers", [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]),
    ("migrations", [*PYTHON, "django", "makemigrations", "--check", "--dry-run"]),
    ("types", [*PYTHON, "mypy"]),
)
JOURNEYS = "tests/journeys"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(words: list[str]) -> int:
    """Run the static checks and pytest; words or paths narrow it to the tests they name."""
    make_var()
    narrowed = [word for word in words if word != "--long"]
    frontend.prepare()
    chromium = find_chromium()
    url = _test_cluster()
    env = environment(
        url,
        EUNION_DB_POOL="0",
        EUNION_STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
        EUNION_LONG="1" if "--long" in words else "",
        EUNION_CHROMIUM=chromium,
        EUNION_TESTING="1",
    )
    begun = time.monotonic()
    failed = [] if narrowed else _static(env)
    if narrowed:
        print(
            "eunion: only the tests asked for; ruff, types, layers and migrations are not checked",
            file=sys.stderr,
        )
    failed += [] if narrowed else _miniprogram(env)
    failed += _pytest(narrowed, env)
    print(
        f"eunion: {'failed: ' + ', '.join(failed) if failed else 'all checks passed'} in {time.monotonic() - begun:.0f} s"
    )
    return 1 if failed else 0


def _static(env: dict[str, str]) -> list[str]:
    """Run the static checks; return the names of those that failed."""
    failed = []
    for name, command in STATIC:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)  # noqa: S603
        word = "failed" if done.returncode else "ok"
        print(f"eunion: {name} {word} ({time.monotonic() - begun:.0f} s)", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
            failed.append(name)
    return failed


def _miniprogram(env: dict[str, str]) -> list[str]:
    """Check the mini-program's types and run its unit tests, with packages from its own lock file."""
    begun, folder = time.monotonic(), ROOT / "miniprogram"
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".digest"
    commands = [[*frontend.npm(), "test"]]
    if not stamp.exists() or stamp.read_text() != digest:
        commands.insert(0, [*frontend.npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    for command in commands:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            print(f"eunion: miniprogram failed\n{done.stdout}{done.stderr}", flush=True)
            return ["miniprogram"]
    stamp.write_text(digest)
    print(f"eunion: miniprogram ok ({time.monotonic() - begun:.0f} s)", flush=True)
    return []


def _pytest(narrowed: list[str], env: dict[str, str]) -> list[str]:
    """Run the tests in parallel, then the journeys one by one: each is a whole installation with a browser."""
    side_by_side = ["-n", str(min(os.cpu_count() or 1, 4))]
    if any("journeys" in word for word in narrowed):
        runs = [("journeys", narrowed)]
    elif narrowed:
        runs = [("tests", [*side_by_side, *narrowed])]
    else:
        runs = [("tests", [*side_by_side, "--ignore", JOURNEYS]), ("journeys", [JOURNEYS])]
    return [name for name, words in runs if _ran_red([*PYTHON, "pytest", "-q", *words], env)]


def _ran_red(command: list[str], env: dict[str, str]) -> bool:
    return bool(subprocess.run(command, cwd=ROOT, env=env).returncode)  # noqa: S603


def _test_cluster() -> str:
    """Start a PostgreSQL for tests alone, without waiting for the disk; return its URL."""
    url = postgres.start(VAR / "test-postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return postgres.ensure_database(url, "eunion")


def find_chromium() -> str:
    """Return the system's Chromium, installed if we may (root on Debian/Ubuntu); '' where there is none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    if found or os.geteuid() or not shutil.which("apt-get"):
        if not found:
            print(
                "eunion: no Chromium: the journeys are skipped; install the packages chromium and fonts-noto-cjk",
                file=sys.stderr,
            )
        return found
    print("eunion: installing chromium and fonts-noto-cjk …", file=sys.stderr)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    for _ in range(2):
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]  # noqa: S607
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], **quiet)  # type: ignore[call-overload]  # noqa: S607
        found = shutil.which("chromium") or ""
        if found:
            break
    return found
