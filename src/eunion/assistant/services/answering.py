"""Questions understood, answered from the knowledge or by a skill, or passed on to a person."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from eunion.assistant import pace, phrasing, retrieval, skills
from eunion.assistant.engine import Hit
from eunion.assistant.errors import NothingAsked
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import earlier, hand_overs, learning, sending, settle, wishes
from eunion.assistant.sources import Item
from eunion.assistant.terms import Reply, Setting, Source, Understood
from eunion.assistant.understanding import mood, replies, understand
from eunion.channels.base import Asked
from eunion.registry.models import User

SIGNED = "（云博士根据工会知识库自动回答）"
GENERATED = "（由人工智能生成，内容依据上面的来源）"
CUT = "（您写得比较长，我只读了开头和结尾；没答到的请分开再问一次。）"
PASSED_ON = (
    "这个问题我还没有把握，已转给工会工作人员，工作时间 1 个工作日内回复您。着急可拨打职工服务热线 12351。"
)
QUESTION_MAX = 300
CHOICES = 3
States = Turn.State


@dataclass(frozen=True)
class Thought:
    """What was understood and what is to be said; `hits` explains the search of the first question."""

    understood: Understood
    reply: Reply
    hits: tuple[tuple[Item, Hit], ...] = ()


@dataclass(frozen=True)
class _Passage:
    """What the language model may put into other words."""

    title: str
    text: str


def think(text: str, setting: Setting, *, before: str = "", most: int = CHOICES) -> Thought:
    """Find the reply to a message; writes nothing. Raises NothingAsked for an empty one."""
    if not text.strip():
        raise NothingAsked
    understood = understand(text, before=before, today=setting.today)
    fixed = replies.fixed(understood)
    if fixed is not None:
        return Thought(understood, fixed)
    hits: tuple[tuple[Item, Hit], ...] = ()
    answer = skills.kept_private(understood, setting)
    if answer is None:
        answer, hits = _to_all(understood, setting, most)
    reply = replies.with_person(answer, understood)
    first = [replies.care(understood), CUT if understood.is_cut else ""]
    return Thought(understood, replace(reply, text="\n".join([*filter(None, first), reply.text])), hits)


def _to_all(
    understood: Understood, setting: Setting, most: int
) -> tuple[Reply, tuple[tuple[Item, Hit], ...]]:
    """Return one reply to all questions of a message, and the first search that found something."""
    said: list[tuple[str, Reply]] = []
    hits: tuple[tuple[Item, Hit], ...] = ()
    for question in understood.questions:
        reply, found = _reply_to(question, understood, setting, most)
        said.append((question, reply))
        hits = hits or found
    return _joined(said), hits


def _reply_to(
    question: str, understood: Understood, setting: Setting, most: int
) -> tuple[Reply, tuple[tuple[Item, Hit], ...]]:
    known = retrieval.word_for_word(question, setting)
    if known:
        return _from_knowledge(question, known), known
    by_skill = skills.resolve(understood, question, setting)
    if by_skill is not None:
        return by_skill, ()
    found = tuple(retrieval.search(question, setting, limit=most))
    return _from_knowledge(question, found[:CHOICES]), found


def _from_knowledge(question: str, found: tuple[tuple[Item, Hit], ...]) -> Reply:
    """Answer where we are sure, offer three where one of them is likely, else pass on."""
    if not found:
        return Reply(PASSED_ON, States.PASSED_ON)
    item, hit = found[0]
    if hit.confidence >= retrieval.SURE:
        return _phrased(question, found, _said(item, hit.confidence))
    if hit.confidence >= retrieval.MAYBE:
        choices = tuple(one.title for one, _ in found)
        lines = "\n".join(f"{number}. {title}" for number, title in enumerate(choices, 1))
        text = f"您想问的是不是：\n{lines}\n回复数字就行；都不是的话，请换个说法，或说“转人工”。"
        return Reply(text, States.OFFERED, confidence=hit.confidence, choices=choices, topic=item.topic)
    return Reply(PASSED_ON, States.PASSED_ON, confidence=hit.confidence)


def _said(item: Item, confidence: float) -> Reply:
    return Reply(
        item.answer,
        States.ANSWERED,
        found=item.name,
        confidence=confidence,
        topic=item.topic,
        sources=item.references,
    )


def _phrased(question: str, found: tuple[tuple[Item, Hit], ...], plain: Reply) -> Reply:
    """Let the language model say it, where there is one; what it says is checked against the passages."""
    passages = [_Passage(item.title, item.answer) for item, hit in found if hit.confidence >= retrieval.MAYBE]
    made = phrasing.phrase(question, passages)
    return plain if made is None else replace(plain, text=made.text, generated=True)


def _joined(said: list[tuple[str, Reply]]) -> Reply:
    """Return one reply to all questions of a message; what one of them needs, the whole needs."""
    if len(said) == 1:
        return said[0][1]
    parts = [f"{number}. {question}\n{reply.text}" for number, (question, reply) in enumerate(said, 1)]
    all_of = [reply for _, reply in said]
    open_ones = [reply for reply in all_of if reply.state == States.PASSED_ON]
    first = next((reply for reply in all_of if reply.state == States.ANSWERED), all_of[0])
    sources = dict.fromkeys(source for reply in all_of for source in reply.sources)
    return replace(
        first,
        text="\n\n".join(parts),
        state=States.PASSED_ON if open_ones else first.state,
        sources=tuple(sources),
        choices=(),
        urgent=any(reply.urgent for reply in all_of),
        generated=any(reply.generated for reply in all_of),
        confidence=min(reply.confidence for reply in all_of),
    )


def take(asked: Asked, *, user: User | None = None, place: tuple[float, float] | None = None) -> Turn:
    """Store the turn for a question, once however often it arrives; returns the same turn again.

    One that arrives again is among the newest, as a rule; an older one is found when it cannot be stored twice.
    Raises NothingAsked.
    """
    before = pace.newest(asked)
    known = next((turn for turn in before if turn.event_id == asked.event_id), None)
    if known:
        return known
    slow = pace.check(asked, before)
    if slow != "fine":
        return _keep(asked, Setting(channel=asked.channel), Reply(pace.SAID[slow], States.SLOWED), None)
    setting = settle.setting_of(asked, user=user, place=place)
    talk = earlier.of(asked, before)
    thought = think(talk.meant(asked.text), setting, before=talk.subject)
    granted = wishes.granted(asked) if mood.is_bare_wish(thought.understood) else None
    reply = granted or earlier.answered(asked.text, talk) or thought.reply
    turn = _keep(asked, setting, reply, talk.asked if thought.understood.follows else None)
    learning.note_rephrasing(turn, talk.newest)
    return turn


def _keep(asked: Asked, setting: Setting, reply: Reply, follows: Turn | None) -> Turn:
    """Store the turn; where the same event was stored meanwhile, return that one."""
    turn = _turn(asked, setting, reply, follows)
    try:
        with transaction.atomic():
            turn.save(force_insert=True)
            if turn.state == States.PASSED_ON:
                hand_overs.open_hand_over(turn, at=timezone.now())
    except IntegrityError:
        return Turn.objects.get(event_id=asked.event_id)
    return turn


def _turn(asked: Asked, setting: Setting, reply: Reply, follows: Turn | None) -> Turn:
    kind, _, number = reply.found.partition(":")
    return Turn(
        event_id=asked.event_id,
        channel=asked.channel,
        account_id=asked.account_id,
        sender=asked.sender,
        group=asked.group,
        member=setting.member,
        grid=setting.grid,
        union=setting.union,
        question=settle.to_keep(asked.text)[:QUESTION_MAX],
        follows=follows,
        topic=reply.topic[:20],
        skill=reply.skill[:30],
        found=reply.found[:80],
        entry_id=_standing_entry(number) if kind == "entry" else None,
        confidence=reply.confidence,
        reply=reply.text,
        sources=[_kept_source(source) for source in reply.sources],
        choices=[choice[:120] for choice in reply.choices],
        generated=reply.generated,
        state=reply.state,
        urgent=reply.urgent,
    )


def _standing_entry(number: str) -> int | None:
    """Return an entry's id; None where it was deleted since this process read it."""
    return KnowledgeEntry.objects.filter(pk=number).values_list("pk", flat=True).first()


