"""The public clients, unchanged, against the box: only their connections are led to another host."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.enterprise import WeChatClient as WeComClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.oauth import WeChatOAuth

from eunion.sandbox.tests.box import SERVICE, Box, running
from eunion.sandbox.tests.test_limits import CORP

PNG = b"\x89PNG\r\n\x1a\n"
DATA = {"thing1": {"value": "通知标题"}}


class ToBox(HTTPAdapter):
    """Connections to any of WeChat's hosts, led to the box."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: Any, *words: Any, **options: Any) -> Any:
        parts = urlsplit(request.url)
        request.url = f"{self.url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *words, **options)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("contract"))


@pytest.fixture
def box(program: Box) -> Box:
    program.reset()
    person = {
        "id": "p1",
        "name": "王一",
        "openids": {"wxtest": "o1"},
        "unionid": "u1",
        "phone": "19900000001",
    }
    program.seed(accounts=[SERVICE], people=[person], followers=[{"appid": "wxtest", "openid": "o2"}])
    act = {"person": "p1", "appid": "wxtest", "event": "CLICK", "key": "k"}
    requests.post(f"{program.url}/_sandbox/act", json=act, timeout=5)
    requests.post(f"{program.url}/_sandbox/wecom/seed", json={"corps": [CORP]}, timeout=5)
    return program


def led(client: Any, box: Box) -> Any:
    client._http.mount("https://", ToBox(box.url))
    return client


@pytest.fixture
def wechat(box: Box) -> WeChatClient:
    return led(WeChatClient("wxtest", "s3cret"), box)


@pytest.fixture
def wecom(box: Box) -> WeComClient:
    return led(WeComClient("ww1", "corp"), box)


def test_users_and_their_tags(wechat: WeChatClient) -> None:
    assert [*wechat.user.iter_followers()] == ["o1", "o2"]
    assert wechat.user.get("o1")["unionid"] == "u1"
    assert [one["openid"] for one in wechat.user.get_batch(["o1", "o2"])] == ["o1", "o2"]
    wechat.user.update_remark("o1", "老王")
    assert wechat.user.get("o1")["remark"] == "老王"
    tag = wechat.tag.create("青年职工")["id"]
    wechat.tag.update(tag, "青年")
    wechat.tag.tag_user(tag, ["o1", "o2"])
    wechat.tag.untag_user(tag, "o2")
    assert wechat.tag.get() == [{"id": tag, "name": "青年", "count": 1}]
    assert wechat.tag.get_user_tag("o1") == [tag]
    assert [*wechat.tag.iter_tag_users(tag)] == ["o1"]
    wechat.tag.delete(tag)
    assert wechat.tag.get() == [] and wechat.tag.get_user_tag("o1") == []


def test_menus(wechat: WeChatClient) -> None:
    button = [{"name": "首页", "type": "view", "url": "http://127.0.0.1/"}]
    assert wechat.menu.get() is None
    wechat.menu.create({"button": button})
    assert wechat.menu.get_menu_info()["is_menu_open"] == 1
    tag = wechat.tag.create("会员")["id"]
    wechat.tag.tag_user(tag, "o1")
    own = [{"name": "会员卡", "type": "click", "key": "CARD"}]
    made = wechat.menu.add_conditional({"button": own, "matchrule": {"tag_id": str(tag)}})["menuid"]
    assert wechat.menu.try_match("o1")["button"][0]["name"] == "会员卡"
    wechat.menu.del_conditional(made)
    assert wechat.menu.try_match("o1")["button"][0]["name"] == "首页"
    wechat.menu.delete()
    assert wechat.menu.get() is None


def test_messages_to_one_person(wechat: WeChatClient, box: Box) -> None:
    picture = wechat.media.upload("image", ("a.png", io.BytesIO(PNG), "image/png"))["media_id"]
    wechat.message.send_text("o1", "您好")
    wechat.message.send_image("o1", picture)
    wechat.message.send_articles(
        "o1", [{"title": "办事指南", "description": "", "url": "http://127.0.0.1/", "image": ""}]
    )
    assert wechat.message.send_template("o1", "T1", DATA, url="http://127.0.0.1/")["msgid"]
    kinds = [
        one.get("type", one["kind"]) for one in box.ask("/_sandbox/messages", appid="wxtest", openid="o1")
    ]
    assert kinds == ["text", "image", "news", "template"]
    with pytest.raises(WeChatClientException) as refused:
        wechat.message.send_subscribe_message("o1", "T1", DATA)
    assert refused.value.errcode == 43101


