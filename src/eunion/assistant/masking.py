"""What staff and the weekly lists see of a question: its sense, without who asked it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eunion.assistant import personal, skills
from eunion.assistant.models import Turn
from eunion.assistant.understanding import spelling

BLOT = "＊＊＊"
_PUNCTUATION = str.maketrans(",?!;:", "，？！；：")
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
# Fixed numbers with their area's code: a person's in a question, an office's in an answer.
_FIXED = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_NUMBERS = (
    # Mobile numbers as people write them, cards in groups of four, ID numbers with spaces.
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)\d{4}(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?!\d)"),
    re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?!\d)"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"(?:微信号?|QQ号?|qq号?|vx|VX)[:：是 ]*[A-Za-z0-9_-]{5,20}"),
    re.compile(rf"[{_PROVINCES}][A-Za-z][·. ]?[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])"),
)
# A place's own name, cut at the little words before it; then doors: 3号楼, 二单元, 501.
_PLACE = r"[^\W\d_a-zA-Z住在到的从离去是叫我]{1,6}"
_COUNT = r"[\d一二三四五六七八九十百零〇]+"
_DOOR = rf"\s*{_COUNT}(?:[-－]\d+)*\s*(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|户|组|队)"
_HOME = r"(?:小区|花园|家园|公寓|新村|家属院|宿舍|佳苑|嘉园|村|庄|苑)"
_STREET = r"(?:大街|大道|(?<!半)路|街|巷|胡同)"
_ADDRESSES = (
    re.compile(rf"{_PLACE}{_HOME}(?:{_DOOR})+(?:\s*\d+)?"),
    re.compile(rf"(?<=住){_PLACE}{_HOME}|(?<=住在){_PLACE}{_HOME}"),
    re.compile(
        rf"{_PLACE}{_STREET}\s*{_COUNT}(?:[-－]\d+)*\s*(?:号院|号楼|号)(?:{_DOOR})*(?:\s*\d+(?!\d*[年月日天元]))?"
    ),
    re.compile(rf"{_COUNT}\s*(?:号楼|栋|幢|号院|门牌)(?:{_DOOR})*(?:\s*\d+)?"),
    re.compile(rf"{_COUNT}\s*单元{_DOOR}|\d+\s*(?:室|单元)"),
)
_ANY, _SURE = "".join(sorted(personal.SURNAMES)), "".join(sorted(personal.NAMING))
_CALLED = r"我叫|名叫|名字叫|叫做|姓名[:：是 ]*|联系人[:：是 ]*|本人叫?"
_END = r"(?=[，,。.！!？?；;、\s:：的在]|电话|手机|身份证|今年|$)"
_NAMES = (
    # A whole name where it ends, whatever the surname: 阿依古丽, 欧阳建国.
    re.compile(rf"(我叫|名叫|名字叫|姓名[:：是 ]*)(?![他她它你您不没了人])[一-鿿·]{{2,12}}?{_END}"),
    # After words that only a name follows, better a character too many than a name kept.
    re.compile(rf"({_CALLED})[{_ANY}][一-鿿]{{1,2}}"),
    re.compile(rf"(我是|同事|找)[{_SURE}][一-鿿]{{1,2}}{_END}"),
)


def masked(text: str) -> str:
    """Return a text without the numbers, addresses and names by which someone could be known."""
    return personal.without_tagged_names(_without(_FIXED.sub(BLOT, text)), BLOT)


def masked_reply(turn: Turn) -> str:
    """Return a turn's reply as staff see it.

    What the union says of itself to everybody stays as it is; of what was said to one person (by an officer, by a skill
    about the asker's own affairs, or in words that a model chose) the numbers of offices stay.
    """
    skill = skills.SKILLS.get(turn.skill)
    if turn.state == Turn.State.CLOSED or turn.generated or (skill is not None and skill.private):
        return personal.without_tagged_names(_without(turn.reply), BLOT)
    shown = turn.reply
    for piece in _pieces(turn.question):
        shown = shown.replace(piece, BLOT)
    return shown


def _without(text: str) -> str:
    """Return a text without what tells of a person; fixed telephone numbers stay."""
    shown = personal.without_numbers(text)
    for pattern in (*_NUMBERS, *_ADDRESSES):
        shown = pattern.sub(BLOT, shown)
    for named in _NAMES:
        shown = named.sub(rf"\1{BLOT}", shown)
    return shown


def _pieces(question: str) -> Iterator[str]:
    """Return the addresses and names that an asker wrote of himself."""
    for pattern in _ADDRESSES:
        yield from (found[0].strip() for found in pattern.finditer(question))
    for named in _NAMES:
        yield from (found[0].removeprefix(found[1]) for found in named.finditer(question))


def masked_sender(sender: str) -> str:
    """Return a sender's id so far that two of them can be told apart: …a1b2."""
    return f"…{sender[-4:]}" if len(sender) > 4 else "…"


def readable(question: str) -> str:
    """Return a question masked, without politeness, with the punctuation of Chinese text."""
    return masked(spelling.without_politeness(spelling.without_call(question)[0])).translate(_PUNCTUATION)
