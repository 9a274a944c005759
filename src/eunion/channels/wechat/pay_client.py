"""WeChat Pay v3 through the library wechatpayv3: one client a merchant, errors as our own."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from django.conf import settings
from wechatpayv3 import WeChatPay, WeChatPayType

from eunion.channels.base import SendError
from eunion.channels.wechat.errors import NoticeRefused
from eunion.channels.wechat.models import Merchant
from eunion.kernel.ids import new_public_id

TIMEOUT_S = (5, 10)
SKEW_S = 300
PASSING = {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "BANK_ERROR", "INVALID_REQUEST_RETRY"}


@functools.lru_cache(maxsize=8)
def _client(
    mchid: str, serial_no: str, private_key: str, apiv3_key: str, appid: str, key_id: str, key: str
) -> WeChatPay:
    """Return the library's client; reading the keys costs as much as a call."""
    made = WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=mchid,
        private_key=private_key,
        cert_serial_no=serial_no,
        apiv3_key=apiv3_key,
        appid=appid,
        public_key=key,
        public_key_id=key_id,
        timeout=TIMEOUT_S,
    )
    # The library has no argument for it; the sandbox listens elsewhere.
    made._core._gate_way = settings.WECHAT_PAY_URL
    return made


def client(merchant: Merchant) -> WeChatPay:
    """Return the client of a merchant."""
    return _client(
        merchant.mchid,
        merchant.serial_no,
        merchant.private_key,
        merchant.apiv3_key,
        merchant.account.appid,
        merchant.platform_key_id,
        merchant.platform_key,
    )


def call(does: Callable[..., tuple[int, Any]], *args: Any, **named: Any) -> dict[str, Any]:
    """Make a call; return its JSON. Raises SendError (`permanent` where trying again can't help)."""
    try:
        status, text = does(*args, **named)
    except requests.RequestException as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    except Exception as error:  # noqa: BLE001  the library raises plain ones, for a stranger's signature too
        raise SendError("signature", str(error)[:100], permanent=False, retry_after_s=5) from None
    if status in (200, 204):
        found: dict[str, Any] = json.loads(text) if text else {}
        return found
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    code = str(answer.get("code", status))
    passing = status >= 500 or status == 429 or code in PASSING
    raise SendError(code, str(answer.get("message", ""))[:120], permanent=not passing, retry_after_s=2)


def sheet(merchant: Merchant, prepay_id: str) -> dict[str, str]:
    """Return what WeixinJSBridge wants to open the pay sheet, signed with the merchant's key."""
    appid, timestamp, nonce = merchant.account.appid, str(int(time.time())), new_public_id()
    package = f"prepay_id={prepay_id}"
    return {
        "appId": appid,
        "timeStamp": timestamp,
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": client(merchant).sign([appid, timestamp, nonce, package]),
    }


def open_notice(merchant: Merchant, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return a notice with its resource opened; raises NoticeRefused for anything forged, stale or broken."""
    stamp = headers.get("Wechatpay-Timestamp", "")
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > SKEW_S:
        raise NoticeRefused("时间相差太多。")
    named = {
        f"Wechatpay-{name}": headers.get(f"Wechatpay-{name}", "")
        for name in ("Timestamp", "Nonce", "Signature", "Serial", "Signature-Type")
    }
    if named["Wechatpay-Serial"] != merchant.platform_key_id:
        raise NoticeRefused("公钥编号不对。")
    try:
        opened = client(merchant).callback(named, body)
    except Exception as error:
        raise NoticeRefused("通知打不开。") from error
    if not isinstance(opened, dict) or not isinstance(opened.get("resource"), dict):
        raise NoticeRefused("签名不对。")
    return opened
