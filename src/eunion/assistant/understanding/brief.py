"""Complaints in a few characters put as the question that they mean: 被开了 → 违法辞退怎么赔……"""

from __future__ import annotations

import re
from functools import cache

from eunion.assistant.understanding import lexicon, spelling

# What adds nothing to a complaint: 我被开了怎么办啊.
_BEFORE = re.compile(r"^(?:我们?|俺们?|咱们?|现在|就是|那)+")
_AFTER = re.compile(
    r"(?:[,，]?(?:该|应该|我)?(?:怎么办|咋办|咋整|咋弄|怎么弄|怎么整|怎么搞|咋个办|如何是好|找谁|找谁管|谁管|啊|呀|呢|吧|嘞|咧|了))*[\s?？!！。,，~]*$"
)


@cache
def _by_said() -> dict[str, str]:
    pairs = (line.split("\t") for line in lexicon.lines("brief.txt"))
    return {_bare(said): question for question, those in pairs for said in those.split("/")}


def _bare(text: str) -> str:
    return _AFTER.sub("", text)


def in_full(text: str) -> str:
    """Return the question that a brief complaint means; any other text as it is."""
    said = _bare(spelling.without_politeness(text).strip())
    known = _by_said()
    return known.get(said) or known.get(_BEFORE.sub("", said)) or text
