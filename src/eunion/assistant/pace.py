"""How fast one may ask: by person and by group, counted in the turns themselves, so that all processes agree."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

from django.db import connection
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.channels.base import Asked

Pace = Literal["fine", "slowed_first", "slowed_silent"]
PER_PERSON, PER_GROUP = 12, 60
WINDOW = datetime.timedelta(minutes=1)
TOLD = "您问得有点快，我先歇一歇。请过一分钟再问；急事可拨打职工服务热线 12351。"


def newest(asked: Asked) -> list[Turn]:
    """Return a person's newest turns on a channel, newest first, no more than their pace needs.

    Called in the transaction that stores the turn, one person's questions are counted one after the other.
    """
    _queue_up(asked)
    turns = Turn.objects.filter(channel=asked.channel, sender=asked.sender)
    return list(turns.order_by("-id")[:PER_PERSON])


def check(asked: Asked, before: Sequence[Turn]) -> Pace:
    """Say whether a question comes too fast; it was not stored yet, `before` are the person's newest turns.

    On `slowed_first` say TOLD and store the turn as SLOWED, on `slowed_silent` store it so and say nothing.
    """
    since = timezone.now() - WINDOW
    paces = []
    if asked.sender:
        paces.append(_pace([(turn.asked_at, turn.state) for turn in before], PER_PERSON, since))
    if asked.group:
        # By their index no more than the newest few are looked at, however many there are.
        turns = Turn.objects.filter(channel=asked.channel, group=asked.group).order_by("-id")
        paces.append(_pace(turns.values_list("asked_at", "state")[:PER_GROUP], PER_GROUP, since))
    slowed = [pace for pace in paces if pace != "fine"]
    return "fine" if not slowed else "slowed_silent" if "slowed_silent" in slowed else "slowed_first"


def _pace(turns: Iterable[tuple[datetime.datetime, str]], limit: int, since: datetime.datetime) -> Pace:
    """Judge by the newest `limit` turns."""
    recent = [state for asked_at, state in turns if asked_at > since]
    if len(recent) < limit:
        return "fine"
    return "slowed_silent" if Turn.State.SLOWED in recent else "slowed_first"


def _queue_up(asked: Asked) -> None:
    """Hold the person's lock until the transaction ends; without one there is nothing to hold."""
    if connection.in_atomic_block:
        digest = hashlib.sha256(f"pace:{asked.channel}:{asked.sender}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
