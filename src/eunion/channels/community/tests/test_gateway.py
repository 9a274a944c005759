"""The community gateway: signed both ways, told once."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.broadcast.factories import make_gateway
from eunion.channels.community import signature
from eunion.channels.community.models import Gateway, InboundEvent
from eunion.sandbox import community as far_side

pytestmark = pytest.mark.django_db
PATH = "/community/callback"
GUIDE = Path(__file__).resolve().parents[5] / "docs" / "community-gateway.md"


@pytest.fixture
def gateway() -> Gateway:
    return make_gateway()


def mention(event_id: str = "e1") -> bytes:
    event = {"event_id": event_id, "kind": "mention", "group_id": "g1", "sender": {"id": "p1", "name": "王"}}
    return json.dumps({**event, "text": "@云博士 工会 怎么入会", "sent_at": int(time.time())}).encode()


def call(client: Client, gateway: Gateway, body: bytes, **changed: str) -> Any:
    headers = signature.headers(
        app_key=gateway.app_key, secret=gateway.secret, method="POST", path=PATH, body=body
    )
    return client.post(PATH, body, content_type="application/json", headers={**headers, **changed})


def test_a_mention_is_stored_and_its_answer_deferred(client: Client, gateway: Gateway) -> None:
    assert call(client, gateway, mention()).status_code == 202
    assert InboundEvent.objects.get().group == "g1"
    assert ProcrastinateJob.objects.filter(task_name="community.handle").count() == 1


def test_an_event_told_twice_is_answered_once(client: Client, gateway: Gateway) -> None:
    for _ in range(2):
        assert call(client, gateway, mention()).status_code == 202
    assert InboundEvent.objects.count() == 1


def test_a_replayed_call_is_refused(client: Client, gateway: Gateway) -> None:
    body = mention()
    headers = signature.headers(
        app_key=gateway.app_key, secret=gateway.secret, method="POST", path=PATH, body=body
    )
    codes = [
        client.post(PATH, body, content_type="application/json", headers=headers).status_code
        for _ in range(2)
    ]
    assert codes == [202, 401]


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Community-Signature": "0" * 64},
        {"X-Community-Key": "nobody"},
        {"X-Community-Timestamp": "1600000000"},
        {"X-Community-Nonce": "short"},
    ],
)
def test_an_unsigned_or_altered_call_is_refused(
    client: Client, gateway: Gateway, changed: dict[str, str]
) -> None:
    answer = call(client, gateway, mention(), **changed)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not InboundEvent.objects.exists()


def test_both_sides_sign_alike() -> None:
    arguments = ("secret", "POST", PATH, "1700000000", "n" * 16, b"{}")
    assert signature.sign(*arguments) == far_side.sign(*arguments)


def test_the_example_in_the_guide_is_right() -> None:
    """Hold docs/community-gateway.md to its own worked example."""
    guide = GUIDE.read_text()
    found = {
        name: re.search(rf"^{name}: `(.+)`$", guide, re.M).group(1)
        for name in ("secret", "method", "path", "timestamp", "nonce", "body", "signature")
    }  # type: ignore[union-attr]
    signed = signature.sign(
        *(found[n] for n in ("secret", "method", "path", "timestamp", "nonce")), found["body"].encode()
    )
    assert signed == found["signature"]


@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
        ).map(lambda v: json.dumps(v).encode()),
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_fuzzed_events_never_break(client: Client, gateway: Gateway, body: bytes) -> None:
    assert call(client, gateway, body).status_code in (202, 401, 422)
