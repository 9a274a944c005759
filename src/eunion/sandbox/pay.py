"""WeChat Pay v3 in a box: orders, refunds, bills and signed notices, with the platform's checks and error codes."""

from __future__ import annotations

import asyncio
import base64
import datetime
import json
import re
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox import background
from eunion.sandbox.box import Box, box_of

SCHEME = "WECHATPAY2-SHA256-RSA2048"
SKEW_S = 300
CHINA = datetime.timezone(datetime.timedelta(hours=8))
# WeChat waits 15 s, 15 s, 30 s, 3 m, … between its tries; here the same number of tries, sooner.
TRIES_AFTER_S = (0.0, 0.2, 0.2, 0.5, 1.0, 2.0, 4.0)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class PayRefused(Exception):
    """A call that WeChat Pay answers with an HTTP status, a code and words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


async def on_refused(request: Request, refused: Exception) -> Response:
    """Turn PayRefused into WeChat Pay's answer."""
    assert isinstance(refused, PayRefused)
    body = {"code": refused.code, "message": refused.message}
    return JSONResponse(body, refused.status, headers={"Request-ID": secrets.token_hex(8)})


def platform(box: Box) -> dict[str, str]:
    """Return the box's own key pair, made once and kept."""
    kept: dict[str, str] | None = box.store.get("pay_platform", "key")
    if kept is None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        kept = {"id": f"PUB_KEY_ID_{secrets.token_hex(8)}", "private": private, "public": public}
        box.store.put("pay_platform", "key", kept)
    return kept


def _sign(box: Box, text: str) -> str:
    key = load_pem_private_key(platform(box)["private"].encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()


def signed_headers(box: Box, body: str) -> dict[str, str]:
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": platform(box)["id"],
        "Wechatpay-Signature-Type": SCHEME,
        "Wechatpay-Signature": _sign(box, f"{timestamp}\n{nonce}\n{body}\n"),
    }


def answer(box: Box, body: dict[str, Any] | None, status: int = 200) -> Response:
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers=signed_headers(box, text), media_type="application/json")


def is_signed(merchant: dict[str, Any], text: str, signature: str) -> bool:
    """Say whether a text was signed with the merchant's key."""
    key = load_pem_public_key(merchant["public_key"].encode())
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


