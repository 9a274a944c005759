"""WeChat's callback: what is signed and ours is stored once; everything else is refused, never a 5xx."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from wechatpy.crypto import WeChatCrypto

from eunion.broadcast.factories import AES_KEY, make_account
from eunion.channels.wechat.callbacks import signature
from eunion.channels.wechat.models import Account, Follower, InboundMessage
from eunion.channels.wechat.services import inbound

pytestmark = pytest.mark.django_db
TEXT = (
    "<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
    "<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)


@pytest.fixture
def account() -> Account:
    return make_account(slug="service", appid="wxtest", token="tok")


def text(number: int = 1) -> str:
    return TEXT.format(now=int(time.time()), number=number)


def event(kind: str) -> str:
    return (
        f"<xml><FromUserName>o1</FromUserName><CreateTime>{int(time.time())}</CreateTime>"
        f"<MsgType>event</MsgType><Event>{kind}</Event></xml>"
    )


def post(
    client: Client, xml: str, at: int | None = None, key: str = AES_KEY, appid: str = "wxtest", **wrong: str
) -> Any:
    """Post a message as WeChat does in safe mode, encrypted by wechatpy."""
    timestamp, nonce = str(at or int(time.time())), "nonce0000000"
    sealed = str(WeChatCrypto("tok", key, appid).encrypt_message(xml, nonce, timestamp))
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": signature("tok", timestamp, nonce),
        "msg_signature": signature("tok", timestamp, nonce, encrypted),
        "encrypt_type": "aes",
        **wrong,
    }
    return client.post("/wechat/service/callback", sealed, content_type="text/xml", query_params=query)


def test_wechats_check_is_echoed(client: Client, account: Account) -> None:
    now = str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "signature": signature("tok", now, "n"), "echostr": "echo"}
    assert client.get("/wechat/service/callback", query).content == b"echo"


def test_a_text_is_stored_and_its_handling_deferred(client: Client, account: Account) -> None:
    assert post(client, text()).content == b"success"
    assert InboundMessage.objects.get().payload["Content"] == "你好"
    assert ProcrastinateJob.objects.filter(task_name="wechat.handle").count() == 1


def test_the_same_message_told_three_times_is_stored_once(client: Client, account: Account) -> None:
    for _ in range(3):
        assert post(client, text()).status_code == 200
    assert InboundMessage.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="wechat.handle").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": "0" * 40},
        {"msg_signature": "0" * 40},
        {"at": 1_600_000_000},
        {"appid": "wxother"},
        {"key": "b" * 42 + "A"},
        {"encrypt_type": "raw"},
    ],
)
def test_what_is_not_ours_is_refused(client: Client, account: Account, wrong: dict[str, Any]) -> None:
    assert post(client, text(), **wrong).status_code == 403
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize(
    "xml",
    [
        "<xml>",
        "",
        "<xml><MsgType>text</MsgType></xml>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>',
    ],
)
def test_broken_xml_and_entity_bombs_are_refused(client: Client, account: Account, xml: str) -> None:
    assert post(client, xml).status_code == 403
    assert not InboundMessage.objects.exists()


def test_following_and_leaving_keep_the_follower_current(client: Client, account: Account) -> None:
    post(client, event("subscribe"))
    inbound.handle_one(inbound_id=InboundMessage.objects.latest("id").pk)
    assert Follower.objects.get(openid="o1").subscribed
    InboundMessage.objects.update(payload={"CreateTime": str(int(time.time()) - 60)})
    post(client, event("unsubscribe"))
    inbound.handle_one(inbound_id=InboundMessage.objects.latest("id").pk)
    assert not Follower.objects.get(openid="o1").subscribed


def test_a_callback_costs_few_queries(
    client: Client, account: Account, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        post(client, text())


@given(
    body=st.binary(max_size=300),
    query=st.dictionaries(
        st.sampled_from(["signature", "timestamp", "nonce", "encrypt_type", "msg_signature"]),
        st.text(max_size=40),
    ),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_fuzzed_callbacks_never_break(
    client: Client, account: Account, body: bytes, query: dict[str, str]
) -> None:
    answer = client.post("/wechat/service/callback", body, content_type="text/xml", query_params=query)
    assert answer.status_code < 500


@given(body=st.text(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_signed_rubbish_never_breaks(client: Client, account: Account, body: str) -> None:
    assert post(client, body).status_code < 500


def test_a_wrong_key_is_refused_whatever_it_decrypts_to(client: Client, account: Account) -> None:
    # What comes out under a wrong key is random: short, long, no text at all.
    for number in range(60):
        assert post(client, text(number), key="b" * 42 + "A").status_code == 403
