"""Questions answered, or passed on to a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from eunion.assistant import retrieval, wording
from eunion.assistant.errors import NothingAsked
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import hand_overs, sending
from eunion.channels.base import Asked

SIGNED = "（云博士根据工会知识库自动回答）"
DANGER = (
    "听到您这样说，我很担心您。请先停一停，找一个您信任的人陪着您。全国心理援助热线 12356（24 小时），"
    "职工服务热线 12351，遇到危险请马上拨打 110 或 120。我已经请工会的同事尽快联系您。"
)
PASSED_ON = (
    "这个问题我还没有把握，已转给工会工作人员，工作时间 1 个工作日内回复您。着急可拨打职工服务热线 12351。"
)
NO_ANSWER_IN_GROUP = "涉及个人情况的事，请到公众号里私下问我，更方便也更安全。"
SMALL_TALK = {
    "thanks": "不客气，有事随时叫我。",
    "greeting": "您好，我是云博士。入会、困难帮扶、医疗互助、法律援助、劳动合同、工资工伤，都可以问我。",
}
QUESTION_MAX = 300


@dataclass(frozen=True)
class Reply:
    """What to say, and why."""

    text: str
    state: str
    entry: KnowledgeEntry | None = None
    confidence: float = 0.0
    urgent: bool = False
    choices: tuple[str, ...] = ()


def think(text: str) -> Reply:
    """Find the reply to a message; writes nothing. Raises NothingAsked for an empty one."""
    heard = wording.heard(text)[:QUESTION_MAX]
    if not heard:
        raise NothingAsked
    if wording.is_danger(heard):
        return Reply(DANGER, Turn.State.PASSED_ON, urgent=True)
    kind = wording.small_talk(heard)
    if kind:
        return Reply(SMALL_TALK[kind], Turn.State.ANSWERED)
    candidates = retrieval.index().ask(heard)
    entries = KnowledgeEntry.objects.in_bulk([one.entry_id for one in candidates])
    best = candidates[0] if candidates else None
    if best and best.confidence >= retrieval.SURE and not _is_close(candidates):
        entry = entries[best.entry_id]
        return Reply(_answer_text(entry), Turn.State.ANSWERED, entry, best.confidence)
    likely = tuple(entries[one.entry_id].question for one in candidates if one.confidence >= retrieval.MAYBE)
    if likely and best:
        lines = "\n".join(f"{number}. {question}" for number, question in enumerate(likely, 1))
        text = f"您想问的是不是：\n{lines}\n请把其中一句发给我；都不是的话，请换个说法，或说“转人工”。"
        return Reply(text, Turn.State.OFFERED, confidence=best.confidence, choices=likely)
    return Reply(PASSED_ON, Turn.State.PASSED_ON, confidence=best.confidence if best else 0.0)


def _is_close(candidates: list[retrieval.Candidate]) -> bool:
    """Return whether the second candidate is nearly as likely as the first: then the asker chooses."""
    return len(candidates) > 1 and candidates[0].confidence - candidates[1].confidence < retrieval.CLOSE


def _answer_text(entry: KnowledgeEntry) -> str:
    """Return the answer with its basis, source and date."""
    basis = f"\n依据：{entry.legal_basis}" if entry.legal_basis else ""
    dated = f"（{entry.source_date:%Y年%-m月}）" if entry.source_date else ""
    source = f"\n来源：{entry.source}{dated}" if entry.source else ""
    return f"{entry.answer}{basis}{source}\n{SIGNED}"


def take(asked: Asked) -> Turn:
    """Store the turn for a question, once however often it arrives; returns the same turn again."""
    known = Turn.objects.filter(event_id=asked.event_id).first()
    if known:
        return known
    wants_person = wording.heard(asked.text) in ("转人工", "人工")
    reply = Reply(PASSED_ON, Turn.State.PASSED_ON) if wants_person else think(asked.text)
    with transaction.atomic():
        turn, created = Turn.objects.get_or_create(
            event_id=asked.event_id,
            defaults={
                "channel": asked.channel,
                "account_id": asked.account_id,
                "sender": asked.sender,
                "group": asked.group,
                "question": wording.without_numbers(wording.heard(asked.text))[:QUESTION_MAX],
                "reply": reply.text,
                "entry": reply.entry,
                "confidence": reply.confidence,
                "state": reply.state,
                "urgent": reply.urgent,
            },
        )
        if created and turn.state == Turn.State.PASSED_ON:
            hand_overs.open_hand_over(turn, at=turn.asked_at)
    return turn


def answer(asked: Asked) -> None:
    """Answer a text where it was asked; a job may call it again and only the sending is repeated.

    Raises SendError when the channel does not take the reply, for the job to try again.
    """
    if not wording.heard(asked.text):
        return
    turn = take(asked)
    if turn.replied_at is None:
        sending.send(turn, turn.reply, key=f"turn:{turn.pk}")
        Turn.objects.filter(pk=turn.pk).update(replied_at=timezone.now())
