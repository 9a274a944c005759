"""The self-check of the community gateway: does it answer our signature, are its groups known, does it tell us things."""

from __future__ import annotations

from typing import Any

import requests
from django.conf import settings
from django.utils import timezone

from eunion.channels.community import signature
from eunion.channels.community.models import Gateway, InboundEvent
from eunion.channels.selfcheck import AWAY, TIMEOUT_S, Check, clock

WHO = "云社区平台"
PATH = "/community/v1/groups?limit=1"
_WORDS = {
    401: "云社区平台不认我们的签名：请和对方核对应用标识、签名密钥，以及两边的时间。",
    403: "云社区平台拒绝了我们：请对方把本服务器的 IP 加入白名单。",
    404: "接口地址不对：云社区平台没有 /community/v1/groups 这个接口。",
}


def check(gateway: Gateway) -> list[Check]:
    """Look at everything that can be wrong with the gateway; each finding says what to do."""
    return [_check_call(gateway), clock(gateway.base_url, WHO), _check_events(gateway)]


def _check_call(gateway: Gateway) -> Check:
    name = "签名和接口"
    signed = signature.headers(
        app_key=gateway.app_key, secret=gateway.secret, method="GET", path=PATH, body=b""
    )
    try:
        answer = requests.get(gateway.base_url.rstrip("/") + PATH, headers=signed, timeout=TIMEOUT_S)
        found: Any = answer.json() if answer.status_code == 200 else {}
    except (requests.RequestException, ValueError):
        return Check(name, False, AWAY.format(who=WHO))
    if answer.status_code != 200:
        words = _WORDS.get(answer.status_code, f"云社区平台返回 HTTP {answer.status_code}，请联系对方。")
        return Check(name, False, words)
    if not found.get("groups"):
        return Check(name, False, "签名正常，但对方一个群也没有列出：请对方把居民群开放给这个应用标识。")
    return Check(name, True, "签名正常，能读到居民群。")


def _check_events(gateway: Gateway) -> Check:
    newest = InboundEvent.objects.filter(gateway=gateway).order_by("-id").first()
    if newest:
        return Check("消息回调", True, f"最近一次：{timezone.localtime(newest.received_at):%Y-%m-%d %H:%M}。")
    words = f"还没有收到过云社区平台的消息：请对方把回调地址设为 {settings.PUBLIC_URL}/community/callback。"
    return Check("消息回调", False, words)
