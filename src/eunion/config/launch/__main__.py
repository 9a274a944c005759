"""Entry: `python -m eunion.config.launch COMMAND …`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from eunion.config.launch import bench, checks, manage, up
from eunion.config.launch.place import LaunchError
from eunion.kernel import draw

COMMANDS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "up": (up.main, "start everything here; --port N, --no-demo, --production"),
    "test": (checks.main, "check everything; -k WORDS, paths, --long"),
    "bench": (bench.main, "NAME [--json] …: run a benchmark from bench/"),
    "verify-draw": (draw.main, "FILE [SHA256]: do a published draw over and compare"),
    "manage": (manage.main, "Django's manage commands on this installation"),
}


def usage() -> str:
    """Return the commands, a line each."""
    return "\n".join(f"  ./eunion {name:12}{text}" for name, (_, text) in COMMANDS.items())


def main(words: list[str]) -> int:
    """Run one command; problems that a person can mend are one line, not a traceback."""
    if not words or words[0] not in COMMANDS:
        print(usage(), file=sys.stderr)
        return 0 if words[:1] in ([], ["help"], ["--help"]) else 2
    try:
        return COMMANDS[words[0]][0](words[1:])
    except LaunchError as error:
        print(f"eunion: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
