"""Every change in this room: signed calls are checked, events stored once and routed; replies are posted."""

from __future__ import annotations

import datetime
import hmac
import json
import time
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone

from eunion.channels import base
from eunion.channels.community import signature, tasks
from eunion.channels.community.errors import BadEvent, CallRefused
from eunion.channels.community.models import Gateway, InboundEvent, Nonce
from eunion.channels.community.sender import GroupSender
from eunion.channels.plain import plain_json

KINDS = ("mention", "delivered")


def check_call(*, method: str, path: str, headers: dict[str, str], body: bytes) -> Gateway:
    """Return the gateway that made a signed call; raises CallRefused for a wrong, old or repeated one."""
    gateway = Gateway.objects.filter(app_key=headers.get("X-Community-Key", ""), active=True).first()
    if gateway is None:
        raise CallRefused("应用标识不对。")
    timestamp, nonce = headers.get("X-Community-Timestamp", ""), headers.get("X-Community-Nonce", "")
    wanted = signature.sign(gateway.secret, method, path, timestamp, nonce, body)
    if not hmac.compare_digest(wanted.encode(), headers.get("X-Community-Signature", "").encode()):
        raise CallRefused("签名不对。")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > signature.SKEW_S:
        raise CallRefused("时间相差太多。")
    if not signature.NONCE_MIN <= len(nonce) <= 64:
        raise CallRefused("随机串长度不对。")
    _, fresh = Nonce.objects.get_or_create(gateway=gateway, value=nonce)
    if not fresh:
        raise CallRefused("这次调用已经用过了。")
    return gateway


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = plain_json(json.loads(body))
    except (ValueError, RecursionError):
        raise BadEvent("不是有效的 JSON。") from None
    if not isinstance(event, dict) or event.get("kind") not in KINDS or not event.get("event_id"):
        raise BadEvent
    return event


@transaction.atomic
def receive(*, gateway: Gateway, body: bytes) -> bool:
    """Store an event and defer its handling; return False when it was told before. Raises BadEvent."""
    event = _read(body)
    stored, created = InboundEvent.objects.get_or_create(
        gateway=gateway,
        event_id=str(event["event_id"])[:64],
        defaults={"kind": event["kind"], "group": str(event.get("group_id", ""))[:64], "payload": event},
    )
    if created and event["kind"] == "mention":
        tasks.handle.defer(event_pk=stored.pk)
    return created


def handle(*, event_pk: int) -> None:
    """Pass a mention on to whoever answers texts. Safe to repeat."""
    event = InboundEvent.objects.get(pk=event_pk)
    if event.handled_at:
        return
    said = event.payload.get("sender")
    sender = said if isinstance(said, dict) else {}
    asked = base.Asked(
        channel="community",
        account_id=event.gateway_id,
        sender=str(sender.get("id", ""))[:64],
        group=event.group,
        text=str(event.payload.get("text", "")),
        event_id=f"community:{event.event_id}",
    )
    for handler in base.TEXT_HANDLERS:
        handler(asked)
    InboundEvent.objects.filter(pk=event.pk).update(handled_at=timezone.now())


def post_to_group(*, account_id: int, group: str, text: str, key: str, reply_to: str) -> None:
    """Post a text into a group, once however often it is tried with the same key; raises SendError."""

    async def post() -> None:
        async with GroupSender(account_id) as sender:
            await sender.post(
                group,
                {
                    "key": key,
                    "kind": "text",
                    "title": "",
                    "text": text,
                    "url": "",
                    "reply_to": reply_to or None,
                },
            )

    async_to_sync(post)()


def forget_old_nonces() -> None:
    """Forget nonces that the clock alone would refuse."""
    limit = timezone.now() - datetime.timedelta(seconds=signature.SKEW_S * 2)
    Nonce.objects.filter(seen_at__lt=limit).delete()
