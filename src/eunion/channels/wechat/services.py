"""Every change in this room: what WeChat tells is stored once and routed; replies are sent."""

from __future__ import annotations

import datetime
from typing import Any

import requests
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from eunion.channels import base
from eunion.channels.wechat import client, tasks
from eunion.channels.wechat.callbacks import Told
from eunion.channels.wechat.models import Account, Follower, InboundMessage

_STORE = """
INSERT INTO wechat_inboundmessage (account_id, dedupe_key, openid, kind, payload, received_at)
VALUES (%s, %s, %s, %s, %s, now()) ON CONFLICT (account_id, dedupe_key) DO NOTHING RETURNING id
"""
# Told in blocks by the room that waits for them; no job each.
REPORTS = {"event.TEMPLATESENDJOBFINISH"}


@transaction.atomic
def receive(*, account: Account, told: Told) -> bool:
    """Store a message or event and defer its handling; return False when it was told before."""
    with connection.cursor() as cursor:
        row: list[Any] = [account.pk, told.key, told.openid, told.kind, Jsonb(told.payload)]
        cursor.execute(_STORE, row)
        stored = cursor.fetchone()
    if stored and told.kind not in REPORTS:
        tasks.handle.defer(inbound_id=stored[0])
    return bool(stored)


def handle(*, inbound_id: int) -> None:
    """Act on a stored message once: keep followers current, pass texts on. Safe to repeat."""
    told = InboundMessage.objects.select_related("account").get(pk=inbound_id)
    if told.handled_at:
        return
    with transaction.atomic():
        _note_action(told)
    if told.kind == "text":
        asked = base.Asked(
            channel="wechat",
            account_id=told.account_id,
            sender=told.openid,
            group="",
            text=str(told.payload.get("Content", "")),
            event_id=f"wechat:{told.pk}",
        )
        for handler in base.TEXT_HANDLERS:
            handler(asked)
    InboundMessage.objects.filter(pk=told.pk).update(handled_at=timezone.now())


def _note_action(told: InboundMessage) -> None:
    """Keep the follower's row in step with what they did."""
    at = _told_at(told)
    subscribed = told.kind != "event.unsubscribe"
    follower, created = Follower.objects.get_or_create(
        account=told.account,
        openid=told.openid,
        defaults={"subscribed": subscribed, "subscribed_at": at, "last_active_at": at},
    )
    if created or (follower.last_active_at and follower.last_active_at > at):
        return
    changed: dict[str, Any] = {"last_active_at": at}
    if told.kind in ("event.subscribe", "event.unsubscribe"):
        changed["subscribed"] = subscribed
    if told.kind == "event.subscribe":
        changed["subscribed_at"] = at
    Follower.objects.filter(pk=follower.pk).update(**changed)


def _told_at(told: InboundMessage) -> datetime.datetime:
    created = str(told.payload.get("CreateTime", ""))
    return (
        datetime.datetime.fromtimestamp(int(created), datetime.UTC) if created.isdigit() else told.received_at
    )


def reply_text(*, account_id: int, openid: str, text: str) -> None:
    """Send a customer-service text message; raises SendError."""
    token = client.access_token(account_id)
    answer = _send_custom(token, openid, text)
    if answer.get("errcode") in client.TOKEN_CODES:
        answer = _send_custom(client.access_token(account_id, stale=token), openid, text)
    if answer.get("errcode", 0):
        raise client.error_of(answer)


def _send_custom(token: str, openid: str, text: str) -> dict[str, Any]:
    """POST /cgi-bin/message/custom/send."""
    body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
    try:
        answer: dict[str, Any] = requests.post(
            f"{settings.WECHAT_API_URL}/cgi-bin/message/custom/send",
            params={"access_token": token},
            json=body,
            timeout=client.TIMEOUT_S,
        ).json()
    except (requests.RequestException, ValueError) as error:
        raise base.SendError("network", type(error).__name__, permanent=False, retry_after_s=1) from None
    return answer
