"""Every change in this room: mentions stored once and answered, messages to staff; robots and groups by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.channels import base
from eunion.channels.base import SendError, Unknown
from eunion.channels.wecom import client, tasks
from eunion.channels.wecom.callbacks import Told
from eunion.channels.wecom.errors import NoSuchMention, NothingToSend
from eunion.channels.wecom.groups import customer_groups, fetch_results
from eunion.channels.wecom.groups import plan as plan_group_task
from eunion.channels.wecom.models import Corp, InboundMention
from eunion.channels.wecom.robots import post_to_robot

__all__ = [
    "answer_mention",
    "customer_groups",
    "fetch_results",
    "handle",
    "note_verified",
    "plan_group_task",
    "post_to_robot",
    "receive",
    "send_to_staff",
]
AT_ONCE = 1000
SAME_FOR_S = 1800
TEXT_BYTES, CARD_TITLE_BYTES, CARD_TEXT_BYTES = 2048, 128, 512
# Kinds of message whose words we know; voice comes as text.
READ = ("text", "voice")
PREFIX = "wecom:"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def note_verified(*, corp: Corp) -> None:
    """Remember that WeCom's check of the callback address came through."""
    Corp.objects.filter(pk=corp.pk).update(verified_at=timezone.now())


def send_to_staff(
    *, corp: Corp, userids: Sequence[str], text: str, title: str = "", url: str = ""
) -> list[str]:
    """Send an app message to staff; return the accounts that WeCom doesn't know. Raises SendError, NothingToSend.

    WeCom drops the same content to the same people within half an hour, so a repeated job rings once.
    """
    wanted = sorted({one.strip() for one in userids if one.strip()})
    if not wanted or not text.strip():
        raise NothingToSend
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": _cut(text, TEXT_BYTES)}}
    if url:
        card = {"title": _cut(title or text, CARD_TITLE_BYTES), "description": _cut(text, CARD_TEXT_BYTES)}
        content = {"msgtype": "textcard", "textcard": {**card, "url": url}}
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": SAME_FOR_S}
    unknown: list[str] = []
    for start in range(0, len(wanted), AT_ONCE):
        people = {"touser": "|".join(wanted[start : start + AT_ONCE]), "agentid": corp.agentid}
        try:
            answer = client.post(corp.pk, "/cgi-bin/message/send", {**people, **content, **check})
        except Unknown as error:
            # WeCom drops the repeat if this one has arrived.
            raise SendError("network", str(error), permanent=False, retry_after_s=2) from error
        unknown += [one for one in str(answer.get("invaliduser", "")).split("|") if one]
    return unknown


@transaction.atomic
def receive(*, corp: Corp, told: Told) -> bool:
    """Store a message to the smart robot and defer its handling; False when it was told before."""
    mention, created = InboundMention.objects.get_or_create(
        corp=corp,
        msgid=told.msgid,
        defaults={
            "kind": told.kind,
            "userid": told.userid,
            "chatid": told.chatid,
            "text": told.text,
            "response_url": told.response_url,
        },
    )
    if created and told.kind in READ and told.text.strip():
        tasks.handle.defer(mention_id=mention.pk)
    return created


def handle(*, mention_id: int) -> None:
    """Pass a mention on to whoever answers texts. Safe to repeat."""
    mention = InboundMention.objects.get(pk=mention_id)
    if mention.handled_at:
        return
    asked = base.Asked(
        channel="wecom",
        account_id=mention.corp_id,
        sender=mention.userid,
        group=mention.chatid,
        text=mention.text,
        event_id=f"{PREFIX}{mention.pk}",
    )
    for handler in base.TEXT_HANDLERS:
        handler(asked)
    InboundMention.objects.filter(pk=mention.pk).update(handled_at=timezone.now())


def answer_mention(*, event_id: str, text: str, key: str) -> None:
    """Answer where a mention was made, once for a key; raises SendError, NoSuchMention.

    WeCom takes one answer within the hour at its response_url; a later one goes to the asker as an app message.
    """
    number = event_id.removeprefix(PREFIX)
    found = InboundMention.objects.filter(pk=number) if number.isdecimal() else InboundMention.objects.none()
    mention = found.select_related("corp").first()
    if mention is None:
        raise NoSuchMention
    if mention.answer_key == key:
        return
    if mention.answered_at or not _answered_there(mention, text):
        send_to_staff(corp=mention.corp, userids=[mention.userid], text=text)
    found.update(answer_key=key, answered_at=timezone.now())


def _answered_there(mention: InboundMention, text: str) -> bool:
    """Answer at the response_url. Refused after an earlier try, the earlier one has arrived."""
    if not client.is_ours(mention.response_url):
        return False
    tried_before = mention.called_at is not None
    InboundMention.objects.filter(pk=mention.pk).update(called_at=timezone.now())
    try:
        return client.answer_at(mention.response_url, text) or tried_before
    except SendError as error:
        if error.code.isdecimal() or error.code == "-1":
            # WeCom said no: this try has not arrived.
            InboundMention.objects.filter(pk=mention.pk).update(called_at=mention.called_at)
        raise
