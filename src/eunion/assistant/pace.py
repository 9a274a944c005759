"""How fast one may ask: by person and by group, counted in the turns themselves, so that all processes agree."""

from __future__ import annotations

import datetime
import hashlib
from typing import Literal

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.channels.base import Asked

Pace = Literal["fine", "slowed_first", "slowed_silent"]
PER_PERSON, PER_GROUP = 12, 60
WINDOW = datetime.timedelta(minutes=1)
TOLD = "您问得有点快，我先歇一歇。请过一分钟再问；急事可拨打职工服务热线 12351。"


def check(asked: Asked) -> Pace:
    """Say whether a question comes too fast; it was not stored yet.

    On `slowed_first` say TOLD and store the turn as SLOWED, on `slowed_silent` store it so and say nothing. Called
    in the transaction that stores the turn, one person's questions are counted one after the other.
    """
    since = timezone.now() - WINDOW
    _queue_up(asked)
    people = Turn.objects.filter(channel=asked.channel, sender=asked.sender)
    paces = [_pace(people, PER_PERSON, since)] if asked.sender else []
    if asked.group:
        paces.append(_pace(Turn.objects.filter(channel=asked.channel, group=asked.group), PER_GROUP, since))
    slowed = [pace for pace in paces if pace != "fine"]
    return "fine" if not slowed else "slowed_silent" if "slowed_silent" in slowed else "slowed_first"


def _pace(turns: QuerySet[Turn], limit: int, since: datetime.datetime) -> Pace:
    """Look at no more than the newest `limit` turns, by their index, however many there are."""
    newest = list(turns.order_by("-id").values_list("asked_at", "state")[:limit])
    recent = [state for asked_at, state in newest if asked_at > since]
    if len(recent) < limit:
        return "fine"
    return "slowed_silent" if Turn.State.SLOWED in recent else "slowed_first"


def _queue_up(asked: Asked) -> None:
    """Hold the person's lock until the transaction ends; without one there is nothing to hold."""
    if connection.in_atomic_block:
        digest = hashlib.sha256(f"pace:{asked.channel}:{asked.sender}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
