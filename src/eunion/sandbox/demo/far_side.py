"""Fills the sandbox with the same district: accounts, people on virtual phones, followers, groups, staff."""

from __future__ import annotations

import hashlib
from typing import Any

import requests
from django.conf import settings

from eunion.sandbox.demo.people import Population

SERVICE_APPID, SUBSCRIPTION_APPID = "wxdemo0service001", "wxdemo0subscrib01"
MINI_APPID = "wxdemo0miniprog01"
SMS_KEY, SMS_SIGN = "demo-sms", "河湾总工会"
CORP_ID, CORP_AGENT = "wwdemo0000000001", 1000002
SMS_TEMPLATES = {
    "SMS_CODE": "您的验证码是${code}，5分钟内有效，请勿告诉他人。",
    "SMS_URGENT": "云博士收到一个紧急提问，请在${due}前登录工会后台回复。",
}
REGULAR_SUBSCRIBERS = 333
GATEWAY_KEY = "demo-community"
BLOCK = 3000
TIMEOUT_S = 60


def demo_secret(name: str, length: int = 32) -> str:
    """Return a secret that anyone can compute: a demo's, refused in production."""
    return hashlib.sha256(f"eunion demo {name}".encode()).hexdigest()[:length]


def aes_key(name: str) -> str:
    """Return 43 characters as WeChat's EncodingAESKey."""
    return demo_secret(name, 64)[:42] + "A"


NOTICE_TEMPLATE = {
    "template_id": "demo-notice-template-0001",
    "title": "工会通知提醒",
    "content": "通知内容：{{thing1.DATA}}\n发布单位：{{thing2.DATA}}\n发布时间：{{time3.DATA}}",
}


CASE_TEMPLATE = {
    "template_id": "demo-case-template-0001",
    "title": "办件进度提醒",
    "content": "办理事项：{{thing1.DATA}}\n当前进度：{{phrase2.DATA}}\n更新时间：{{time3.DATA}}",
}
RESULT_TEMPLATE = {
    "template_id": "demo-result-template-01",
    "title": "审核结果通知",
    "content": "审核事项：{{thing1.DATA}}\n审核结果：{{phrase2.DATA}}\n审核时间：{{time3.DATA}}\n备注：{{thing4.DATA}}",
}
BOOKING_TEMPLATE = {
    "template_id": "demo-booking-template-1",
    "title": "活动提醒",
    "content": "活动名称：{{thing1.DATA}}\n时间：{{time2.DATA}}\n地点：{{thing3.DATA}}\n说明：{{thing4.DATA}}",
}
OUTCOME_TEMPLATE = {
    "template_id": "demo-outcome-template-1",
    "title": "结果通知",
    "content": "事项：{{thing1.DATA}}\n结果：{{phrase2.DATA}}\n时间：{{time3.DATA}}\n说明：{{thing4.DATA}}",
}
_BOOKING = {"thing1": "title", "time2": "at", "thing3": "place", "thing4": "note"}
_OUTCOME = {"thing1": "title", "phrase2": "state", "time3": "at", "thing4": "note"}
MAPPINGS = (
    *(
        (kind, BOOKING_TEMPLATE, _BOOKING)
        for kind in ("booking_confirmed", "course_reminder", "booking_changed")
    ),
    *(
        (kind, OUTCOME_TEMPLATE, _OUTCOME)
        for kind in ("draw_result", "booking_cancelled", "homework_reviewed")
    ),
    ("case_progress", CASE_TEMPLATE, {"thing1": "title", "phrase2": "state", "time3": "at"}),
    (
        "certification",
        RESULT_TEMPLATE,
        {"thing1": "title", "phrase2": "state", "time3": "at", "thing4": "note"},
    ),
)


def menu() -> dict[str, Any]:
    """Return the service account's menu."""
    web = settings.PUBLIC_URL
    return {
        "button": [
            {"name": "职工之家", "type": "view", "url": f"{web}/signin/?next=/"},
            {
                "name": "服务",
                "sub_button": [
                    {"name": "找工会", "type": "view", "url": f"{web}/unions/"},
                    {"name": "办事指南", "type": "view", "url": f"{web}/guides/"},
                    {"name": "政策解读", "type": "view", "url": f"{web}/policies/"},
                    {"name": "联系工会", "type": "click", "key": "CONTACT"},
                    {
                        "name": "小程序",
                        "type": "miniprogram",
                        "appid": MINI_APPID,
                        "pagepath": "pages/home/home",
                        "url": f"{web}/",
                    },
                ],
            },
            {
                "name": "我的",
                "sub_button": [
                    {"name": "我的资料", "type": "view", "url": f"{web}/signin/?next=/me/"},
                    {"name": "实名认证", "type": "view", "url": f"{web}/signin/?next=/me/certify/"},
                    {"name": "会员卡", "type": "view", "url": f"{web}/signin/?next=/me/card/"},
                ],
            },
        ]
    }


def accounts() -> list[dict[str, Any]]:
    """Return the three accounts as WeChat knows them."""
    rows = (
        (SERVICE_APPID, "河湾工会", "service"),
        (SUBSCRIPTION_APPID, "河湾工会早知道", "subscription"),
        (MINI_APPID, "河湾E工会", "miniprogram"),
    )
    return [
        {
            "appid": appid,
            "secret": demo_secret(appid),
            "name": name,
            "kind": kind,
            "token": demo_secret(f"{appid} token"),
            "aes_key": aes_key(appid),
            "callback_url": f"{settings.PUBLIC_URL}/wechat/{kind}/callback",
            "menu": menu() if kind == "service" else None,
            "templates": [
                NOTICE_TEMPLATE,
                CASE_TEMPLATE,
                RESULT_TEMPLATE,
                BOOKING_TEMPLATE,
                OUTCOME_TEMPLATE,
            ],
        }
        for appid, name, kind in rows
    ]