def _kept_source(source: Source) -> dict[str, str]:
    return {
        "label": source.label,
        "url": source.url,
        "date": source.date.isoformat() if source.date else "",
    }


def answer(asked: Asked) -> None:
    """Answer a text where it was asked; a job may call it again and only the sending is repeated.

    Raises SendError when the channel does not take the reply, for the job to try again.
    """
    try:
        turn = take(asked)
    except NothingAsked:
        return
    if turn.replied_at is None:
        if turn.reply:
            sending.send(turn, spoken(turn), key=f"turn:{turn.pk}")
        Turn.objects.filter(pk=turn.pk, replied_at=None).update(replied_at=timezone.now())


def spoken(turn: Turn) -> str:
    """Return what is said in a chat: the reply, its sources with dates and addresses, and who is speaking."""
    lines = [turn.reply]
    if turn.basis:
        lines.append("来源：" + "；".join(_dated(one) for one in turn.basis))
    lines += [f"{one['label']}：{_absolute(one['url'])}" for one in turn.places]
    if turn.generated:
        lines.append(GENERATED)
    elif turn.sources:
        lines.append(SIGNED)
    return "\n".join(lines)


def _dated(source: dict[str, str]) -> str:
    if not source["date"]:
        return source["label"]
    day = datetime.date.fromisoformat(source["date"])
    return f"{source['label']}（{day:%Y年%-m月}）"


def _absolute(url: str) -> str:
    return f"{settings.PUBLIC_URL}{url}" if url.startswith("/") else url
