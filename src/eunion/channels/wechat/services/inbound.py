"""What WeChat tells: stored in blocks, once each; then acted on by jobs."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from eunion.channels import base
from eunion.channels.wechat import tasks
from eunion.channels.wechat.callbacks import Told
from eunion.channels.wechat.models import Follower, InboundMessage
from eunion.channels.wechat.services import replies, scenes

logger = logging.getLogger(__name__)
# One JSON parameter for the whole block: five arrays of text cost the driver several times as much.
_STORE = """
INSERT INTO wechat_inboundmessage (account_id, dedupe_key, openid, kind, payload, received_at)
SELECT t.account_id, t.dedupe_key, t.openid, t.kind, t.payload, now()
FROM jsonb_to_recordset(%s::jsonb) AS t(account_id bigint, dedupe_key text, openid text, kind text, payload jsonb)
ON CONFLICT (account_id, dedupe_key) DO NOTHING RETURNING id, kind
"""
# Told in blocks by the room that waits for them; no job each.
REPORTS = {"event.TEMPLATESENDJOBFINISH"}
# A job is a slice: short enough that the last asker in it does not wait, long enough to spare the queue.
SLICE = 8

# Event kind (as in InboundMessage.kind) → what another room does with it; filled in their apps.py.
EVENT_HANDLERS: dict[str, Callable[[InboundMessage], None]] = {}


@transaction.atomic
def store(block: list[tuple[int, Told]]) -> int:
    """Store messages of a block and defer their handling; return how many were new."""
    rows = [
        {
            "account_id": account_id,
            "dedupe_key": told.key,
            "openid": told.openid,
            "kind": told.kind,
            "payload": told.payload,
        }
        for account_id, told in block
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [json.dumps(rows, ensure_ascii=False)])
        stored = cursor.fetchall()
    waiting = [number for number, kind in stored if kind not in REPORTS]
    slices = [waiting[start : start + SLICE] for start in range(0, len(waiting), SLICE)]
    if slices:
        tasks.handle.batch_defer(*({"inbound_ids": one} for one in slices))
    return len(stored)


def handle(*, inbound_ids: list[int]) -> None:
    """Act on stored messages, each by itself: one that fails is tried again alone and holds up no other."""
    if len(inbound_ids) == 1:
        handle_one(inbound_id=inbound_ids[0])
        return
    told = _waiting().in_bulk(inbound_ids)
    answered = []
    for inbound_id in sorted(told):
        try:
            if _act(told[inbound_id]):
                _note_handled([inbound_id])
            else:
                answered.append(inbound_id)
        except Exception:
            logger.exception("message %s is tried again by itself", inbound_id)
            tasks.handle.configure(schedule_in={"seconds": 1}).defer(inbound_ids=[inbound_id])
    _note_handled(answered)


def handle_one(*, inbound_id: int) -> None:
    """Act on a stored message once: keep followers current, reply, pass events on. Safe to repeat."""
    told = _waiting().filter(pk=inbound_id).first()
    if told:
        _act(told)
        _note_handled([inbound_id])


def _waiting() -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(handled_at=None).select_related("account")


def _note_handled(inbound_ids: list[int]) -> None:
    InboundMessage.objects.filter(pk__in=inbound_ids).update(handled_at=timezone.now())


def _act(told: InboundMessage) -> bool:
    """Do what a message asks for; return whether it must be noted at once, because doing it again would be seen.

    What 雲博士 answers need not: it knows by the message's number what it has said.
    """
    if not told.kind.startswith(("event.MASS", "event.PUBLISH")) and not _talks_on(told):
        with transaction.atomic():
            follower = _note_action(told)
            scenes.note_visit(told=told, follower=follower)
    return _route(told)


def _route(told: InboundMessage) -> bool:
    """Pass a message to whoever answers it; return whether anyone but the handlers of texts did."""
    handler = EVENT_HANDLERS.get(told.kind)
    if handler:
        handler(told)
    text = said(told)
    if replies.reply(told=told) or not text:
        return True
    asked = base.Asked(
        channel="wechat",
        account_id=told.account_id,
        sender=told.openid,
        group="",
        text=text,
        event_id=f"wechat:{told.pk}",
    )
    for answer in base.TEXT_HANDLERS:
        answer(asked)
    return handler is not None


def said(told: InboundMessage) -> str:
    """Return the words of a message: what was typed, or what WeChat heard in a voice message."""
    field = {"text": "Content", "voice": "Recognition"}.get(told.kind, "")
    return str(told.payload.get(field) or "")


def _talks_on(told: InboundMessage) -> bool:
    """Note that a known follower wrote, in one statement; False where there is more to note."""
    if told.kind.startswith("event."):
        return False
    at = told_at(told)
    known = Follower.objects.filter(account_id=told.account_id, openid=told.openid, last_active_at__lte=at)
    return bool(known.update(last_active_at=at))


def _note_action(told: InboundMessage) -> Follower:
    """Keep the follower's row in step with what they did."""
    at = told_at(told)
    subscribed = told.kind != "event.unsubscribe"
    follower, created = Follower.objects.get_or_create(
        account=told.account,
        openid=told.openid,
        defaults={"subscribed": subscribed, "subscribed_at": at, "last_active_at": at},
    )
    if created or (follower.last_active_at and follower.last_active_at > at):
        return follower
    changed: dict[str, Any] = {"last_active_at": at}
    if told.kind in ("event.subscribe", "event.unsubscribe"):
        changed["subscribed"] = subscribed
    if told.kind == "event.subscribe":
        changed["subscribed_at"] = at
    Follower.objects.filter(pk=follower.pk).update(**changed)
    return follower


def told_at(told: InboundMessage) -> datetime.datetime:
    """Return when it happened, by WeChat's clock."""
    created = str(told.payload.get("CreateTime", ""))
    readable = created.isdecimal() and len(created) <= 10
    return datetime.datetime.fromtimestamp(int(created), datetime.UTC) if readable else told.received_at
