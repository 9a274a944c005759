"""Fills the sandbox with the same district: accounts, people on virtual phones, followers, groups, staff."""

from __future__ import annotations

import hashlib
from typing import Any

import requests
from django.conf import settings

from eunion.sandbox.demo.people import Population

SERVICE_APPID, SUBSCRIPTION_APPID = "wxdemo0service001", "wxdemo0subscrib01"
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


def _menu() -> dict[str, Any]:
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
                ],
            },
            {"name": "我的", "type": "view", "url": f"{web}/signin/?next=/me/"},
        ]
    }


def accounts() -> list[dict[str, Any]]:
    rows = ((SERVICE_APPID, "河湾工会", "service"), (SUBSCRIPTION_APPID, "河湾工会早知道", "subscription"))
    return [
        {
            "appid": appid,
            "secret": demo_secret(appid),
            "name": name,
            "kind": kind,
            "token": demo_secret(f"{appid} token"),
            "aes_key": aes_key(appid),
            "callback_url": f"{settings.PUBLIC_URL}/wechat/{kind}/callback",
            "menu": _menu() if kind == "service" else None,
            "templates": [NOTICE_TEMPLATE],
        }
        for appid, name, kind in rows
    ]


def _people(population: Population) -> list[dict[str, Any]]:
    groups = {group.grid: group.external_id for group in population.groups}
    return [
        {
            "id": f"p{place:02d}",
            "name": follower.nickname,
            "label": follower.label,
            "openids": {SERVICE_APPID: follower.openid},
            "unionid": follower.unionid,
            "grid": follower.grid,
            "groups": [groups[follower.grid]],
        }
        for place, follower in enumerate((one for one in population.followers if one.label), 1)
    ]


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
    followers = [
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


def _seed(body: dict[str, Any]) -> None:
    answer = requests.post(f"{settings.SANDBOX_URL}/_sandbox/seed", json=body, timeout=TIMEOUT_S)
    answer.raise_for_status()
