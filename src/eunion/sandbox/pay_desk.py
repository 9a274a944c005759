"""WeChat Pay's bills, and what a person does on the pay sheet."""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, box_of
from eunion.sandbox.pay import (
    PayRefused,
    answer,
    is_signed,
    keep,
    merchant_of,
    now,
    order_of,
    platform,
    sealed_notice,
    shown,
    signed_headers,
    tell,
)


def _bill(box: Box, mchid: str, day: str) -> str:
    """Return a day's bill as WeChat writes it: a head, rows with back-quoted cells, a sum."""
    head = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,订单金额,退款单号,商户退款单号,退款金额"
    rows = []
    for order in box.store.things["pay_order"].values():
        if order["mchid"] == mchid and order.get("success_time", "").startswith(day):
            cells = [
                order["success_time"],
                order["appid"],
                mchid,
                order["transaction_id"],
                order["out_trade_no"],
            ]
            rows.append(
                [*cells, order["openid"], "JSAPI", "SUCCESS", f"{order['total'] / 100:.2f}", "0", "0", "0.00"]
            )
    for key, made in box.store.things["pay_refund"].items():
        if key.startswith(f"{mchid}:") and made["created"].startswith(day):
            cells = [
                made["created"],
                "",
                mchid,
                made["transaction_id"],
                made["out_trade_no"],
                "",
                "JSAPI",
                "REFUND",
                "0.00",
            ]
            rows.append([*cells, made["refund_id"], made["out_refund_no"], f"{made['refund'] / 100:.2f}"])
    lines = [",".join(f"`{cell}" for cell in row) for row in rows]
    return "\n".join([head, *lines, "总交易单数", f"`{len(rows)}"]) + "\n"


async def trade_bill(request: Request) -> Response:
    """GET /v3/bill/tradebill?bill_date: where the bill lies, and its SHA-1."""
    box, merchant, _ = await merchant_of(request)
    day = request.query_params.get("bill_date", "")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise PayRefused(400, "PARAM_ERROR", "账单日期格式不正确")
    bill = _bill(box, merchant["mchid"], day)
    if bill.count("\n") <= 3:
        raise PayRefused(400, "NO_STATEMENT_EXIST", "账单文件不存在")
    base = str(request.base_url).rstrip("/")
    address = f"{base}/v3/billdownload/file?token={merchant['mchid']}.{day}"
    digest = hashlib.sha1(bill.encode()).hexdigest()  # noqa: S324  WeChat Pay's own scheme
    return answer(box, {"hash_type": "SHA1", "hash_value": digest, "download_url": address})


async def download_bill(request: Request) -> Response:
    """GET /v3/billdownload/file?token: the bill, gzipped."""
    box, merchant, _ = await merchant_of(request)
    mchid, _, day = request.query_params.get("token", "").partition(".")
    if mchid != merchant["mchid"]:
        raise PayRefused(403, "NO_AUTH", "无权限下载")
    return Response(gzip.compress(_bill(box, mchid, day).encode()), media_type="application/octet-stream")


async def seed(request: Request) -> Response:
    """POST /_sandbox/pay/seed {mchid, serial_no, public_key, apiv3_key, appids}; answers with the platform's key."""
    box, body = box_of(request), await request.json()
    box.store.put("merchant", body["mchid"], body)
    key = platform(box)
    await box.store.flush()
    return JSONResponse({"public_key_id": key["id"], "public_key": key["public"]})


async def sheet(request: Request) -> Response:
    """POST /_sandbox/pay/sheet (what the page gave getBrandWCPayRequest): what the phone shows, if the signature is good."""
    box, asked = box_of(request), await request.json()
    prepay_id = str(asked.get("package", "")).removeprefix("prepay_id=")
    orders = box.store.things["pay_order"].values()
    order = next((one for one in orders if one["prepay_id"] == prepay_id), None)
    if order is None or asked.get("appId") != order["appid"] or asked.get("signType") != "RSA":
        return JSONResponse({"error": "unknown order"}, 404)
    text = "".join(f"{asked.get(name, '')}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    if not is_signed(box.store.get("merchant", order["mchid"]), text, str(asked.get("paySign", ""))):
        return JSONResponse({"error": "wrong paySign"}, 403)
    return JSONResponse(
        {"prepay_id": prepay_id, "description": order["description"], "amount": order["total"]}
    )


async def act(request: Request) -> Response:
    """POST /_sandbox/pay {prepay_id, outcome: ok | cancel, notices: 1}: what a person does on the pay sheet.

    `notices` says how often WeChat tells of it: 0 loses the notice, 2 doubles it.
    """
    box, body = box_of(request), await request.json()
    orders = box.store.things["pay_order"].values()
    order = next((one for one in orders if one["prepay_id"] == body.get("prepay_id")), None)
    if order is None:
        return JSONResponse({"err_msg": "get_brand_wcpay_request:fail"}, 404)
    order = order_of(box, order["mchid"], order["out_trade_no"])
    if body.get("outcome", "ok") != "ok" or order["trade_state"] != "NOTPAY":
        return JSONResponse({"err_msg": "get_brand_wcpay_request:cancel"})
    order |= {
        "trade_state": "SUCCESS",
        "success_time": now(),
        "transaction_id": f"42{secrets.randbelow(10**26):026d}",
    }
    keep(box, order)
    for _ in range(int(body.get("notices", 1))):
        tell(
            box,
            box.store.get("merchant", order["mchid"]),
            order["notify_url"],
            "TRANSACTION.SUCCESS",
            shown(order),
        )
    return JSONResponse({"err_msg": "get_brand_wcpay_request:ok"})


async def notice(request: Request) -> Response:
    """GET /_sandbox/pay/notice?number: the notice of a paid order as it would be posted, headers and body."""
    box, number = box_of(request), request.query_params.get("number", "")
    order = next(
        (one for one in box.store.things["pay_order"].values() if one["out_trade_no"] == number), None
    )
    if order is None:
        return JSONResponse({"error": "unknown order"}, 404)
    body = sealed_notice(box.store.get("merchant", order["mchid"]), "TRANSACTION.SUCCESS", shown(order))
    return JSONResponse({"headers": signed_headers(box, body), "body": body})
