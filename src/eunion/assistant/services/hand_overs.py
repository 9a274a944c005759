"""Questions that wait for a person: opened with an owner and a clock, assigned, escalated, replied to."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from eunion.assistant import masking
from eunion.assistant.errors import NothingAsked, NotWaiting, TakenMeanwhile
from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import knowledge, learning, owners, sending, telling
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.kernel.workdays import add_workdays
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of

WORKDAYS = 1
URGENT_WITHIN = datetime.timedelta(hours=1)
REPLY_MAX = 1200
SIGNED = "（工会工作人员回复）"
_BLOCK = 200


def _due(turn: Turn, at: datetime.datetime) -> datetime.datetime:
    return at + URGENT_WITHIN if turn.urgent else add_workdays(at, WORKDAYS)


@transaction.atomic
def open_hand_over(turn: Turn, *, at: datetime.datetime) -> HandOver:
    """Hand a turn to a person, once however often it is asked for; the owner is chosen by union and load.

    The owner of an urgent one is told at once.
    """
    hand_over, created = HandOver.objects.get_or_create(
        turn=turn, defaults={"owner": owners.owner_of(turn), "due_at": _due(turn, at)}
    )
    if created:
        telling.call_owner(hand_over)
    return hand_over


@transaction.atomic
def ask_person(*, turn: Turn) -> HandOver | None:
    """Pass an answered turn on because it did not help its asker; None where a person has it already."""
    passed = Turn.objects.filter(pk=turn.pk, state__in=(Turn.State.ANSWERED, Turn.State.OFFERED))
    if not passed.update(state=Turn.State.PASSED_ON):
        return None
    return open_hand_over(Turn.objects.get(pk=turn.pk), at=timezone.now())


def open_missing(*, at: datetime.datetime | None = None) -> int:
    """Open a hand-over for each turn that waits without one; return how many were opened."""
    missing = Turn.objects.filter(state=Turn.State.PASSED_ON, hand_over=None).select_related(
        "union", "grid__subdistrict"
    )
    turns = list(missing.order_by("id")[:_BLOCK])
    for turn in turns:
        open_hand_over(turn, at=at or turn.asked_at)
    return len(turns)


def _check_may(user: User, turn: Turn) -> None:
    """Raise NotAllowed unless the person may reply and the turn lies in their scope."""
    seen = Turn.objects.visible_to(scope_of(user)).filter(pk=turn.pk)
    if not user.has_perm(owners.RIGHT) or not seen.exists():
        raise NotAllowed


@transaction.atomic
def assign(*, hand_over: HandOver, to: User, user: User) -> None:
    """Give a waiting question to a colleague, or take it oneself, while its owner is who the person saw.

    Raises NotAllowed, NotWaiting, TakenMeanwhile (it is another's by now), Invalid (the colleague may not reply).
    """
    _check_may(user, hand_over.turn)
    try:
        _check_may(to, hand_over.turn)
    except NotAllowed:
        raise Invalid("这位同事没有回复权限，或者这个问题不在他的管理范围。") from None
    seen = HandOver.objects.filter(pk=hand_over.pk, answered_at=None, owner=hand_over.owner_id)
    if hand_over.owner_id != to.pk and seen.update(owner=to):
        audit.record(actor=user, action="assistant.assign", target=hand_over.turn, data={"to": to.username})
        if to != user:
            telling.call_owner(HandOver.objects.select_related("turn").get(pk=hand_over.pk))
        return
    now = HandOver.objects.select_related("owner").get(pk=hand_over.pk)
    if now.answered_at:
        raise NotWaiting
    if now.owner != to:
        raise TakenMeanwhile(f"这个问题刚刚由{now.owner}接手了。" if now.owner else "")


def escalate_overdue(*, now: datetime.datetime | None = None) -> int:
    """Give what is overdue to the level above its owner, again after each further working day; return how many.

    Each row is its own conditional update: killed at any point, the next run goes on where this one ended.
    """
    now = now or timezone.now()
    late = (
        HandOver.objects.filter(
            Q(escalated_at=None) | Q(escalated_at__lt=now), answered_at=None, due_at__lt=now
        )
        .select_related("owner", "turn__union", "turn__grid__subdistrict")
        .order_by("due_at")
    )
    return sum(_escalate(one, now) for one in late.iterator(chunk_size=_BLOCK) if _is_up(one, now))


def _is_up(hand_over: HandOver, now: datetime.datetime) -> bool:
    """Say whether the present owner's time is over as well."""
    since = hand_over.escalated_at
    return since is None or _due(hand_over.turn, since) < now


@transaction.atomic
def _escalate(hand_over: HandOver, now: datetime.datetime) -> bool:
    above = owners.upper(hand_over.turn, hand_over.owner)
    if above is None and hand_over.escalated_at:
        return False  # already at the top, and marked
    same = HandOver.objects.filter(
        pk=hand_over.pk, answered_at=None, owner=hand_over.owner_id, escalated_at=hand_over.escalated_at
    )
    if not same.update(owner=above or hand_over.owner, escalated_at=now):
        return False  # replied to, assigned or escalated meanwhile
    if above:
        telling.call_owner(HandOver.objects.select_related("turn").get(pk=hand_over.pk))
    data = {"to": above.username if above else ""}
    audit.record(actor=None, action="assistant.escalate", target=hand_over.turn, data=data)
    return True


def reply_by_person(*, turn: Turn, text: str, user: User, keep: bool) -> None:
    """Send a person's reply to where the question came from and close the turn; `keep` drafts an entry from it.

    Raises NotAllowed, NotWaiting (someone was quicker), NothingAsked (empty), Invalid (too long), SendError.
    """
    _check_may(user, turn)
    text = text.strip()
    if not text:
        raise NothingAsked("请写下回复内容。")
    if len(text) > REPLY_MAX:
        raise Invalid(f"回复太长（{len(text)} 字，最多 {REPLY_MAX} 字）。")
    with transaction.atomic():
        waiting = Turn.objects.select_for_update().get(pk=turn.pk)
        if waiting.state != Turn.State.PASSED_ON:
            raise NotWaiting
        now = timezone.now()
        waiting.state, waiting.said_before, waiting.reply = Turn.State.CLOSED, waiting.reply, text
        waiting.replied_at, waiting.replied_by = now, user
        waiting.save(update_fields=["state", "said_before", "reply", "replied_at", "replied_by"])
        HandOver.objects.filter(turn=waiting, answered_at=None).update(answered_at=now)
        if keep:
            knowledge.write(user=user, **_said(waiting))
        audit.record(actor=user, action="assistant.reply", target=waiting)
        telling.tell_asker(waiting)
        # Last: what fails here undoes the rest, and nothing is sent that is not kept.
        sending.send(waiting, f"{text}\n{SIGNED}", key=f"turn:{turn.pk}:person")


def entry_from(turn: Turn, *, user: User) -> dict[str, Any]:
    """Return an entry's first words made of a turn and a person's reply, for the form. Raises NotAllowed."""
    _check_may(user, turn)
    if not user.has_perm("assistant.add_knowledgeentry"):
        raise NotAllowed
    return _said(turn)


def _said(turn: Turn) -> dict[str, Any]:
    """Return what an entry made of a turn says: never more of the asker than the question's sense."""
    asked = masking.masked(turn.question)[:120]
    plain = masking.readable(turn.question)[:120]
    answer = turn.reply if turn.state == Turn.State.CLOSED else ""
    return {
        "question": plain,
        "alternatives": [asked] if asked != plain else [],
        "answer": masking.masked(answer)[:REPLY_MAX],
        "topic": turn.topic or learning.topic_guess(plain),
        **(_source(turn) if answer else {}),
    }


def _source(turn: Turn) -> dict[str, Any]:
    """Return where an officer's reply comes from: the union the question belonged to, on the day of the reply."""
    union = Union.objects.filter(path=owners.place_of(turn)).first()
    replied_on = timezone.localdate(turn.replied_at or timezone.now())
    return {"source": f"{union.name if union else '工会'}答复"[:80], "source_date": replied_on}
