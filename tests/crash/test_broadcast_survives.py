"""A broadcast whose dispatcher is killed three times still tells everyone once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.cluster import ROOT


@pytest.mark.long
def test_three_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("EUNION_", "DATABASE_"))
    }
    command = [
        sys.executable,
        str(ROOT / "eunion"),
        "bench",
        "broadcast",
        "--recipients",
        "20000",
        "--kill",
        "--json",
    ]
    environment = {**kept, "EUNION_VAR": str(tmp_path / "var")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout.strip().splitlines()[-1])["figures"]
    assert (figures["missing"], figures["doubled"]) == (0, 0)
    assert figures["rss_mb"] < 300
