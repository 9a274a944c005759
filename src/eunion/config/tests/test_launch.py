"""The one command: one line for a person where it can't go on, and no process left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eunion.config.launch import place, postgres, processes, up
from eunion.config.launch.place import LaunchError

ROOT = Path(__file__).resolve().parents[4]


def eunion(var: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("EUNION_", "DATABASE_"))
    }
    command = [sys.executable, "-m", "eunion.config.launch", *words]
    return subprocess.run(
        command,
        env={**kept, "EUNION_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_port_in_use_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = eunion(tmp_path, "up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        f"eunion: port {port} is in use; stop what uses it or choose another with --port"
    )
    assert "Traceback" not in done.stderr


def test_a_database_out_of_reach_is_one_line(tmp_path: Path) -> None:
    done = eunion(tmp_path, "manage", "check", DATABASE_URL="postgresql://nobody:x@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "cannot reach the database in DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "wants its own keys"),
        ({"EUNION_DEBUG": "1"}, "refuses EUNION_DEBUG"),
        ({"EUNION_SANDBOX_URL": "http://127.0.0.1:1"}, "refuses the sandbox"),
        ({"EUNION_PUBLIC_URL": "http://example.org"}, "https address"),
    ],
)
def test_production_refuses_what_is_only_fit_for_a_demo(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    keys = dict.fromkeys(place.SECRET_NAMES, "x") if environment else {}
    done = eunion(tmp_path, "up", "--production", **{**keys, **environment})
    assert done.returncode == 1 and said in done.stderr


def test_a_full_disk_is_said_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = type("usage", (), {"free": 10_000_000})
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(place, "VAR", tmp_path)
    with pytest.raises(LaunchError, match="10 MB free"):
        place.make_var()


def test_keys_are_made_once_and_for_this_user_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(place, "VAR", tmp_path)
    for name in place.SECRET_NAMES:
        monkeypatch.delenv(name, raising=False)
    first = place.secrets_of_installation()
    assert place.secrets_of_installation() == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    child = processes.Child(
        "x", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path / "x.log"
    )
    child.start()
    assert child.process
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    deadline = time.monotonic() + 10
    while child.restart_count == 0 and time.monotonic() < deadline:
        child.tend()
        time.sleep(0.05)
    assert child.process and child.process.pid != first
    child.tell(signal.SIGKILL)
    child.process.wait()


def test_stopping_ends_every_child_even_a_deaf_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE_S", 1.0)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    group = processes.Group()
    group.add(processes.Child("deaf", [sys.executable, "-c", deaf], dict(os.environ), tmp_path / "deaf.log"))
    while "up" not in (tmp_path / "deaf.log").read_text():
        time.sleep(0.05)
    group.stop()
    assert group.children[0].process and group.children[0].process.poll() is not None


def test_what_a_person_sets_wins_over_the_demos_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EUNION_PUBLIC_URL", "https://gh.example.org")
    assert up.settings_of(up._options([]))["EUNION_PUBLIC_URL"] == "https://gh.example.org"


def test_a_database_url_keeps_its_query() -> None:
    url = "postgresql://postgres:@/postgres?host=/tmp/x"
    assert postgres.with_database(url, "other") == "postgresql://postgres:@/other?host=/tmp/x"


def test_an_unknown_benchmark_is_not_a_traceback(tmp_path: Path) -> None:
    done = eunion(tmp_path, "bench", "nothing")
    assert done.returncode == 2 and "broadcast" in done.stderr


def test_a_benchs_json_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from eunion.config.launch import bench

    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "tiny.py").write_text("def main(words):\n    return {'per_s': 1234}\n")
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    bench.run("tiny", ["--json"])
    assert json.loads(capsys.readouterr().out) == {"bench": "tiny", "figures": {"per_s": 1234}}
