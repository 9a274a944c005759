"""The smart robot: what is signed and ours is stored and answered once; everything else is refused, never a 5xx."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from wechatpy.crypto import WeChatCrypto

from eunion.assistant.models import Turn
from eunion.channels import base
from eunion.channels.base import Asked, SendError
from eunion.channels.wecom import callbacks, client, errors, services
from eunion.channels.wecom.factories import AES_KEY, make_corp
from eunion.channels.wecom.models import Corp, InboundMention
from eunion.channels.wecom.tests.conftest import seed
from eunion.sandbox import wecom as far_side
from eunion.sandbox.tests.box import Box
from eunion.sandbox.tests.postbox import Postbox

pytestmark = pytest.mark.django_db
TOLD = {
    "msgid": "m1",
    "aibotid": "a",
    "chattype": "single",
    "from": {"userid": "zhangsan"},
    "msgtype": "text",
}


def post(
    web: Client, told: Any, *, key: str = AES_KEY, receiveid: str = "", at: int = 0, **wrong: str
) -> Any:
    """Post a callback as WeCom does."""
    text = told if isinstance(told, str) else json.dumps(told)
    sealed, timestamp = far_side.seal(key, text, receiveid), str(at or int(time.time()))
    query = {"timestamp": timestamp, "nonce": "n1"}
    query["msg_signature"] = far_side.sign("corp-token", timestamp, "n1", sealed)
    body = json.dumps({"encrypt": sealed})
    return web.post(
        "/wecom/corp/robot", body, content_type="application/json", query_params={**query, **wrong}
    )


def asked(text: str = "怎么入会", **fields: Any) -> dict[str, Any]:
    return {**TOLD, "text": {"content": text}, **fields}


def mention(box: Box, corp: Corp, postbox: Postbox, **said: str) -> str:
    """Have someone ask the robot in the sandbox; return the message's number."""
    seed(box, corp, callback_url=f"{postbox.url}/wecom/corp/robot")
    body = {"corpid": corp.corpid, "userid": "zhangsan", "text": "@工会 怎么入会", **said}
    told = requests.post(f"{box.url}/_sandbox/wecom/mention", json=body, timeout=10).json()
    assert told["status"] == 200
    return str(told["msgid"])


