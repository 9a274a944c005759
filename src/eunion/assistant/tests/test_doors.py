"""Whatever is typed or sent at any door: stored whole or refused in words, never a failure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from eunion.assistant.models import Turn
from eunion.broadcast.factories import make_gateway
from eunion.channels.community import services as community
from eunion.channels.community import signature
from eunion.channels.community.models import InboundEvent
from eunion.channels.wechat import callbacks
from eunion.registry.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
NASTY = (
    "怎么\x00入会",
    "\x00\x01\x02\x1b[31m\x7f",
    "\ud800怎么入会",
    "😀😀😀",
    "\u202e怎么入会\u200b",
    "👨‍👩‍👧‍👦？",
)
PATH = "/community/callback"


def told(client: Client, event: dict[str, Any]) -> int:
    gateway, body = make_gateway(), json.dumps(event).encode()
    headers = signature.headers(
        app_key=gateway.app_key, secret=gateway.secret, method="POST", path=PATH, body=body
    )
    return client.post(PATH, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("text", [text for text in NASTY if "\ud800" not in text])
def test_the_portal_answers_whatever_is_typed(client: Client, known: None, text: str) -> None:
    answer = client.post("/assistant/", {"question": text, "once": "\x00a"}, follow=True)
    assert answer.status_code == 200
    assert Turn.objects.get().reply and "\x00" not in Turn.objects.get().question


@pytest.mark.parametrize("text", NASTY)
def test_a_group_is_answered_whatever_is_said_in_it(
    client: Client, known: None, sent: list[Any], text: str
) -> None:
    event = {
        "event_id": f"e\x00{text[:3]}",
        "kind": "mention",
        "group_id": "g\x001",
        "sender": {"id": "p\x00", "\x00": ["\x00"]},
        "text": text,
    }
    assert told(client, event) == 202
    community.handle(event_pk=InboundEvent.objects.get().pk)
    assert len(sent) == Turn.objects.count() == 1


@pytest.mark.parametrize("sender", [None, "p1", ["p1"], 7])
def test_a_sender_of_another_shape_fails_no_job(
    client: Client, known: None, sent: list[Any], sender: Any
) -> None:
    event = {"event_id": "e1", "kind": "mention", "group_id": "g1", "sender": sender, "text": "怎么入会"}
    assert told(client, event) == 202
    community.handle(event_pk=InboundEvent.objects.get().pk)
    assert len(sent) == 1


def test_five_megabytes_are_refused_by_pages_and_callbacks_alike(client: Client) -> None:
    page = client.post("/assistant/", {"question": "的" * 1_700_000, "once": "a"})
    assert page.status_code == 413 and len(page.content) < 30_000
    assert told(client, {"event_id": "e1", "kind": "mention", "text": "的" * 1_000_000}) == 413
    assert not Turn.objects.exists() and not InboundEvent.objects.exists()


def test_a_long_message_is_refused_in_words_and_its_page_stays_small(client: Client, known: None) -> None:
    page = client.post("/assistant/", {"question": "的" * 200_000 + "怎么入会", "once": "a"}, follow=True)
    assert page.status_code == 200 and len(page.content) < 40_000
    assert "您写了 200004 字" in page.content.decode() and "留着前 5000 字" in page.content.decode()
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    "address", ["/assistant/law/?basis=%00", "/assistant/?q=%00", "/assistant/%00", "/news/%00/"]
)
def test_an_address_with_a_nul_is_refused_in_words(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400


def test_wechat_can_tell_no_nul() -> None:
    with pytest.raises(callbacks.CallbackRefused):
        callbacks._fields(b"<xml><Content>\x00</Content></xml>")


def test_answers_are_for_whoever_asked_and_no_other(client: Client, known: None) -> None:
    client.force_login(MemberFactory(user=UserFactory()).user)
    client.post("/assistant/", {"question": "单位拖欠工资，应该怎么要回来？", "once": "a"})
    turn = Turn.objects.get()
    other = Client()
    other.force_login(UserFactory())
    for verb, data in (("rate", {"value": "1"}), ("person", {})):
        assert other.post(f"/assistant/{turn.pk}/{verb}/", data).status_code == 404
    turn.refresh_from_db()
    assert (turn.thumb, turn.state) == (0, Turn.State.ANSWERED)
