"""The word lists of this folder, read once: terms of unions and labour, everyday words, guarded replacements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
# How many characters may stand where a phrase has "…": 不给…钱 finds 不给我们工钱.
_GAP = ".{0,5}?"


def lines(name: str) -> list[str]:
    """Return the lines of a data file without comments and blanks."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def terms() -> frozenset[str]:
    """Return the words of unions and labour law."""
    return frozenset(word for line in lines("terms.txt") for word in line.split())


@cache
def everyday() -> frozenset[str]:
    """Return the everyday words that plain pinyin is read as."""
    return frozenset(word for line in lines("everyday.txt") for word in line.split())


@cache
def sides() -> frozenset[str]:
    """Return the words that name one side of a matter, or people, and no matter of their own."""
    return frozenset(word for line in lines("sides.txt") for word in line.split())


@cache
def _by_first() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for term in sorted(terms(), key=len, reverse=True):
        found.setdefault(term[0], []).append(term)
    return {first: tuple(those) for first, those in found.items()}


def terms_in(text: str) -> list[str]:
    """Return the terms in a text in their order, the longest at each place, each once."""
    found: dict[str, None] = {}
    place, by_first = 0, _by_first()
    while place < len(text):
        here = next((one for one in by_first.get(text[place], ()) if text.startswith(one, place)), "")
        if here:
            found.setdefault(here)
        place += len(here) or 1
    return list(found)


@dataclass(frozen=True)
class Phrase:
    """What people say, what it stands for, and when: one of `near` must stand in the text, none of `never`."""

    said: tuple[str, ...]
    means: str
    near: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def guarded(self, text: str) -> bool:
        """Return whether the text around allows it."""
        near = not self.near or any(word in text for word in self.near)
        return near and not any(word in text for word in self.never)

    def found(self, text: str) -> bool:
        """Return whether the text says it."""
        return any(_stands(one, text) for one in self.said) and self.guarded(text)


@cache
def _gapped(said: str) -> re.Pattern[str]:
    return re.compile(_GAP.join(re.escape(part) for part in said.split("…")))


def _stands(said: str, text: str) -> bool:
    """Return whether a phrase stands in the text; the parts are looked for first because that is cheap."""
    if "…" not in said:
        return said in text
    return all(part in text for part in said.split("…")) and bool(_gapped(said).search(text))


@cache
def phrases(name: str) -> tuple[Phrase, ...]:
    """Return a file of `said/said<TAB>means<TAB>+near/near<TAB>!never/never`."""
    found = []
    for line in lines(name):
        said, means, *guards = line.split("\t")
        near = next((one[1:] for one in guards if one.startswith("+")), "")
        never = next((one[1:] for one in guards if one.startswith("!")), "")
        found.append(
            Phrase(
                tuple(said.split("/")),
                means,
                tuple(near.split("/")) if near else (),
                tuple(never.split("/")) if never else (),
            )
        )
    return tuple(found)


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """Return a file of `[section]` heads and one pattern a line."""
    found: dict[str, list[str]] = {}
    head = ""
    for line in lines(name):
        if line.startswith("[") and line.endswith("]") and line[1:-1].isidentifier():
            head = line[1:-1]
        else:
            found.setdefault(head, []).append(line.strip())
    return {key: tuple(those) for key, those in found.items()}