def hand_over(web: Client, postbox: Postbox) -> Any:
    """Give the platform what the sandbox posted last."""
    told = postbox.wait()[-1]
    return web.post(told.path, told.body, content_type="application/json", query_params=told.query)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Stand in for the room that answers."""
    questions: list[Asked] = []

    def answer(question: Asked) -> None:
        questions.append(question)
        services.answer_mention(event_id=question.event_id, text="带上身份证。", key="turn:1")

    monkeypatch.setattr(base, "TEXT_HANDLERS", [answer])
    return questions


def test_a_mention_in_a_group_is_answered_where_it_was_made(
    client: Client, box: Box, corp: Corp, postbox: Postbox, heard: list[Asked]
) -> None:
    msgid = mention(box, corp, postbox, chatid="chat0")
    assert hand_over(client, postbox).status_code == 200
    stored = InboundMention.objects.get()
    services.handle(mention_id=stored.pk)
    assert heard == [Asked("wecom", corp.pk, "zhangsan", "chat0", "怎么入会", f"wecom:{stored.pk}")]
    (answer,) = box.ask("/_sandbox/wecom/mention", msgid=msgid)
    assert answer["text"] == "带上身份证。"


def test_the_assistant_answers_it(client: Client, box: Box, corp: Corp, postbox: Postbox) -> None:
    msgid = mention(box, corp, postbox, text="转人工")
    hand_over(client, postbox)
    services.handle(mention_id=InboundMention.objects.get().pk)
    assert Turn.objects.get().channel == "wecom"
    (answer,) = box.ask("/_sandbox/wecom/mention", msgid=msgid)
    assert answer["text"] == Turn.objects.get().reply


def test_a_mention_told_three_times_is_answered_once(
    client: Client, box: Box, corp: Corp, postbox: Postbox, heard: list[Asked]
) -> None:
    msgid = mention(box, corp, postbox)
    for _ in range(3):
        assert hand_over(client, postbox).status_code == 200
    assert ProcrastinateJob.objects.filter(task_name="wecom.handle").count() == 1
    for _ in range(3):
        services.handle(mention_id=InboundMention.objects.get().pk)
    assert len(heard) == 1
    assert len(box.ask("/_sandbox/wecom/mention", msgid=msgid)) == 1


def test_a_job_killed_after_its_answer_does_not_answer_again(
    client: Client, box: Box, corp: Corp, postbox: Postbox, heard: list[Asked]
) -> None:
    msgid = mention(box, corp, postbox)
    hand_over(client, postbox)
    stored = InboundMention.objects.get()
    services.handle(mention_id=stored.pk)
    # As it was the moment after the call: nothing of the answer written yet.
    InboundMention.objects.update(handled_at=None, answered_at=None, answer_key="")
    services.handle(mention_id=stored.pk)
    assert len(box.ask("/_sandbox/wecom/mention", msgid=msgid)) == 1
    assert box.ask("/_sandbox/messages", group=f"wecom:{corp.corpid}:zhangsan") == []


def test_a_later_answer_by_a_person_comes_as_an_app_message(
    client: Client, box: Box, corp: Corp, postbox: Postbox, heard: list[Asked]
) -> None:
    mention(box, corp, postbox)
    hand_over(client, postbox)
    stored = InboundMention.objects.get()
    services.handle(mention_id=stored.pk)
    services.answer_mention(event_id=f"wecom:{stored.pk}", text="我是小王。", key="turn:1:person")
    (message,) = box.ask("/_sandbox/messages", group=f"wecom:{corp.corpid}:zhangsan")
    assert message["content"] == {"content": "我是小王。"}


def test_an_answer_that_wecom_is_too_busy_for_is_tried_again(
    box: Box, corp: Corp, settings: Any, client: Client, postbox: Postbox
) -> None:
    msgid = mention(box, corp, postbox)
    hand_over(client, postbox)
    stored = InboundMention.objects.get()
    right = stored.response_url
    gone = "http://127.0.0.1:9"
    settings.WECOM_API_URL = gone
    InboundMention.objects.update(response_url=right.replace(box.url, gone))
    with pytest.raises(SendError):
        services.answer_mention(event_id=f"wecom:{stored.pk}", text="好", key="k")
    settings.WECOM_API_URL = box.url
    InboundMention.objects.update(response_url=right)
    services.answer_mention(event_id=f"wecom:{stored.pk}", text="好", key="k")
    assert len(box.ask("/_sandbox/wecom/mention", msgid=msgid)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/cgi-bin/aibot/response?response_code=x",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/aibot/response",
        "https://qyapi.weixin.qq.com@evil.example/",
        "https://user:pw@qyapi.weixin.qq.com/",
        "http://qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com:8443/",
        "https://[bad",
        "file:///etc/passwd",
        "",
    ],
)
def test_answers_go_to_wecoms_own_host_alone(url: str, settings: Any) -> None:
    settings.WECOM_API_URL = "https://qyapi.weixin.qq.com"
    assert not client.is_ours(url)
    assert client.is_ours("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=x")


def test_an_answer_to_a_strange_address_goes_to_the_asker_instead(
    client: Client, box: Box, corp: Corp, postbox: Postbox
) -> None:
    post(client, asked(response_url=f"{postbox.url}/steal"))
    services.answer_mention(event_id=f"wecom:{InboundMention.objects.get().pk}", text="好", key="k")
    assert postbox.posted == []
    assert len(box.ask("/_sandbox/messages", group=f"wecom:{corp.corpid}:zhangsan")) == 1


def test_nobody_can_answer_what_was_never_asked() -> None:
    for event_id in ("wecom:999999", "wecom:x", "community:1", "wecom:²"):
        with pytest.raises(errors.NoSuchMention):
            services.answer_mention(event_id=event_id, text="好", key="k")


@pytest.fixture
def quiet_corp() -> Corp:
    """A corp that no far side is needed for."""
    return make_corp(slug="corp")


def test_wecoms_check_of_the_address_is_echoed(client: Client, quiet_corp: Corp) -> None:
    sealed, now = far_side.seal(AES_KEY, "echo", ""), str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "echostr": sealed}
    query["msg_signature"] = far_side.sign("corp-token", now, "n", sealed)
    assert client.get("/wecom/corp/robot", query).content == b"echo"
    quiet_corp.refresh_from_db()
    assert quiet_corp.verified_at
    assert client.get("/wecom/corp/robot", {**query, "msg_signature": "0" * 40}).status_code == 403


def test_we_read_what_another_implementation_sealed(quiet_corp: Corp) -> None:
    sealed = str(WeChatCrypto("corp-token", AES_KEY, quiet_corp.corpid).encrypt_message("你好", "n", "1"))
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert callbacks.unseal(AES_KEY, encrypted) == ("你好", quiet_corp.corpid)


@pytest.mark.parametrize("receiveid", ["", "corp"])
def test_the_receiver_is_empty_or_us(client: Client, quiet_corp: Corp, receiveid: str) -> None:
    receiver = quiet_corp.corpid if receiveid else ""
    assert post(client, asked(), receiveid=receiver).status_code == 200
    assert InboundMention.objects.get().text == "怎么入会"


@pytest.mark.parametrize(
    "wrong",
    [
        {"msg_signature": "0" * 40},
        {"msg_signature": "錯"},
        {"nonce": "other"},
        {"timestamp": "²"},
        {"at": 1_600_000_000},
        {"receiveid": "ww-other"},
        {"key": "c" * 42 + "A"},
    ],
)
def test_what_is_not_ours_is_refused(client: Client, quiet_corp: Corp, wrong: dict[str, Any]) -> None:
    assert post(client, asked(), **wrong).status_code == 403
    assert not InboundMention.objects.exists()


def test_a_corp_without_keys_believes_nobody(client: Client) -> None:
    make_corp(slug="corp", token="", aes_key="")
    assert post(client, asked()).status_code == 403


@pytest.mark.parametrize(
    "told", ["", "[]", "{", "[" * 50_000, {}, {**TOLD, "msgid": ""}, {**TOLD, "from": 3}]
)
def test_what_is_no_message_is_refused(client: Client, quiet_corp: Corp, told: Any) -> None:
    assert post(client, told).status_code == 403


@pytest.mark.parametrize("text", ["\x00", "\ud800", "字" * 5000])
def test_text_that_no_database_holds_is_kept_as_far_as_it_goes(
    client: Client, quiet_corp: Corp, text: str
) -> None:
    assert post(client, asked(f"问{text}", msgid=f"m{text}")).status_code == 200
    assert InboundMention.objects.get().text.startswith("问")


def test_a_picture_is_stored_and_nobody_is_asked(client: Client, quiet_corp: Corp) -> None:
    assert post(client, {**TOLD, "msgtype": "image", "image": {"url": "x"}}).status_code == 200
    assert not ProcrastinateJob.objects.filter(task_name="wecom.handle").exists()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["msgid", "from", "msgtype", "text", "chatid", "response_url", "voice"])


@given(told=st.dictionaries(NAMES, ANYTHING) | ANYTHING)
@fuzzing(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_fuzzed_signed_messages_never_break(client: Client, quiet_corp: Corp, told: Any) -> None:
    said = {**TOLD, **told} if isinstance(told, dict) else told
    assert post(client, said).status_code in (200, 403)


@given(
    body=st.binary(max_size=300) | ANYTHING.map(lambda v: json.dumps({"encrypt": v}).encode()),
    query=st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=40)
    ),
)
@fuzzing(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_fuzzed_callbacks_never_break(
    client: Client, quiet_corp: Corp, body: bytes, query: dict[str, str]
) -> None:
    answer = client.post("/wecom/corp/robot", body, content_type="application/json", query_params=query)
    # A NUL in the query is turned away before any page of ours.
    refused = 400 if "\x00" in "".join((*query, *query.values())) else 403
    assert answer.status_code == refused
    assert client.get("/wecom/corp/robot", query).status_code == refused


@given(sealed=st.binary(max_size=200))
@fuzzing(max_examples=100, deadline=None)
def test_whatever_a_wrong_key_decrypts_to_is_refused(sealed: bytes) -> None:
    import base64

    for text in (base64.b64encode(sealed).decode(), sealed.decode("latin-1")):
        try:
            callbacks.unseal(AES_KEY, text)
        except errors.CallbackRefused:
            continue


def test_secrets_and_questions_are_not_in_the_logs(
    client: Client, quiet_corp: Corp, caplog: pytest.LogCaptureFixture
) -> None:
    post(client, asked())
    post(client, asked(), msg_signature="0" * 40)
    assert "refused" in caplog.text
    for hidden in ("corp-token", "corp-secret", AES_KEY, "怎么入会"):
        assert hidden not in caplog.text