def _openids(openid: str) -> dict[str, str]:
    return {SERVICE_APPID: openid, SUBSCRIPTION_APPID: f"s{openid}", MINI_APPID: f"m{openid}"}


def _people(population: Population) -> list[dict[str, Any]]:
    """Return the virtual phones; each knows the mini-program, and one has yet to follow anything."""
    groups = {group.grid: group.external_id for group in population.groups}
    places = {grid.code: [grid.lon, grid.lat] for grid in population.district.grids}
    rows = [
        {
            "id": f"p{place:02d}",
            "name": follower.nickname,
            "label": follower.label,
            "openids": _openids(follower.openid),
            "strangers": [MINI_APPID],
            "phone": population.members[follower.member].phone if follower.member is not None else "",
            "unionid": follower.unionid,
            "grid": follower.grid,
            "place": places[follower.grid],
            "groups": [groups[follower.grid]],
        }
        for place, follower in enumerate((one for one in population.followers if one.label), 1)
    ]
    return [*rows, *_newcomers(population, groups, places, len(rows))]


def _newcomers(
    population: Population, groups: dict[str, str], places: dict[str, list[float]], before: int
) -> list[dict[str, Any]]:
    """Return three workers of the roster who follow nothing yet: to try following and certification with."""
    found = [one for one in population.members if one.certified_at is None][:3]
    return [
        {
            "id": f"p{before + place:02d}",
            "name": member.name,
            "label": "还没关注的职工",
            "facts": f"身份证 {member.id_number}，手机 {member.phone}（演示数据，查无此人）",
            "openids": _openids(f"o_demo_new{place}"),
            "strangers": [SERVICE_APPID, SUBSCRIPTION_APPID, MINI_APPID],
            "phone": member.phone,
            "unionid": f"u_demo_new{place}",
            "grid": member.grid,
            "place": places[member.grid],
            "groups": [groups[member.grid]],
        }
        for place, member in enumerate(found, 1)
    ]


def corp(population: Population) -> dict[str, Any]:
    """Return the corp as WeCom knows it: staff, a robot in an internal group, two customer groups."""
    staff = [one.username for one in population.staff]
    owner = next(name for name in staff if name.startswith("grid"))
    chats = [
        {"chat_id": f"wr-demo-{n}", "name": f"{one.name}（企业微信）", "owner": owner}
        for n, one in enumerate(population.groups[:2], 1)
    ]
    return {
        "corpid": CORP_ID,
        "agentid": CORP_AGENT,
        "name": "河湾区总工会",
        "secret": demo_secret(CORP_ID),
        "token": demo_secret(f"{CORP_ID} token"),
        "aes_key": aes_key(CORP_ID),
        "users": staff,
        "robots": [demo_secret("robot key")],
        "chats": chats,
        "callback_url": f"{settings.PUBLIC_URL}/wecom/demo/robot",
    }


def fill(population: Population) -> None:
    """Seed the sandbox; again is harmless. Raises requests.RequestException when it does not answer."""
    _seed(
        {
            "accounts": accounts(),
            "people": _people(population),
            "community": {
                "app_key": GATEWAY_KEY,
                "secret": demo_secret(GATEWAY_KEY),
                "callback_url": f"{settings.PUBLIC_URL}/community/callback",
            },
            "groups": [
                {"id": one.external_id, "name": one.name, "grid": one.grid, "member_count": one.member_count}
                for one in population.groups
            ],
            "staff": [
                {"username": one.username, "name": one.name, "role": one.role, "totp_secret": one.totp_secret}
                for one in population.staff
            ],
        }
    )
    sms = {"key_id": SMS_KEY, "secret": demo_secret(SMS_KEY), "shape": "a", "sign_names": [SMS_SIGN]}
    receipts = f"{settings.PUBLIC_URL}/sms/demo/receipts/{demo_secret('receipts')}"
    _post("/_sandbox/sms", {"accounts": [{**sms, "templates": SMS_TEMPLATES, "receipts_url": receipts}]})
    _post("/_sandbox/wecom/seed", {"corps": [corp(population)]})
    _fill_followers(population)


def _fill_followers(population: Population) -> None:
    regular = [one for one in population.followers if not one.label][
        : REGULAR_SUBSCRIBERS - _labelled(population)
    ]
    followers: list[dict[str, Any]] = [
        {"appid": SUBSCRIPTION_APPID, "openid": f"s{one.openid}", "unionid": one.unionid} for one in regular
    ]
    followers += [
        {
            "appid": SERVICE_APPID,
            "openid": one.openid,
            "unionid": one.unionid,
            "subscribe_time": int(one.subscribed_at.timestamp()),
        }
        for one in population.followers
    ]
    for start in range(0, len(followers), BLOCK):
        _seed({"followers": followers[start : start + BLOCK]})


def _labelled(population: Population) -> int:
    """Return how many of those on virtual phones follow the subscription account already."""
    return sum(bool(one.label) for one in population.followers)


def _seed(body: dict[str, Any]) -> None:
    _post("/_sandbox/seed", body)


def _post(path: str, body: dict[str, Any]) -> None:
    requests.post(f"{settings.SANDBOX_URL}{path}", json=body, timeout=TIMEOUT_S).raise_for_status()
