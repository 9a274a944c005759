"""`./eunion bench NAME [--json] …`: a benchmark from bench/, as a table and, on request, one JSON line."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

from eunion.config.launch.place import ROOT, VAR, LaunchError, environment, make_var
from eunion.config.launch.postgres import ensure_database, is_running, start, stop


def main(words: list[str]) -> int:
    """Run one benchmark in a process that has the settings; without a name, list them."""
    names = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    if not words or words[0] not in names:
        print("benchmarks: " + ", ".join(names), file=sys.stderr)
        return 0 if not words else 2
    make_var()
    folder = VAR / "postgres"
    was_running = is_running(folder)
    try:
        url = ensure_database(os.environ.get("DATABASE_URL") or start(folder), "eunion_bench", fresh=True)
        command = [sys.executable, "-m", "eunion.config.launch.bench", *words]
        return subprocess.run(command, env=environment(url), cwd=ROOT).returncode  # noqa: S603
    finally:
        if not was_running:
            stop(folder)


def run(name: str, words: list[str]) -> None:
    """Run bench/NAME.py's main(words) in this process and print its figures."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise LaunchError(f"no benchmark {name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    figures: dict[str, Any] = module.main([word for word in words if word != "--json"])
    width = max(map(len, figures))
    for key, value in figures.items():
        print(f"{key:{width}}  {value:>14,}", file=sys.stderr)
    if "--json" in words:
        print(json.dumps({"bench": name, "figures": figures}))


if __name__ == "__main__":
    try:
        run(sys.argv[1], sys.argv[2:])
    except LaunchError as error:
        sys.exit(f"eunion: {error}")
