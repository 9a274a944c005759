"""Chinese words: one spelling for all, then cut as jieba cuts for search engines."""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache

import jieba
from django.conf import settings
from opencc import OpenCC

jieba.setLogLevel(logging.WARNING)
# Its cache of the dictionary belongs to this installation, not to whoever first wrote one in /tmp.
_CACHE = settings.VAR / "cache"
_CACHE.mkdir(parents=True, exist_ok=True)
jieba.dt.tmp_dir = str(_CACHE)
_WORD = re.compile(r"[\w一-鿿]+")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def normalised(text: str) -> str:
    """Return the text half-width, simplified and lower-case."""
    return str(_simplifier().convert(unicodedata.normalize("NFKC", text))).lower()


def cut(text: str) -> list[str]:
    """Return the words to index: long words together with the short ones inside them."""
    return [word for word in jieba.cut_for_search(normalised(text)) if _WORD.fullmatch(word)]


def cut_query(text: str) -> list[str]:
    """Return the words to look for: each once, whole words only, so that 工伤 does not find 工 and 伤 apart."""
    return list(dict.fromkeys(word for word in jieba.cut(normalised(text)) if _WORD.fullmatch(word)))
