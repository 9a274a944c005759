"""Slips of typing mended: wrong characters, and words that sound like a term but are none."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import jieba

from eunion.assistant.understanding import colloquial, lexicon, sounds
from eunion.assistant.understanding.latin import read_pinyin

LENGTH_MAX = 5
# A character that is often a word by itself says little; two such side by side sound like some term by chance.
OFTEN = 4000
# Two characters are mended only where work is talked about, or in a message that is hardly longer.
SHORT = 8
_FUNCTION = frozenset(
    "的了是我你他她它在有和不就都要去来也还这那个一与及或被把给让对向从到会能可吗呢吧啊呀么没很太再又只其"
)
_DENIES = frozenset("不没未无非别莫")
_HAN = re.compile(r"[一-鿿]+")


@lru_cache(maxsize=4)
def _by_sound(vocabulary: frozenset[str]) -> dict[str, str]:
    """Return term by sound; our own terms win over the longer words of the knowledge."""
    found: dict[str, str] = {}
    theirs = sorted(word for word in vocabulary if len(word) >= 3)
    for term in (*theirs, *sorted(lexicon.terms())):
        if 2 <= len(term) <= LENGTH_MAX and _HAN.fullmatch(term):
            found[sounds.by_word(term)] = found[sounds.by_char(term)] = term
    return found


@cache
def _wrong() -> tuple[lexicon.Phrase, ...]:
    return lexicon.phrases("wrong.txt")


def mended(text: str, vocabulary: frozenset[str] = frozenset()) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the text with its slips mended, and what was mended as pairs of (written, meant)."""
    text, read = read_pinyin(text)
    written: dict[str, str] = {}
    for phrase in _wrong():
        wrong = phrase.said[0]
        if wrong in text and wrong not in vocabulary and phrase.guarded(text):
            text = text.replace(wrong, phrase.means)
            written[wrong] = phrase.means
    heard = _by_ear(text, vocabulary)
    for wrong, meant in heard.items():
        text = text.replace(wrong, meant)
    return text, (*read, *written.items(), *heard.items())


def _by_ear(text: str, vocabulary: frozenset[str]) -> dict[str, str]:
    """Find stretches of the text that are no words but sound like a term."""
    book, tokens = _by_sound(vocabulary), jieba.lcut(text, HMM=False)
    found: dict[str, str] = {}
    place = 0
    while place < len(tokens):
        stretch, width = _slip_at(text, tokens, place, book, vocabulary)
        if stretch:
            found[stretch] = book[sounds.by_char(stretch)]
        place += width or 1
    return found


def _slip_at(
    text: str, tokens: list[str], place: int, book: dict[str, str], vocabulary: frozenset[str]
) -> tuple[str, int]:
    """Return the longest slip that begins at a token and how many tokens it takes; ('', 0) for none."""
    best, width, stretch = "", 0, ""
    for count, token in enumerate(tokens[place : place + LENGTH_MAX], 1):
        stretch += token
        if len(stretch) > LENGTH_MAX or not _HAN.fullmatch(token):
            break
        loose = count > 1 and any(len(one) == 1 for one in tokens[place : place + count])
        if loose and sounds.by_char(stretch) in book and _is_slip(text, stretch, book, vocabulary):
            best, width = stretch, count
    return best, width


def _is_slip(text: str, stretch: str, book: dict[str, str], vocabulary: frozenset[str]) -> bool:
    """Return whether a stretch that sounds like a term was hardly meant as it stands."""
    if stretch in book.values() or stretch in vocabulary or jieba.dt.FREQ.get(stretch):
        return False
    # 不交社保 sounds like 补缴社保 and means the contrary.
    if not _DENIES.isdisjoint(stretch) or _is_word_beside_function(stretch):
        return False
    if len(stretch) > 2:
        return not _FUNCTION.issuperset(stretch)
    if not _FUNCTION.isdisjoint(stretch):
        return False
    rare = any(jieba.dt.FREQ.get(char, 0) < OFTEN for char in stretch)
    return rare and (len(text) <= SHORT or colloquial.is_about_work(text))


def _is_word_beside_function(stretch: str) -> bool:
    """Return whether a stretch is a known word with 在, 的, 其 … before or behind: 在就业, 适用其."""
    before = stretch[0] in _FUNCTION and bool(jieba.dt.FREQ.get(stretch[1:]))
    behind = stretch[-1] in _FUNCTION and bool(jieba.dt.FREQ.get(stretch[:-1]))
    return len(stretch) > 2 and (before or behind)
