"""Plain pinyin read as words: "gongshang zenme pei" → 工伤怎么赔. English words stay as they are."""

from __future__ import annotations

import re
from functools import cache

from eunion.assistant.understanding import lexicon, sounds

_RUN = re.compile(r"[a-z]+(?:[ ']+[a-z]+)*")
_SYLLABLE_MAX = 6
# The longest term in syllables that is looked for.
_WORD_MAX = 7
# So much of a run of letters must be words before it is taken for pinyin.
_READ_SHARE = 0.7
# English and brand names whose letters happen to spell syllables.
_NOT_PINYIN = frozenset(
    [
        "app",
        "ai",
        "wifi",
        "hello",
        "hi",
        "ok",
        "me",
        "she",
        "he",
        "can",
        "men",
        "women",
        "long",
        "song",
        "panda",
        "china",
        "bug",
        "pe",
        "ppt",
        "nihao",
    ]
) - {"nihao"}


@cache
def _syllables() -> frozenset[str]:
    """Return every toneless syllable of Mandarin."""
    found = {sounds.plain(reading) for some in sounds.readings().values() for reading in some.split(",")}
    return frozenset(
        one for one in found if one.isascii() and one.isalpha() and (len(one) > 1 or one in "aeo")
    )


@cache
def _words() -> dict[tuple[str, ...], str]:
    """Return word by its levelled syllables; terms win over everyday words."""
    return {
        sounds.syllables(word): word
        for those in (lexicon.everyday(), lexicon.terms())
        for word in sorted(those)
    }


def read_pinyin(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text with plain pinyin turned into words, and what was turned."""
    changes: list[tuple[str, str]] = []

    def turned(found: re.Match[str]) -> str:
        read = _read(found[0])
        if read:
            changes.append((found[0], read))
        return read or found[0]

    return _RUN.sub(turned, text), tuple(changes)


def _read(run: str) -> str:
    """Return a run of letters as Chinese words, or '' when it is none."""
    if len(run) > 200 or run in _NOT_PINYIN:
        return ""
    syllables: list[str] = []
    for word in re.split(r"[ ']+", run):
        cut = _cut(word)
        if not cut:
            return ""
        syllables += cut
    return _worded(syllables)


def _cut(word: str) -> list[str]:
    """Cut a word into syllables, the longest possible ones from the left; [] when it can't be cut to its end."""
    ways: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _SYLLABLE_MAX), end):
            before = ways[start]
            if before is not None and word[start:end] in _syllables():
                way = [*before, word[start:end]]
                known = ways[end]
                if known is None or len(way) < len(known):
                    ways[end] = way
    return ways[-1] or []


def _worded(syllables: list[str]) -> str:
    """Return the words that the syllables spell, when a term of ours or enough everyday words are among them."""
    heard, words = [sounds.alike(one) for one in syllables], _words()
    said: list[str] = []
    read = place = 0
    while place < len(heard):
        width = next(
            (
                size
                for size in range(_WORD_MAX, 0, -1)
                if tuple(heard[place : place + size]) in words and place + size <= len(heard)
            ),
            0,
        )
        said.append(words[tuple(heard[place : place + width])] if width else syllables[place])
        read += width
        place += width or 1
    term = any(word in lexicon.terms() for word in said)
    long = any(len(word) > 1 for word in said if not word.isascii())
    enough = read >= _READ_SHARE * len(syllables) and long and (term or len(syllables) >= 3)
    return "".join(said) if enough else ""
