"""A text as the ranker reads it: words with their weight in the language, kind of question, numbers, negations."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jieba

from eunion.content import words

LEXICON = Path(__file__).with_name("lexicon.json")
_BLANK = re.compile(r"[^\w]+")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零〇一二三四五六七八九十百千万亿两]+(?=[年月日天个次倍元块岁周])")
_NEGATION = re.compile(r"[不没无非未别勿莫]")
_ARTICLE = re.compile(r"^(?P<law>.{2,60}?)第[零〇一二三四五六七八九十百千\d]+条")
REFERS = re.compile(r"本[法条例规定]+第|前款|依照本|前条")


@cache
def lexicon() -> dict[str, Any]:
    """Return the own-written word lists: `said_for` (lay word to words of law), `asks` (kinds), `opposites`."""
    found: dict[str, Any] = json.loads(LEXICON.read_text(encoding="utf-8"))
    return found


@cache
def _asks() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in lexicon()["asks"].items()}


@cache
def weight(word: str) -> float:
    """Return how rare a word is in the language, about 0 (的) to 1 (unknown to the dictionary)."""
    jieba.initialize()
    frequency = jieba.dt.FREQ.get(word) or 0
    return math.log(jieba.dt.total / (frequency + 1)) / math.log(jieba.dt.total)


@dataclass(frozen=True, eq=False)
class Reading:
    """One text. `plain` is normalised; the rest is worked out when first asked for."""

    plain: str

    def prepare(self) -> None:
        """Work out now what is needed to compare it."""
        _ = self.whole, self.characters, self.pairs, self.numbers, self.negations, self.asks, self.sides

    @cached_property
    def bare(self) -> str:
        """Return the text without punctuation."""
        return _BLANK.sub("", self.plain)

    @cached_property
    def words(self) -> dict[str, float]:
        """Return each word with its weight."""
        return {word: weight(word) for word in jieba.cut(self.plain) if _WORD.fullmatch(word)}

    @cached_property
    def whole(self) -> float:
        """Return the weight of all its words."""
        return sum(self.words.values())

    @cached_property
    def characters(self) -> frozenset[str]:
        """Return its characters without punctuation."""
        return frozenset(self.bare)

    @cached_property
    def where(self) -> dict[str, int]:
        """Return the places of each character in `bare`, a bit each."""
        found: dict[str, int] = {}
        for at, character in enumerate(self.bare):
            found[character] = found.get(character, 0) | 1 << at
        return found

    @cached_property
    def pairs(self) -> set[str]:
        """Return all pairs of neighbouring characters."""
        return {self.bare[at : at + 2] for at in range(len(self.bare) - 1)}

    @cached_property
    def numbers(self) -> set[str]:
        """Return amounts, periods and dates."""
        return set(_NUMBER.findall(self.plain))

    @cached_property
    def negations(self) -> int:
        """Return how many negations it has; 能不能 has none."""
        return len(_NEGATION.findall(re.sub(r"(.)不\1|有没有|是否", "", self.bare)))

    @cached_property
    def asks(self) -> frozenset[str]:
        """Return what kinds of question it is: how, why, whether, how much, …"""
        return frozenset(kind for kind, pattern in _asks().items() if pattern.search(self.plain))

    @cached_property
    def sides(self) -> frozenset[tuple[int, int]]:
        """Return which side of which pair of opposites it names, where it names just one."""
        found = set()
        for at, pair in enumerate(lexicon()["opposites"]):
            named = [side for side, some in enumerate(pair) if any(word in self.plain for word in some)]
            if len(named) == 1:
                found.add((at, named[0]))
        return frozenset(found)

    @cached_property
    def meant(self) -> list[list[str]]:
        """Return, for each lay word in it, the words of law that stand for it."""
        return [theirs for ours, theirs in lexicon()["said_for"].items() if ours in self.plain]


def read(text: str) -> Reading:
    """Return the text's reading; normalises it first."""
    return Reading(words.normalised(text))


def law(title: str) -> str:
    """Return the name of the law that a title like 工会法第三条 begins with, else ""."""
    found = _ARTICLE.match(title)
    return found["law"] if found else ""
