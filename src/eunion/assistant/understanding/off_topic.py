"""What is none of the union's business: poems, shares, the weather, and orders to forget what 雲博士 is for."""

from __future__ import annotations

import re
from functools import cache

from eunion.assistant.understanding import asking, colloquial, lexicon

# A longer message tells a story: what it mentions by the way says nothing about its question.
TOPIC_MAX = 30
# Lay words that say nothing about a matter by themselves.
_BLAND = frozenset(
    [
        "用人单位",
        "怎么办理",
        "申请材料",
        "申请条件",
        "办理时限",
        "地址",
        "办公地点",
        "普惠活动",
        "观影",
        "优惠",
    ]
)


@cache
def _pattern(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in lexicon.sections("off_topic.txt")[section]), re.I)


def is_off_topic(text: str) -> bool:
    """Say whether a message asks for nothing that a union could answer.

    Where a matter of the union is named as well it is answered: what a message orders is never carried out anyway.
    """
    if (
        asking.matters_in(text)
        or set(colloquial.official(text)) - _BLAND
        or _pattern("business").search(text)
    ):
        return False
    return bool(_pattern("orders").search(text)) or (
        len(text) <= TOPIC_MAX and bool(_pattern("topics").search(text))
    )
