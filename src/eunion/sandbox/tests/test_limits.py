"""WeChat's and WeCom's own limits, a line each: address, what is sent, the code that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eunion.sandbox.tests.box import SERVICE, Box, running

BUTTON = {"name": "首页", "type": "view", "url": "http://127.0.0.1/"}
ARTICLE = {"title": "标题", "content": "<p>正文</p>", "thumb_media_id": "THUMB"}
MENU = {"button": [BUTTON]}
CORP = {
    "corpid": "ww1",
    "agentid": 7,
    "secret": "corp",
    "token": "t",
    "aes_key": "b" * 42 + "A",
    "users": ["lisi"],
}
CORP |= {"robots": ["robot"], "chats": [{"chat_id": "c1", "name": "群", "owner": "lisi"}], "callback_url": ""}

# address, body (None = GET), code; "{a-tag}" and the like are filled by the fixture.
REFUSED: list[tuple[str, Any, int]] = [
    ("user/info?openid=nobody", None, 40003),
    ("user/info/batchget", {"user_list": [{"openid": "o1"}] * 101}, 40003),
    ("user/info/updateremark", {"openid": "nobody", "remark": "x"}, 40003),
    ("user/info/updateremark", {"openid": "o1", "remark": "字" * 31}, 45058),
    ("user/tag/get", {"tagid": 999}, 45159),
    ("tags/create", {"tag": {"name": ""}}, 45158),
    ("tags/create", {"tag": {"name": "字" * 11}}, 45158),
    ("tags/create", {"tag": {"name": "已认证"}}, 45157),
    ("tags/update", {"tag": {"id": 2, "name": "星标"}}, 45058),
    ("tags/update", {"tag": {"id": 999, "name": "新"}}, 45159),
    ("tags/delete", {"tag": {"id": 1}}, 45058),
    ("tags/delete", {"tag": {"id": 999}}, 45159),
    ("tags/getidlist", {"openid": "nobody"}, 40003),
    ("tags/members/batchtagging", {"openid_list": [], "tagid": 100}, 40032),
    ("tags/members/batchtagging", {"openid_list": ["o1"] * 51, "tagid": 100}, 40032),
    ("tags/members/batchtagging", {"openid_list": ["nobody"], "tagid": 100}, 40003),
    ("tags/members/batchuntagging", {"openid_list": ["o1"], "tagid": 999}, 45159),
    ("menu/create", {"button": []}, 40016),
    ("menu/create", {"button": [BUTTON] * 4}, 40016),
    ("menu/create", {"button": [{**BUTTON, "name": "这个名字太长了"}]}, 40018),
    ("menu/create", {"button": [{"name": "服务", "sub_button": [BUTTON] * 6}]}, 40023),
    ("menu/create", {"button": [{"name": "服务", "sub_button": [{**BUTTON, "name": "长" * 21}]}]}, 40025),
    ("menu/create", {"button": [{"name": "点", "type": "fly", "key": "k"}]}, 40017),
    ("menu/create", {"button": [{"name": "点", "type": "click"}]}, 40019),
    ("menu/create", {"button": [{"name": "点", "type": "click", "key": "k" * 129}]}, 40019),
    ("menu/create", {"button": [{**BUTTON, "url": "http://127.0.0.1/" + "x" * 1024}]}, 40020),
    ("menu/create", {"button": [{**BUTTON, "url": "javascript:1"}]}, 40055),
    ("menu/addconditional", {"button": [BUTTON], "matchrule": {"tag_id": "100"}}, 65301),
    ("menu/delconditional", {"menuid": "1"}, 65301),
    ("menu/trymatch", {"user_id": "nobody"}, 65309),
    ("menu/get", None, 46003),
    ("message/template/send", {"touser": "nobody", "template_id": "T1", "data": {}}, 40003),
    ("message/template/send", {"touser": "o1", "template_id": "T9", "data": {}}, 40037),
    ("message/template/send", {"touser": "o1", "template_id": "T1", "data": "x"}, 47003),
    ("message/template/send", {"touser": "gone", "template_id": "T1", "data": {}}, 43004),
    ("template/api_set_industry", {"industry_id1": "0", "industry_id2": "99"}, 40102),
    ("template/api_add_template", {}, 40037),
    ("template/del_private_template", {"template_id": "T9"}, 40037),
    ("message/subscribe/send", {"touser": "nobody", "template_id": "T1", "data": {}}, 40003),
    ("message/subscribe/send", {"touser": "o1", "template_id": "T1", "data": {}}, 43101),
    ("message/custom/send", {"touser": "nobody", "msgtype": "text", "text": {"content": "x"}}, 40003),
    ("message/custom/send", {"touser": "o2", "msgtype": "text", "text": {"content": "x"}}, 45015),
    ("message/custom/send", {"touser": "o1", "msgtype": "fax", "fax": {}}, 40008),
    ("message/custom/send", {"touser": "o1", "msgtype": "text", "text": {"content": ""}}, 44004),
    ("message/custom/send", {"touser": "o1", "msgtype": "text", "text": {"content": "字" * 700}}, 45002),
    ("message/custom/send", {"touser": "o1", "msgtype": "image", "image": {"media_id": "m"}}, 40007),
    ("message/custom/send", {"touser": "o1", "msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
    ("message/custom/typing", {"touser": "o1", "command": "Sing"}, 45082),
    ("message/custom/typing", {"touser": "o2", "command": "Typing"}, 45015),
    ("message/mass/sendall", {"filter": {"tag_id": 999}, "msgtype": "text", "text": {"content": "x"}}, 40152),
    ("message/mass/sendall", {"filter": {}, "msgtype": "text", "text": {"content": "x"}}, 40050),
    (
        "message/mass/sendall",
        {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": "x"}},
        40007,
    ),
    (
        "message/mass/sendall",
        {"filter": {"is_to_all": True}, "clientmsgid": "k" * 65, "msgtype": "text"},
        45064,
    ),
    ("message/mass/send", {"touser": ["o1"], "msgtype": "text", "text": {"content": "x"}}, 40130),
    ("message/mass/preview", {"touser": "nobody", "msgtype": "text", "text": {"content": "x"}}, 40003),
    ("message/mass/preview", {"touser": "o1", "msgtype": "mpnews", "mpnews": {"media_id": "x"}}, 40007),
    ("message/mass/get", {"msg_id": "1"}, 40059),
    ("message/mass/delete", {"msg_id": 1}, 40059),
    ("message/mass/speed/set", {"speed": 9}, 45083),
    ("draft/add", {"articles": []}, 44004),
    ("draft/add", {"articles": [{**ARTICLE, "title": "长" * 65}]}, 45003),
    ("draft/add", {"articles": [{**ARTICLE, "digest": "长" * 121}]}, 45004),
    ("draft/add", {"articles": [{**ARTICLE, "content": "长" * 20_000}]}, 45002),
    ("draft/add", {"articles": [{**ARTICLE, "content": "<script>1</script>"}]}, 45166),
    ("draft/add", {"articles": [{**ARTICLE, "thumb_media_id": "nothing"}]}, 40007),
    ("draft/get", {"media_id": "x"}, 40007),
    ("draft/update", {"media_id": "x", "index": 0, "articles": ARTICLE}, 40007),
    ("draft/delete", {"media_id": "x"}, 40007),
    ("draft/batchget", {"offset": 0, "count": 21}, 40007),
    ("freepublish/submit", {"media_id": "x"}, 40007),
    ("freepublish/get", {"publish_id": "1"}, 53601),
    ("freepublish/getarticle", {"article_id": "x"}, 53600),
    ("freepublish/delete", {"article_id": "x"}, 53600),
    ("freepublish/batchget", {"offset": 0, "count": 99}, 40007),
    ("media/get?media_id=x", None, 40007),
    ("material/get_material", {"media_id": "x"}, 40007),
    ("material/del_material", {"media_id": "x"}, 40007),
    ("material/batchget_material", {"type": "fax", "offset": 0, "count": 1}, 40004),
    ("material/batchget_material", {"type": "image", "offset": 0, "count": 21}, 40007),
    ("qrcode/create", {"action_name": "QR_FAX"}, 40053),
    (
        "qrcode/create",
        {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}},
        40054,
    ),
    (
        "qrcode/create",
        {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}},
        40053,
    ),
    ("ticket/getticket?type=fax", None, 40097),
    ("clear_quota", {"appid": "other"}, 40013),
    ("openapi/quota/get", {"cgi_path": "nothing"}, 76021),
    ("/wxa/getwxacodeunlimit", {"scene": "x" * 33}, 40169),
    ("/wxa/getwxacodeunlimit", {"scene": "a=1", "page": "/pages/home"}, 41030),
    ("/wxa/msg_sec_check", {"content": "x", "version": 1, "openid": "o1", "scene": 1}, 40097),
    ("/wxa/business/getuserphonenumber", {"code": "x"}, 40029),
]
WECOM: list[tuple[str, Any, int]] = [
    ("agent/get?agentid=8", None, 301002),
    ("message/send", {"touser": "lisi", "agentid": 8, "msgtype": "text", "text": {"content": "x"}}, 40056),
    ("message/send", {"touser": "nobody", "agentid": 7, "msgtype": "text", "text": {"content": "x"}}, 81013),
    ("message/send", {"touser": "lisi", "agentid": 7, "msgtype": "fax", "fax": {}}, 40008),
    ("externalcontact/groupchat/list", {"limit": 1001}, 40058),
    ("externalcontact/groupchat/get", {"chat_id": "x"}, 40050),
    ("externalcontact/add_msg_template", {"chat_type": "group", "sender": "lisi"}, 40058),
    (
        "externalcontact/add_msg_template",
        {"chat_type": "group", "sender": "wang", "text": {"content": "x"}},
        41048,
    ),
    ("externalcontact/get_groupmsg_send_result", {"msgid": "x", "userid": "lisi"}, 41063),
]
ROBOT: list[tuple[str, Any, int]] = [
    ("nobody", {"msgtype": "text", "text": {"content": "x"}}, 93000),
    ("robot", {"msgtype": "fax", "fax": {}}, 40008),
    ("robot", {"msgtype": "text", "text": {"content": ""}}, 44004),
    ("robot", {"msgtype": "text", "text": {"content": "字" * 683}}, 40058),
    ("robot", {"msgtype": "image", "image": {"base64": "x"}}, 40063),
    ("robot", {"msgtype": "news", "news": {"articles": []}}, 40063),
    ("robot", {"msgtype": "file", "file": {}}, 40063),
]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    for program in running(tmp_path_factory.mktemp("limits")):
        person = {"id": "p1", "name": "王一", "openids": {"wxtest": "o1"}, "unionid": "u1"}
        followers = [{"appid": "wxtest", "openid": one} for one in ("o2", "gone")]
        program.seed(accounts=[SERVICE], people=[person], followers=followers)
        leaver = {"id": "p2", "name": "李二", "openids": {"wxtest": "gone"}}
        program.seed(people=[leaver])
        for body in (
            {"person": "p1", "appid": "wxtest", "event": "CLICK", "key": "k"},
            {"person": "p2", "appid": "wxtest", "event": "unsubscribe"},
        ):
            requests.post(f"{program.url}/_sandbox/act", json=body, timeout=5)
        requests.post(f"{program.url}/_sandbox/wecom/seed", json={"corps": [CORP]}, timeout=5)
        call(program, "tags/create", {"tag": {"name": "已认证"}})
        yield program


def token(box: Box) -> str:
    body = {"grant_type": "client_credential", "appid": "wxtest", "secret": "s3cret"}
    return str(requests.post(f"{box.url}/cgi-bin/stable_token", json=body, timeout=5).json()["access_token"])


def call(box: Box, path: str, body: Any, access: str = "") -> dict[str, Any]:
    """Call an address under /cgi-bin/ (or from the root), POST where there is a body."""
    address = f"{box.url}{path}" if path.startswith("/") else f"{box.url}/cgi-bin/{path}"
    joint = "&" if "?" in address else "?"
    address = f"{address}{joint}access_token={access or token(box)}"
    answer = (
        requests.get(address, timeout=10) if body is None else requests.post(address, json=body, timeout=10)
    )
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def thumb(box: Box) -> str:
    files = {"media": ("a.png", b"\x89PNG", "image/png")}
    address = f"{box.url}/cgi-bin/material/add_material?type=image&access_token={token(box)}"
    return str(requests.post(address, files=files, timeout=5).json()["media_id"])


def filled(body: Any, thumb: str) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, thumb) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, thumb) for value in body]
    return thumb if body == "THUMB" else body


def named(row: tuple[str, Any, int]) -> str:
    return f"{row[0].partition('?')[0]}-{row[2]}"


@pytest.mark.parametrize("row", REFUSED, ids=named)
def test_wechat_refuses_with_its_own_code(box: Box, thumb: str, row: tuple[str, Any, int]) -> None:
    path, body, code = row
    assert call(box, path, filled(body, thumb)).get("errcode") == code


@pytest.mark.parametrize("row", WECOM, ids=named)
def test_wecom_refuses_with_its_own_code(box: Box, row: tuple[str, Any, int]) -> None:
    path, body, code = row
    asked = box.ask("/cgi-bin/gettoken", corpid="ww1", corpsecret="corp")
    assert call(box, path, body, asked["access_token"]).get("errcode") == code


@pytest.mark.parametrize("row", ROBOT, ids=named)
def test_a_robot_is_refused_with_wecoms_code(box: Box, row: tuple[str, Any, int]) -> None:
    key, body, code = row
    answer = requests.post(f"{box.url}/cgi-bin/webhook/send?key={key}", json=body, timeout=5).json()
    assert answer["errcode"] == code


@pytest.mark.parametrize("path", sorted({row[0] for row in REFUSED if not row[0].startswith("ticket")}))
def test_every_address_wants_a_token_of_the_right_kind(box: Box, path: str) -> None:
    corp = box.ask("/cgi-bin/gettoken", corpid="ww1", corpsecret="corp")["access_token"]
    method = None if any(r[0] == path and r[1] is None for r in REFUSED) else {}
    assert call(box, path, method, "made-up")["errcode"] == 40001
    assert call(box, path, method, corp)["errcode"] == 40001


@pytest.mark.parametrize(
    ("kind", "size", "mime", "code"),
    [
        ("fax", 1, "image/png", 40004),
        ("image", 0, "image/png", 41005),
        ("image", (10 << 20) + 1, "image/png", 40009),
        ("voice", (2 << 20) + 1, "audio/amr", 40010),
        ("thumb", (64 << 10) + 1, "image/jpeg", 40012),
        ("image", 9, "text/plain", 40005),
    ],
)
def test_files_that_are_wrong_or_too_large_are_refused(
    box: Box, kind: str, size: int, mime: str, code: int
) -> None:
    address = f"{box.url}/cgi-bin/media/upload?type={kind}&access_token={token(box)}"
    files = {"media": ("a", b"x" * size, mime)}
    assert requests.post(address, files=files, timeout=20).json()["errcode"] == code


def test_a_days_quota_ends_is_told_and_is_cleared_ten_times_a_month(box: Box) -> None:
    path = "/cgi-bin/get_api_domain_ip"
    box.seed(accounts=[{**SERVICE, "quotas": {path: 2}}])
    assert [call(box, path, None).get("errcode", 0) for _ in range(3)] == [0, 0, 45009]
    told = call(box, "openapi/quota/get", {"cgi_path": path})["quota"]
    assert told == {"daily_limit": 2, "used": 2, "remain": 0}
    codes = [call(box, "clear_quota", {"appid": "wxtest"})["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]
    assert "ip_list" in call(box, path, None)


def test_a_customer_group_takes_one_message_a_day(box: Box) -> None:
    access = box.ask("/cgi-bin/gettoken", corpid="ww1", corpsecret="corp")["access_token"]
    body = {"chat_type": "group", "sender": "lisi", "text": {"content": "停水"}}
    statuses = []
    for _ in range(2):
        msgid = call(box, "externalcontact/add_msg_template", body, access)["msgid"]
        requests.post(f"{box.url}/_sandbox/wecom/confirm", json={"msgid": msgid}, timeout=5)
        asked = {"msgid": msgid, "userid": "lisi"}
        rows = call(box, "externalcontact/get_groupmsg_send_result", asked, access)["send_list"]
        statuses.append(rows[0]["status"])
    assert statuses == [1, 3]


def test_a_month_has_four_mass_messages_and_the_same_key_is_sent_once(box: Box) -> None:
    everyone = {"filter": {"is_to_all": True}, "msgtype": "text", "text": {"content": "节日快乐"}}
    first = call(box, "message/mass/sendall", {**everyone, "clientmsgid": "k1"})
    assert call(box, "message/mass/sendall", {**everyone, "clientmsgid": "k1"})["errcode"] == 45065
    codes = [call(box, "message/mass/sendall", everyone)["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 45028]
    assert call(box, "message/mass/get", {"msg_id": first["msg_id"]})["msg_status"] == "SEND_SUCCESS"
