"""The real client, pointed at the box, works unchanged; the box keeps WeChat's own limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from eunion.sandbox.control import totp
from eunion.sandbox.tests.box import SERVICE, Box, running

DATA = {"thing1": {"value": "通知标题"}}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(program: Box) -> Box:
    program.reset()
    person = {"id": "p1", "name": "王一", "openids": {"wxtest": "o1"}, "unionid": "u1", "groups": ["g1"]}
    program.seed(
        accounts=[SERVICE],
        people=[person],
        followers=[{"appid": "wxtest", "openid": "o2"}],
        groups=[{"id": "g1", "name": "居民群", "grid": "G1", "member_count": 300}],
    )
    return program


@pytest.fixture
def client(box: Box) -> WeChatClient:
    class Client(WeChatClient):
        API_BASE_URL = f"{box.url}/cgi-bin/"

        def fetch_access_token(self) -> Any:
            # The one address that wechatpy writes out in full.
            query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(url=f"{box.url}/cgi-bin/token", params=query)

    return Client("wxtest", "s3cret")


def test_wechatpy_fetches_a_token_users_and_a_menu(client: WeChatClient) -> None:
    assert client.access_token
    assert client.user.get_followers()["data"]["openid"] == ["o1", "o2"]
    assert client.user.get("o1")["subscribe"] == 1
    client.menu.create({"button": [{"name": "首页", "type": "view", "url": "http://127.0.0.1/"}]})
    assert client.menu.get()["menu"]["button"][0]["name"] == "首页"


def test_wechatpy_sends_a_template_message(client: WeChatClient, box: Box) -> None:
    assert client.message.send_template("o1", "T1", DATA)["msgid"]
    message = box.ask("/_sandbox/messages", appid="wxtest", openid="o1")[-1]
    assert message["data"] == DATA


def test_wechatpy_uploads_media(client: WeChatClient) -> None:
    media_id = client.media.upload("image", ("a.png", io.BytesIO(b"\x89PNG"), "image/png"))["media_id"]
    assert client.media.download(media_id).content == b"\x89PNG"


def test_a_wrong_secret_gets_no_token(box: Box) -> None:
    answer = box.ask("/cgi-bin/token", grant_type="client_credential", appid="wxtest", secret="no")
    assert answer["errcode"] == 40125


def test_customer_service_messages_need_a_recent_action(client: WeChatClient, box: Box) -> None:
    with pytest.raises(WeChatClientException) as refused:
        client.message.send_text("o1", "你好")
    assert refused.value.errcode == 45015
    requests.post(
        f"{box.url}/_sandbox/say", json={"person": "p1", "appid": "wxtest", "text": "在吗"}, timeout=5
    )
    client.message.send_text("o1", "你好")
    assert box.ask("/_sandbox/messages", appid="wxtest", openid="o1")[-1]["text"] == "你好"


def send(box: Box, openid: str = "o1", key: str = "", **changes: Any) -> dict[str, Any]:
    body = {"appid": "wxtest", "secret": "s3cret"}
    token = requests.post(f"{box.url}/cgi-bin/stable_token", json=body, timeout=5).json()["access_token"]
    message = {"touser": openid, "template_id": "T1", "data": DATA, "client_msg_id": key, **changes}
    address = f"{box.url}/cgi-bin/message/template/send?access_token={token}"
    answer: dict[str, Any] = requests.post(address, json=message, timeout=5).json()
    return answer


def test_the_same_key_is_stored_once(box: Box) -> None:
    first, second = send(box, key="k1"), send(box, key="k1")
    assert first["errcode"] == 0
    assert (second["errcode"], second["msgid"]) == (45065, first["msgid"])
    assert box.ask("/_sandbox/stats")["template"] == {"accepted": 1, "recipients": 1, "doubled": 0}


def test_a_message_stored_twice_is_counted_as_doubled(box: Box) -> None:
    send(box)
    send(box)
    assert box.ask("/_sandbox/stats")["template"] == {"accepted": 2, "recipients": 1, "doubled": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"openid": "nobody"}, 40003), ({"template_id": "T9"}, 40037), ({"data": "x"}, 47003)],
)
def test_a_wrong_message_is_refused_with_wechats_code(box: Box, changes: dict[str, Any], code: int) -> None:
    assert send(box, **changes)["errcode"] == code


def test_each_fault_does_what_it_says(box: Box) -> None:
    box.faults(refuse=["o1"])
    assert send(box)["errcode"] == 43004
    box.faults(refuse=[], busy_rate=1)
    assert send(box)["errcode"] == -1
    box.faults(busy_rate=0, rate_limit_per_s=1)
    assert 45009 in {send(box, openid="o2", key=f"k{n}")["errcode"] for n in range(5)}


def test_an_expired_token_is_refused(box: Box, client: WeChatClient) -> None:
    token = client.access_token
    box.faults(expire_token=True)
    answer = box.ask("/cgi-bin/user/get", access_token=token)
    assert answer["errcode"] == 40001


def test_a_sign_in_code_works_once(box: Box) -> None:
    query = {
        "appid": "wxtest",
        "redirect_uri": "http://127.0.0.1/back",
        "scope": "snsapi_base",
        "state": "s",
        "response_type": "code",
    }
    answer = requests.get(
        f"{box.url}/connect/oauth2/authorize",
        params=query,
        cookies={"sandbox_as": "p1"},
        allow_redirects=False,
        timeout=5,
    )
    code = answer.headers["location"].split("code=")[1].split("&")[0]
    exchange = {"appid": "wxtest", "secret": "s3cret", "code": code, "grant_type": "authorization_code"}
    assert box.ask("/sns/oauth2/access_token", **exchange)["openid"] == "o1"
    assert box.ask("/sns/oauth2/access_token", **exchange)["errcode"] == 40163


def test_a_restart_keeps_what_was_said(box: Box) -> None:
    send(box, key="before")
    box.stop()
    box.start()
    assert send(box, key="before")["errcode"] == 45065
    assert len(box.ask("/_sandbox/messages", appid="wxtest", openid="o1")) == 1


def test_one_time_codes_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    assert totp(secret, 59) == "287082"
    assert totp(secret, 1_111_111_109) == "081804"
