"""How fast one may ask: by person and by group, counted in the turns themselves, so that all processes agree."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Literal

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.channels.base import Asked

Pace = Literal["fine", "slowed_first", "crowded_first", "slowed_silent"]
PER_PERSON, PER_GROUP = 12, 60
WINDOW = datetime.timedelta(minutes=1)
LOOKED_AT = 200
TOLD = "您问得有点快，我先歇一歇。请过一分钟再问；急事可拨打职工服务热线 12351。"
TOLD_GROUP = "群里这会儿问的人多，我先歇一歇，这句没有答。请过一分钟再问；急事可拨打职工服务热线 12351。"
SAID: dict[Pace, str] = {"slowed_first": TOLD, "crowded_first": TOLD_GROUP, "slowed_silent": ""}


def newest(asked: Asked) -> list[Turn]:
    """Return a person's newest turns on a channel, newest first, no more than their pace needs.

    Called in the transaction that stores the turn, one person's questions are counted one after the other.
    """
    _queue_up(asked)
    turns = Turn.objects.filter(channel=asked.channel, sender=asked.sender)
    return list(turns.select_related("follows").order_by("-id")[:PER_PERSON])


def check(asked: Asked, before: Sequence[Turn]) -> Pace:
    """Say whether a question comes too fast; it was not stored yet, `before` are the person's newest turns.

    Unless it is fine, store the turn as SLOWED with the sentence that SAID has for it: whoever gets no answer is told
    why once in a period, also where it was others in the group who asked too much.
    """
    since = timezone.now() - WINDOW
    own = Turn.objects.filter(channel=asked.channel, sender=asked.sender)
    group = Turn.objects.filter(channel=asked.channel, group=asked.group)
    too_fast = bool(asked.sender) and len(before) == PER_PERSON and before[-1].asked_at > since
    if not too_fast and not (asked.group and _is_full(group, PER_GROUP, since)):
        return "fine"
    if _was_told(own if asked.sender else group, since):
        return "slowed_silent"
    return "slowed_first" if too_fast else "crowded_first"


def _is_full(turns: QuerySet[Turn], limit: int, since: datetime.datetime) -> bool:
    """Look at no more than the newest `limit` turns, by their index, however many there are."""
    newest = list(turns.order_by("-id").values_list("asked_at", flat=True)[:limit])
    return len(newest) == limit and newest[-1] > since


def _was_told(turns: QuerySet[Turn], since: datetime.datetime) -> bool:
    """Say whether the reason was given in this period; of a flood only the newest turns are looked at."""
    newest = turns.order_by("-id").values_list("asked_at", "state", "reply")[:LOOKED_AT]
    return any(asked_at > since and state == Turn.State.SLOWED and reply for asked_at, state, reply in newest)


def _queue_up(asked: Asked) -> None:
    """Hold the person's lock until the transaction ends; without one there is nothing to hold."""
    if connection.in_atomic_block:
        digest = hashlib.sha256(f"pace:{asked.channel}:{asked.sender}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
