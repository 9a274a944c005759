"""What was said before in the same talk, and short words that only make sense after it: a number, 都不是, 没用."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.assistant.services import learning
from eunion.assistant.terms import Reply
from eunion.assistant.understanding import replies
from eunion.channels.base import Asked

# A follow-up is understood by what was asked before within this time.
REMEMBERED = datetime.timedelta(minutes=10)
LOOKED_AT = 6
_NUMBER = re.compile(
    r"^(?:那|选|我选|我要|要|是|第)*(?P<number>[123１２３一二三])(?:个|号|项)?(?:呢|吧|的|啊)*[\s.。、)）?？!！]*$"
)
_PLACES = "123１２３一二三"
_NONE_OF_THEM = re.compile(
    r"^(?:这|以上|上面)?(?:[三3两]个)?(?:都|全|也)*不是(?:的|我(?:要|想)问的|这个?|这些|这个意思)?[吧啊呀哦\s。.!！]*$"
)
_NO_HELP = re.compile(
    r"^(?:这|那|你|您|说的?|回答的?|根本|完全|一点|都|还是|等于|也|真)*"
    r"(?:没用|没有用|不管用|没啥用|没什么用|没帮助|没帮上忙|没帮到我|答非所问|驴唇不对马嘴|不是这个|不是这个意思|说了等于没说|白说|没回答我?|没答上来?|不对|没解决|解决不了)"
    r"[了吧啊呀哦的\s。.!！]*$"
)
ASK_OTHERWISE = "请把事情换个说法再告诉我，比如是什么工作、发生了什么、想要什么；也可以回复“转人工”，我把刚才的问题转给工会工作人员。"
NONE_OF_THEM = f"好的，这几个都不是。{ASK_OTHERWISE}"
NO_HELP = f"没帮上您的忙，对不起，已记下这次回答没有用。{ASK_OTHERWISE}"
WITH_A_PERSON = "您的问题已经在工会工作人员那里了，请再等等他们的回复。着急可拨打职工服务热线 12351。"
NO_SUCH_CHOICE = "没有第 {number} 个，请回复 1 到 {last}；都不是的话，请换个说法，或说“转人工”。"


@dataclass(frozen=True)
class Earlier:
    """The newest turn of the talk, the one that a follow-up goes on with, and the choices that still stand."""

    newest: Turn | None = None
    asked: Turn | None = None
    offer: Turn | None = None

    @property
    def subject(self) -> str:
        """Return the question that a follow-up would follow on: the one that began the talk of it."""
        if self.asked is None:
            return ""
        return self.meant((self.asked.follows or self.asked).question)

    def meant(self, text: str) -> str:
        """Return the choice that a number means, where choices stand; any other text as it is."""
        place = _place(text)
        if self.offer is None or place is None or place >= len(self.offer.choices):
            return text
        return self.offer.choices[place]


def of(asked: Asked, before: Sequence[Turn]) -> Earlier:
    """Return what the same person said just before in the same place; `before` are their newest turns, newest first."""
    since = timezone.now() - REMEMBERED
    here = (turn for turn in before if turn.group == asked.group and turn.asked_at > since)
    newest = [turn for turn in here if turn.state != Turn.State.SLOWED][:LOOKED_AT]
    said = [turn for turn in newest if not turn.found.startswith("fixed:")]
    return Earlier(newest[0] if newest else None, said[0] if said else None, _standing_offer(said))


def _standing_offer(said: list[Turn]) -> Turn | None:
    """Return the choices that were offered last, while nothing but choosing was done since."""
    for place, turn in enumerate(said):
        if turn.state == Turn.State.OFFERED:
            since = said[:place]
            return turn if all(_chose(later, turn) for later in since) else None
    return None


def _chose(turn: Turn, offer: Turn) -> bool:
    return turn.question in offer.choices or _place(turn.question) is not None


def _place(text: str) -> int | None:
    found = _NUMBER.match(text.strip())
    return _PLACES.index(found["number"]) % 3 if found else None


def answered(text: str, earlier: Earlier) -> Reply | None:
    """Return what to say to words that judge the reply before or choose nothing; None for any other text.

    That an answer was of no use is kept as its thumb.
    """
    place = _place(text)
    if place is not None:
        return None if earlier.meant(text) != text else _no_choice(place, earlier.offer)
    no_help, none_of_them = _NO_HELP.match(text.strip()), _NONE_OF_THEM.match(text.strip())
    if earlier.asked is None or not (no_help or none_of_them):
        return None
    return _to_no_help(earlier.asked)


def _no_choice(place: int, offer: Turn | None) -> Reply:
    if offer is None:
        return _fixed(replies.NUMBER_ALONE, "number")
    return _fixed(NO_SUCH_CHOICE.format(number=place + 1, last=len(offer.choices)), "number")


def _to_no_help(turn: Turn) -> Reply:
    if turn.state == Turn.State.PASSED_ON:
        return _fixed(WITH_A_PERSON, "no_help")
    if turn.state == Turn.State.OFFERED:
        return _fixed(NONE_OF_THEM, "no_help")
    learning.rate(turn, -1, turn.sender)
    return _fixed(NO_HELP, "no_help")


def _fixed(text: str, name: str) -> Reply:
    return Reply(text, Turn.State.ANSWERED, found=f"fixed:{name}", confidence=1)
