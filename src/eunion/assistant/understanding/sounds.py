"""How characters sound to someone who mixes up zh/z, ch/c, sh/s, n/l, in/ing, en/eng.

pypinyin holds 50 MB from its import on: it is read with the first question, so that senders do without.
"""

from __future__ import annotations

from functools import cache, lru_cache

_MARKS = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")
_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


def plain(reading: str) -> str:
    """Return a reading without its tone mark."""
    return reading.translate(_MARKS)


@cache
def readings() -> dict[int, str]:
    """Return the readings of each character by its code point, with tone marks, commonest first: "hé,hè"."""
    from pypinyin.constants import PINYIN_DICT

    found: dict[int, str] = PINYIN_DICT
    return found


@lru_cache(maxsize=5_000)
def alike(syllable: str) -> str:
    """Return a toneless syllable with the usual confusions levelled."""
    for long, short in _BEGINNINGS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
    for long, short in _ENDINGS:
        if syllable.endswith(long):
            syllable = syllable[: -len(long)] + short
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


@lru_cache(maxsize=30_000)
def sound(char: str) -> str:
    """Return how a character sounds in its commonest reading; '' for what is no character."""
    return alike(plain(readings().get(ord(char), "").split(",")[0]))


def by_char(text: str) -> str:
    """Return the sounds of a text, character by character."""
    return " ".join(sound(char) for char in text)


def syllables(word: str) -> tuple[str, ...]:
    """Return the levelled syllables of a word as it is read as a whole."""
    from pypinyin import Style, lazy_pinyin

    return tuple(alike(one) for one in lazy_pinyin(word, style=Style.NORMAL))


def by_word(text: str) -> str:
    """Return the sounds of a word as it is read as a whole."""
    return " ".join(syllables(text))
