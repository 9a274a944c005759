"""转人工: said right after a question, it is that question that a person gets."""

from __future__ import annotations

import datetime

from django.utils import timezone

from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import hand_overs
from eunion.assistant.terms import Reply
from eunion.channels.base import Asked

# A wish for a person belongs to what was asked within this time.
REMEMBERED = datetime.timedelta(minutes=30)
LOOKED_AT = 6
HANDED_OVER = (
    "好的，已把您刚才问的“{question}”转给工会工作人员，{due}前回复您。着急可拨打职工服务热线 12351。"
)
ALREADY = "您刚才问的“{question}”已经在工会工作人员那里了，{due}前回复您。着急可拨打职工服务热线 12351。"
QUOTED = 30


def granted(asked: Asked) -> Reply | None:
    """Hand the question before over and return what to say; None where nothing was asked that a person could take.

    Safe to repeat: the question is handed over once.
    """
    turn = _question_before(asked)
    if turn is None:
        return None
    new = hand_overs.ask_person(turn=turn)
    hand_over = new or HandOver.objects.filter(turn=turn).first()
    if hand_over is None:
        return None
    question = turn.question if len(turn.question) <= QUOTED else f"{turn.question[:QUOTED]}…"
    if asked.group:
        # Neighbours read along: what it was is not said aloud again.
        question = "那个问题"
    due = f"{timezone.localtime(hand_over.due_at):%-m月%-d日 %H:%M}"
    text = (HANDED_OVER if new else ALREADY).format(question=question, due=due)
    return Reply(text, Turn.State.ANSWERED, found="fixed:person", confidence=1)


def _question_before(asked: Asked) -> Turn | None:
    """Return the newest question of the same talk that waits or was answered by 雲博士; small talk is none."""
    since = timezone.now() - REMEMBERED
    talk = Turn.objects.filter(
        channel=asked.channel, sender=asked.sender, group=asked.group, asked_at__gt=since
    )
    newest = talk.exclude(state=Turn.State.SLOWED).order_by("-id")[:LOOKED_AT]
    turn = next((one for one in newest if _is_question(one)), None)
    return None if turn is None or turn.state == Turn.State.CLOSED else turn


def _is_question(turn: Turn) -> bool:
    return turn.state == Turn.State.PASSED_ON or not turn.found.startswith("fixed:")
