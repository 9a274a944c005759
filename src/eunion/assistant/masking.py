"""What staff and the weekly lists see of a question: its sense, without who asked it."""

from __future__ import annotations

import re

from eunion.assistant import personal
from eunion.assistant.understanding import spelling

BLOT = "＊＊＊"
_PUNCTUATION = str.maketrans(",?!;:", "，？！；：")
_PERSONAL = (
    # Mobile and fixed numbers as people write them, cards in groups of four, ID numbers with spaces.
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)\d{4}(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?!\d)"),
    re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?!\d)"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"(?:微信号?|QQ号?|qq号?|vx|VX)[:：是 ]*[A-Za-z0-9_-]{5,20}"),
    re.compile(r"[一-鿿][A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Z0-9])"),
    re.compile(r"\d+\s*(?:号楼|栋|幢|单元|室|号院|门牌)(?:\s*\d+\s*(?:单元|室|号|楼|层))*"),
)
_ANY, _SURE = "".join(sorted(personal.SURNAMES)), "".join(sorted(personal.NAMING))
# After words that only a name follows, better a character too many than a name kept.
_NAMED = (
    re.compile(rf"(我叫|名叫|名字叫|叫做|姓名[:：是 ]*|联系人[:：是 ]*)[{_ANY}][一-鿿]{{1,2}}"),
    re.compile(rf"(我是|同事|找)[{_SURE}][一-鿿]{{1,2}}(?=[，,。.！!？?；;、\s:：的在]|电话|手机|身份证|$)"),
)


def masked(text: str) -> str:
    """Return a text without the numbers, addresses and names by which someone could be known."""
    shown = personal.without_numbers(text)
    for pattern in _PERSONAL:
        shown = pattern.sub(BLOT, shown)
    for named in _NAMED:
        shown = named.sub(rf"\1{BLOT}", shown)
    return shown


def masked_sender(sender: str) -> str:
    """Return a sender's id so far that two of them can be told apart: …a1b2."""
    return f"…{sender[-4:]}" if len(sender) > 4 else "…"


def readable(question: str) -> str:
    """Return a question masked, without politeness, with the punctuation of Chinese text."""
    return masked(spelling.without_politeness(spelling.without_call(question)[0])).translate(_PUNCTUATION)
