"""A draw that anyone can do over: the algorithm of docs/draw.md, in the standard library alone.

This file is complete in itself. Copy it anywhere and run `python3 draw.py FILE` on a published draw.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

FORMAT = "eunion-draw/1"
WON, RESERVE, NONE = "won", "reserve", "none"


class Line(NamedTuple):
    """One entry of a drawn list: its number, the pool it drew from, its rank from 1 and what became of it."""

    entry: str
    pool: str
    rank: int
    outcome: str


def sha256(text: str) -> str:
    """Return the SHA-256 of a text as 64 hexadecimal digits: what `printf %s TEXT | sha256sum` prints."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def commitment(seed: str) -> str:
    """Return what is published before the entries close: the SHA-256 of the seed's 64 hexadecimal digits."""
    return sha256(seed)


def digest(entries: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of the list: a line `entry pool` each, sorted by entry, each ended by a line feed."""
    return sha256("".join(f"{entry} {pool}\n" for entry, pool in sorted(entries)))


def draw(
    entries: Iterable[tuple[str, str]],
    *,
    seed: str,
    quotas: Mapping[str, int],
    reserve: int = 0,
    beacon: str = "",
) -> list[Line]:
    """Return the drawn list, sorted by rank. `entries` are (number, pool); raises ValueError for a doubled number.

    Ranks go by SHA-256("seed:beacon:digest:entry"), smallest first. In each pool the first `quotas[pool]` win; of all
    the others the first `reserve` wait, in that order.
    """
    listed = sorted(entries)
    if len({entry for entry, _ in listed}) != len(listed):
        raise ValueError("an entry is listed twice")
    prefix = f"{seed}:{beacon}:{digest(listed)}:"
    ordered = sorted((sha256(prefix + entry), entry, pool) for entry, pool in listed)
    left, waiting, lines = dict(quotas), reserve, []
    for rank, (_, entry, pool) in enumerate(ordered, 1):
        if left.get(pool, 0) > 0:
            left[pool], outcome = left[pool] - 1, WON
        elif waiting > 0:
            waiting, outcome = waiting - 1, RESERVE
        else:
            outcome = NONE
        lines.append(Line(entry, pool, rank, outcome))
    return lines


def document(lines: Iterable[Line], *, title: str, seed: str, beacon: str, **rules: Any) -> dict[str, Any]:
    """Return what is published after a draw; `rules` are draw()'s `quotas` and `reserve`."""
    listed = sorted(lines)
    return {
        "format": FORMAT,
        "title": title,
        "commitment": commitment(seed),
        "seed": seed,
        "beacon": beacon,
        "quotas": dict(rules["quotas"]),
        "reserve": rules["reserve"],
        "digest": digest((line.entry, line.pool) for line in listed),
        "entries": [list(line) for line in listed],
    }


def problems(published: Mapping[str, Any], promised: str = "") -> list[str]:
    """Return what is wrong with a published draw, nothing if it is right; `promised` is the commitment you noted."""
    if published.get("format") != FORMAT:
        return ["文件格式不对"]
    found = []
    if commitment(published["seed"]) != published["commitment"]:
        found.append("种子与事先公布的 SHA-256 不符")
    if promised and promised != published["commitment"]:
        found.append("文件里的承诺与您记下的不同")
    lines = [Line(*line) for line in published["entries"]]
    entries = [(line.entry, line.pool) for line in lines]
    if digest(entries) != published["digest"]:
        found.append("登记名单与摘要不符")
    rules = {key: published[key] for key in ("seed", "quotas", "reserve", "beacon")}
    try:
        again = draw(entries, **rules)
    except ValueError:
        return [*found, "名单里有重复的登记号"]
    differing = sum(one != other for one, other in zip(sorted(again), sorted(lines), strict=True))
    if differing:
        found.append(f"{differing} 个登记号的结果重算后不同")
    return found


def main(words: list[str]) -> int:
    """Check a file and say so; 0 = right, 1 = wrong, 2 = unreadable."""
    if not 1 <= len(words) <= 2:
        sys.stderr.write("用法：verify-draw 文件 [事先公布的 SHA-256]\n")
        return 2
    try:
        with open(words[0], encoding="utf-8") as file:  # noqa: PTH123  nothing but the built-in is needed
            published = json.load(file)
        found = problems(published, *words[1:])
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"读不出这个文件：{error}\n")
        return 2
    for problem in found:
        sys.stdout.write(f"不符：{problem}\n")
    if not found:
        won = sum(line[3] == WON for line in published["entries"])
        sys.stdout.write(f"相符：{published['title']}，{len(published['entries'])} 个登记号，{won} 个中签\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