def test_template_library(wechat: WeChatClient) -> None:
    wechat.template.set_industry(41, 17)
    assert wechat.template.get_industry()["primary_industry"]["id"] == "41"
    made = wechat.template.get("TM00015")
    assert made in [one["template_id"] for one in wechat.template.get_all_private_template()["template_list"]]
    wechat.template.del_private_template(made)
    assert [one["template_id"] for one in wechat.template.get_all_private_template()["template_list"]] == [
        "T1"
    ]


def test_material_and_media(wechat: WeChatClient) -> None:
    made = wechat.material.add("image", ("a.png", io.BytesIO(PNG), "image/png"))
    assert wechat.material.get(made["media_id"]).content == PNG
    assert wechat.material.get_count()["image_count"] == 1
    assert wechat.material.batchget("image")["item"][0]["media_id"] == made["media_id"]
    wechat.material.delete(made["media_id"])
    assert wechat.material.get_count()["image_count"] == 0
    assert wechat.media.upload_image(("a.png", io.BytesIO(PNG), "image/png")).startswith("http")
    kept = wechat.media.upload("image", ("a.png", io.BytesIO(PNG), "image/png"))["media_id"]
    assert wechat.media.download(kept).content == PNG


def test_mass_messages(wechat: WeChatClient, box: Box) -> None:
    looker = "o" * 28
    box.seed(followers=[{"appid": "wxtest", "openid": looker}])
    tag = wechat.tag.create("会员")["id"]
    wechat.tag.tag_user(tag, "o1")
    wechat.message.send_mass_text(looker, "先看看", preview=True)
    sent = wechat.message.send_mass_text(tag, "节日快乐")
    assert wechat.message.get_mass(sent["msg_id"])["msg_status"] == "SEND_SUCCESS"
    assert wechat.message.send_mass_text(["o1", "o2"], "节日快乐", send_ignore_reprint=0)["msg_id"]
    assert wechat.message.send_mass_text(None, "节日快乐", is_to_all=True)["msg_id"]


def test_qr_codes_tickets_and_addresses(wechat: WeChatClient, box: Box) -> None:
    asked = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "poster"}}}
    made = wechat.qrcode.create(asked)
    picture = requests.get(f"{box.url}/cgi-bin/showqrcode", params={"ticket": made["ticket"]}, timeout=5)
    assert picture.content.startswith(b"\x89PNG")
    assert wechat.jsapi.get_jsapi_ticket() == wechat.jsapi.get_ticket()["ticket"]
    assert wechat.misc.get_wechat_ips() == ["127.0.0.1"]


def test_mini_program_calls(wechat: WeChatClient, box: Box) -> None:
    code = box.ask("/_sandbox/wx-code", person="p1", appid="wxtest")["code"]
    query = {"appid": "wxtest", "secret": "s3cret", "js_code": code, "grant_type": "authorization_code"}
    assert box.ask("/sns/jscode2session", **query)["unionid"] == "u1"
    assert wechat.wxa.get_wxa_code_unlimited("grid=1", page="pages/home/home").content.startswith(b"\x89PNG")


def test_web_sign_in(box: Box) -> None:
    oauth = led(
        WeChatOAuth("wxtest", "s3cret", "http://127.0.0.1/back", scope="snsapi_userinfo", state="s"), box
    )
    address = oauth.authorize_url.replace("https://open.weixin.qq.com", box.url).partition("#")[0]
    page = requests.get(address, cookies={"sandbox_as": "p1"}, timeout=5)
    assert "王一" in page.text
    answer = requests.get(
        address + "&allowed=1", cookies={"sandbox_as": "p1"}, allow_redirects=False, timeout=5
    )
    code = answer.headers["location"].split("code=")[1].split("&")[0]
    assert oauth.fetch_access_token(code)["unionid"] == "u1"
    assert oauth.get_user_info()["nickname"] == "王一"
    assert oauth.check_access_token()
    oauth.refresh_access_token(oauth.refresh_token)
    assert oauth.check_access_token(oauth.open_id, oauth.access_token)


def test_a_token_that_has_ended_is_fetched_again(wechat: WeChatClient, box: Box) -> None:
    first = wechat.access_token
    box.faults(expire_token=True)
    assert wechat.user.get("o1")["subscribe"] == 1
    assert wechat.access_token != first


def test_wecom_app_messages(wecom: WeComClient, box: Box) -> None:
    wecom.message.send_text(7, "lisi", content="今晚停水")
    assert box.ask("/_sandbox/messages", group="wecom:ww1:lisi")[-1]["content"]["content"] == "今晚停水"
    assert wecom.agent.get(7)["agentid"] == 7
    assert wecom.misc.get_wechat_ips() == ["127.0.0.1"]