async def merchant_of(request: Request) -> tuple[Box, dict[str, Any], dict[str, Any]]:
    """Return box, merchant and JSON body of a signed call; raises PayRefused."""
    box, raw = box_of(request), (await request.body()).decode(errors="replace")
    head = request.headers.get("Authorization", "")
    fields = dict(_FIELD.findall(head))
    merchant = box.store.get("merchant", fields.get("mchid", ""))
    if (
        not head.startswith(f"{SCHEME} ")
        or merchant is None
        or fields.get("serial_no") != merchant["serial_no"]
    ):
        raise PayRefused(401, "SIGN_ERROR", "商户证书序列号有误。请使用签名私钥匹配的证书序列号")
    if not fields.get("timestamp", "").isdecimal() or abs(time.time() - int(fields["timestamp"])) > SKEW_S:
        raise PayRefused(401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = f"{request.method}\n{path}\n{fields['timestamp']}\n{fields['nonce_str']}\n{raw}\n"
    if not is_signed(merchant, text, fields.get("signature", "")):
        raise PayRefused(401, "SIGN_ERROR", "错误的签名，导致验签失败")
    trouble = await box.faults.strike()
    if trouble:
        raise PayRefused(
            500 if trouble[0] == -1 else 429,
            "SYSTEM_ERROR" if trouble[0] == -1 else "FREQUENCY_LIMITED",
            trouble[1],
        )
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise PayRefused(400, "PARAM_ERROR", "请求体不是有效的 JSON") from None
    return box, merchant, body


def _wanted(body: dict[str, Any], *names: str) -> None:
    for name in names:
        if not body.get(name):
            raise PayRefused(
                400, "PARAM_ERROR", f"输入源“/body/{name}”映射到值字段“{name}”必填性规则校验失败"
            )


def order_of(box: Box, mchid: str, number: str) -> dict[str, Any]:
    order: dict[str, Any] | None = box.store.get("pay_order", f"{mchid}:{number}")
    if order is None:
        raise PayRefused(404, "ORDER_NOT_EXIST", "订单不存在")
    expires = order.get("time_expire", "")
    if order["trade_state"] == "NOTPAY" and expires and _moment(expires) < time.time():
        order["trade_state"] = "CLOSED"
        keep(box, order)
    return order


def keep(box: Box, order: dict[str, Any]) -> None:
    box.store.put("pay_order", f"{order['mchid']}:{order['out_trade_no']}", order)


def _moment(text: str) -> float:
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise PayRefused(400, "PARAM_ERROR", "time_expire 格式不正确") from None


def now() -> str:
    return datetime.datetime.now(CHINA).isoformat(timespec="seconds")


async def prepay(request: Request) -> Response:
    """POST /v3/pay/transactions/jsapi: an order, or the same order's prepay_id again."""
    box, merchant, body = await merchant_of(request)
    _wanted(body, "appid", "mchid", "description", "out_trade_no", "notify_url", "amount", "payer")
    number, total = str(body["out_trade_no"]), body["amount"].get("total")
    if not re.fullmatch(r"[\w\-|*]{6,32}", number) or not isinstance(total, int) or total < 1:
        raise PayRefused(400, "PARAM_ERROR", "商户订单号或金额不正确")
    if body["mchid"] != merchant["mchid"] or body["appid"] not in merchant["appids"]:
        raise PayRefused(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
    if box.store.follows(body["appid"], str(body["payer"].get("openid"))) is None:
        raise PayRefused(400, "PARAM_ERROR", "无效的openid")
    known = box.store.get("pay_order", f"{merchant['mchid']}:{number}")
    if known is not None:
        _same(order_of(box, merchant["mchid"], number), total)
        return answer(box, {"prepay_id": known["prepay_id"]})
    order = {
        **{
            name: body.get(name, "")
            for name in ("appid", "mchid", "description", "notify_url", "time_expire", "attach")
        },
        "out_trade_no": number,
        "total": total,
        "openid": body["payer"]["openid"],
        "prepay_id": f"wx{secrets.token_hex(16)}",
        "trade_state": "NOTPAY",
        "created": now(),
    }
    keep(box, order)
    return answer(box, {"prepay_id": order["prepay_id"]})


def _same(order: dict[str, Any], total: int) -> None:
    """Refuse a second order under a number that is used, paid or closed."""
    if order["trade_state"] in ("SUCCESS", "REFUND"):
        raise PayRefused(400, "ORDERPAID", "该订单已支付")
    if order["trade_state"] == "CLOSED":
        raise PayRefused(400, "ORDER_CLOSED", "该订单已关闭")
    if order["total"] != total:
        raise PayRefused(400, "OUT_TRADE_NO_USED", "商户订单号重复")


def shown(order: dict[str, Any]) -> dict[str, Any]:
    found = {name: order[name] for name in ("appid", "mchid", "out_trade_no", "trade_state", "attach")}
    found |= {
        "trade_state_desc": order["trade_state"],
        "trade_type": "JSAPI",
        "payer": {"openid": order["openid"]},
    }
    found["amount"] = {
        "total": order["total"],
        "payer_total": order["total"],
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    if order.get("transaction_id"):
        found |= {
            "transaction_id": order["transaction_id"],
            "success_time": order["success_time"],
            "bank_type": "OTHERS",
        }
    return found


async def query(request: Request) -> Response:
    """GET /v3/pay/transactions/out-trade-no/{number}?mchid."""
    box, merchant, _ = await merchant_of(request)
    return answer(box, shown(order_of(box, merchant["mchid"], request.path_params["number"])))


async def close(request: Request) -> Response:
    """POST …/close: 204, however often."""
    box, merchant, _ = await merchant_of(request)
    order = order_of(box, merchant["mchid"], request.path_params["number"])
    if order["trade_state"] in ("SUCCESS", "REFUND"):
        raise PayRefused(400, "ORDERPAID", "订单已支付")
    order["trade_state"] = "CLOSED"
    keep(box, order)
    return answer(box, None, 204)


async def refund(request: Request) -> Response:
    """POST /v3/refund/domestic/refunds: once a number; never more than was paid."""
    box, merchant, body = await merchant_of(request)
    _wanted(body, "out_trade_no", "out_refund_no", "amount")
    order = order_of(box, merchant["mchid"], str(body["out_trade_no"]))
    key, amount = f"{merchant['mchid']}:{body['out_refund_no']}", body["amount"]
    known = box.store.get("pay_refund", key)
    if known is not None:
        if known["refund"] != amount.get("refund") or known["out_trade_no"] != order["out_trade_no"]:
            raise PayRefused(400, "PARAM_ERROR", "订单金额或退款金额与之前请求不一致，请核实后再试")
        return answer(box, _shown_refund(known))
    if order["trade_state"] not in ("SUCCESS", "REFUND"):
        raise PayRefused(400, "RESOURCE_NOT_EXISTS", "订单不存在或未支付")
    if (
        amount.get("total") != order["total"]
        or order.get("refunded", 0) + amount.get("refund", 0) > order["total"]
    ):
        raise PayRefused(
            400, "NOT_ENOUGH" if amount.get("total") == order["total"] else "PARAM_ERROR", "退款金额不正确"
        )
    made = {
        "refund_id": f"50{secrets.randbelow(10**20):020d}",
        "out_refund_no": body["out_refund_no"],
        "out_trade_no": order["out_trade_no"],
        "transaction_id": order["transaction_id"],
        "refund": amount["refund"],
        "total": order["total"],
        "status": "SUCCESS",
        "created": now(),
    }
    order |= {"refunded": order.get("refunded", 0) + amount["refund"], "trade_state": "REFUND"}
    keep(box, order)
    box.store.put("pay_refund", key, made)
    tell(
        box,
        merchant,
        body.get("notify_url") or "",
        "REFUND.SUCCESS",
        {
            **_shown_refund(made),
            "mchid": merchant["mchid"],
            "refund_status": "SUCCESS",
            "success_time": made["created"],
        },
    )
    return answer(box, _shown_refund(made))


def _shown_refund(made: dict[str, Any]) -> dict[str, Any]:
    names = ("refund_id", "out_refund_no", "out_trade_no", "transaction_id", "status")
    amount = {"refund": made["refund"], "total": made["total"], "currency": "CNY"}
    return {
        **{name: made[name] for name in names},
        "channel": "ORIGINAL",
        "create_time": made["created"],
        "amount": amount,
    }


async def query_refund(request: Request) -> Response:
    """GET /v3/refund/domestic/refunds/{number}."""
    box, merchant, _ = await merchant_of(request)
    made = box.store.get("pay_refund", f"{merchant['mchid']}:{request.path_params['number']}")
    if made is None:
        raise PayRefused(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    return answer(box, _shown_refund(made))


def tell(box: Box, merchant: dict[str, Any], address: str, kind: str, resource: dict[str, Any]) -> None:
    """Post a sealed notice until it is answered 200 or 204, as the faults of the day allow."""
    if urlsplit(address).hostname not in background.LOOPBACK or not box.faults.callbacks:
        return
    background.later(_tell_until_heard(box, merchant, address, kind, resource))


async def _tell_until_heard(
    box: Box, merchant: dict[str, Any], address: str, kind: str, resource: dict[str, Any]
) -> None:
    body = sealed_notice(merchant, kind, resource)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        for pause in TRIES_AFTER_S:
            await asyncio.sleep(pause)
            try:
                headers = {**signed_headers(box, body), "Content-Type": "application/json"}
                async with http.post(address, data=body.encode(), headers=headers) as answer:
                    if answer.status in (200, 204):
                        return
            except (aiohttp.ClientError, TimeoutError):
                continue


def sealed_notice(merchant: dict[str, Any], kind: str, resource: dict[str, Any]) -> str:
    """Return the body of a notice, its resource sealed with the merchant's APIv3 key (AES-256-GCM)."""
    nonce, extra = secrets.token_hex(6), "transaction" if kind.startswith("TRANSACTION") else "refund"
    plain = json.dumps(resource, ensure_ascii=False).encode()
    sealed = AESGCM(merchant["apiv3_key"].encode()).encrypt(nonce.encode(), plain, extra.encode())
    return json.dumps(
        {
            "id": secrets.token_hex(16),
            "create_time": now(),
            "resource_type": "encrypt-resource",
            "event_type": kind,
            "summary": "支付成功" if kind.startswith("TRANSACTION") else "退款成功",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "nonce": nonce,
                "associated_data": extra,
                "original_type": extra,
            },
        },
        ensure_ascii=False,
    )
