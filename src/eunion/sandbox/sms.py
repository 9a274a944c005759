"""The far side of text messages: both kinds of provider, signatures checked, receipts posted back."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox import background
from eunion.sandbox.box import Box, body_of, box_of

SKEW_S = {"a": 900, "b": 300}
# seconds, how many, what provider a says, what provider b says
LIMITS = (
    (60, 1, "触发分钟级流控Permits:1", "LimitExceeded.PhoneNumberThirtySecondLimit"),
    (3600, 5, "触发小时级流控Permits:5", "LimitExceeded.PhoneNumberOneHourLimit"),
    (86_400, 10, "触发天级流控Permits:10", "LimitExceeded.PhoneNumberDailyLimit"),
)
BLOCKED = {"a": "isv.BLACK_KEY_CONTROL_LIMIT", "b": "FailedOperation.PhoneNumberInBlacklist"}
WRONG_NUMBER = {"a": "isv.MOBILE_NUMBER_ILLEGAL", "b": "InvalidParameterValue.IncorrectPhoneNumber"}
WRONG_SIGN = {"a": "isv.SMS_SIGNATURE_ILLEGAL", "b": "FailedOperation.SignatureIncorrectOrUnapproved"}
WRONG_TEMPLATE = {"a": "isv.SMS_TEMPLATE_ILLEGAL", "b": "FailedOperation.TemplateIncorrectOrUnapproved"}
WRONG_PARAMETERS = {
    "a": "isv.TEMPLATE_MISSING_PARAMETERS",
    "b": "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
}
LIMITED = "isv.BUSINESS_LIMIT_CONTROL"


class NotSent(Exception):
    """Why a message is not taken, in the provider's code."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message or code


def form_signature(secret: str, params: Mapping[str, str]) -> str:
    """Return what a signed form must carry: HMAC-SHA1 over its sorted parameters."""
    pairs = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in params.items() if k != "Signature")
    text = "POST&%2F&" + quote("&".join("=".join(pair) for pair in pairs), safe="~")
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), "sha1").digest()).decode()


def tc3_signature(secret: str, scope: str, signed: str, request: Request, body: bytes, at: str) -> str:
    """Return what a signed JSON request must carry, over the headers that it says it has signed."""
    names = signed.split(";")
    values = {name: request.headers.get(name, "").strip() for name in names}
    lines = "".join(f"{name}:{values[name].lower()}\n" for name in names)
    canonical = "\n".join(["POST", "/", "", lines, signed, hashlib.sha256(body).hexdigest()])
    text = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"TC3" + secret.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()


async def _trouble(box: Box, shape: str) -> None:
    """Raise NotSent on a bad day."""
    trouble = await box.faults.strike()
    if trouble:
        busy = trouble[0] == -1
        codes = {"a": ("isp.SYSTEM_ERROR", "Throttling.User"), "b": ("InternalError", "RequestLimitExceeded")}
        raise NotSent(codes[shape][0 if busy else 1], trouble[1])


def _check_form(box: Box, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the account that signed the form; raises NotSent."""
    account = box.store.get("sms", form.get("AccessKeyId", ""))
    if account is None:
        raise NotSent("InvalidAccessKeyId.NotFound")
    if not hmac.compare_digest(form_signature(account["secret"], form), form.get("Signature", "")):
        raise NotSent("SignatureDoesNotMatch")
    try:
        at = datetime.datetime.strptime(form.get("Timestamp", ""), "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise NotSent("InvalidTimeStamp.Format") from None
    if abs(at.replace(tzinfo=datetime.UTC).timestamp() - time.time()) > SKEW_S["a"]:
        raise NotSent("InvalidTimeStamp.Expired")
    nonce = f"sms-nonce|{form.get('SignatureNonce', '')}"
    if nonce in box.store.seen:
        raise NotSent("SignatureNonceUsed")
    box.store.seen[nonce] = 1
    if form.get("Action") not in ("SendSms", "QuerySmsTemplate") or form.get("Version") != "2017-05-25":
        raise NotSent("InvalidAction.NotFound")
    if box.faults.block_ip:
        raise NotSent(
            "Forbidden.RAM", "User not authorized to operate on the specified resource from 127.0.0.1"
        )
    return dict(account)


def _check_json(box: Box, request: Request, body: bytes) -> dict[str, Any]:
    """Return the account that signed the JSON; raises NotSent."""
    pattern = r"TC3-HMAC-SHA256 Credential=([^/]+)/(\S+), SignedHeaders=(\S+), Signature=(\S+)"
    found = re.fullmatch(pattern, request.headers.get("authorization", ""))
    if not found:
        raise NotSent("AuthFailure.InvalidAuthorization")
    account = box.store.get("sms", found[1])
    if account is None:
        raise NotSent("AuthFailure.SecretIdNotFound")
    at = request.headers.get("x-tc-timestamp", "")
    if not at.isdecimal() or abs(int(at) - time.time()) > SKEW_S["b"]:
        raise NotSent("AuthFailure.SignatureExpire")
    day = datetime.datetime.fromtimestamp(int(at), datetime.UTC).strftime("%Y-%m-%d")
    wanted = tc3_signature(account["secret"], found[2], found[3], request, body, at)
    signed_enough = {"content-type", "host"} <= set(found[3].split(";"))
    if found[2] != f"{day}/sms/tc3_request" or not signed_enough or not hmac.compare_digest(wanted, found[4]):
        raise NotSent("AuthFailure.SignatureFailure")
    known = ("SendSms", "DescribeSmsTemplateList")
    if request.headers.get("x-tc-action") not in known or request.headers.get("x-tc-version") != "2021-01-11":
        raise NotSent("InvalidAction")
    if box.faults.block_ip:
        raise NotSent("UnauthorizedOperation.RequestIpNotInWhitelist", "127.0.0.1 is not in the whitelist")
    return dict(account)


def _template_of(account: dict[str, Any], code: str) -> dict[str, Any]:
    """Return what provider a says of a template; raises NotSent."""
    content = account["templates"].get(code)
    if content is None:
        raise NotSent(WRONG_TEMPLATE["a"])
    approved = code not in account.get("unapproved", [])
    return {"TemplateCode": code, "TemplateContent": content, "TemplateStatus": int(approved)}


def _templates_of(account: dict[str, Any], codes: list[Any]) -> list[dict[str, Any]]:
    """Return what provider b says of templates; those it does not know are left out."""
    waiting = account.get("unapproved", [])
    return [
        {"TemplateId": code, "StatusCode": 1 if str(code) in waiting else 0, "International": 0}
        for code in codes
        if str(code) in account["templates"]
    ]


async def _take(
    box: Box, account: dict[str, Any], phone: str, sign: str, template: str, params: dict[str, str], out: str
) -> str:
    """Put a message into the phone's inbox; return its number; raises NotSent."""
    shape = account["shape"]
    if sign not in account["sign_names"]:
        raise NotSent(WRONG_SIGN[shape])
    content = account["templates"].get(template)
    if content is None:
        raise NotSent(WRONG_TEMPLATE[shape])
    if not re.fullmatch(r"1[3-9]\d{9}", phone):
        raise NotSent(WRONG_NUMBER[shape])
    if phone in box.faults.refuse:
        raise NotSent(BLOCKED[shape])
    wanted = re.findall(r"\$\{(\w+)\}|\{(\d+)\}", content)
    if {one[0] or one[1] for one in wanted} != set(params):
        raise NotSent(WRONG_PARAMETERS[shape])
    if account.get("limits", True):
        await _check_limits(box, phone, shape)
    text = re.sub(r"\$?\{(\w+)\}", lambda found: params[found[1]], content)
    remote_id = f"{int(time.time() * 1000)}{secrets.randbelow(10**6):06d}^0"
    shown = {"sign": sign, "text": f"【{sign}】{text}", "template": template, "out_id": out, "sid": remote_id}
    box.store.add_message("sms", f"sms:{phone}", json.dumps(shown, ensure_ascii=False))
    if account.get("receipts_url") and box.faults.callbacks:
        background.later(_report(box, account, phone, remote_id, out))
    return remote_id


async def _check_limits(box: Box, phone: str, shape: str) -> None:
    now = time.time()
    sent = [one["at"] for one in await box.store.messages(f"sms:{phone}")]
    for seconds, most, for_a, for_b in LIMITS:
        if sum(at > now - seconds for at in sent) >= most:
            raise NotSent(LIMITED if shape == "a" else for_b, for_a)


async def _report(box: Box, account: dict[str, Any], phone: str, remote_id: str, out: str) -> None:
    """Post the delivery receipt, in the provider's own form."""
    fine = phone not in account.get("unreachable", [])
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    row: dict[str, Any] = {
        "phone_number": phone,
        "success": fine,
        "err_code": "DELIVERED" if fine else "MOBILE_NOT_ON_SERVICE",
        "err_msg": "",
        "sms_size": "1",
        "send_time": now,
        "report_time": now,
        "biz_id": remote_id,
        "out_id": out,
    }
    if account["shape"] == "b":
        row = {
            "mobile": phone,
            "nationcode": "86",
            "report_status": "SUCCESS" if fine else "FAIL",
            "errmsg": "DELIVRD" if fine else "MK:0001",
            "description": "",
            "user_receive_time": now,
            "sid": remote_id,
        }
    await background.post(box.callbacks.session, account["receipts_url"], json=[row])


async def send_form(request: Request) -> Response:
    """POST /sms/a: Action=SendSms as a signed form."""
    box = box_of(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    form |= dict(request.query_params)
    try:
        account = _check_form(box, form)
        await _trouble(box, "a")
        if form["Action"] == "QuerySmsTemplate":
            found = _template_of(account, form.get("TemplateCode", ""))
            return JSONResponse({"Code": "OK", "Message": "OK", **found})
        params = {k: str(v) for k, v in json.loads(form.get("TemplateParam") or "{}").items()}
        remote_id = await _take(
            box,
            account,
            form.get("PhoneNumbers", ""),
            form.get("SignName", ""),
            form.get("TemplateCode", ""),
            params,
            form.get("OutId", ""),
        )
    except (ValueError, AttributeError):
        return JSONResponse({"Code": "isv.INVALID_JSON_PARAM", "Message": "JSON"}, 400)
    except NotSent as why:
        return JSONResponse({"Code": why.code, "Message": why.message, "RequestId": secrets.token_hex(16)})
    return JSONResponse(
        {"Code": "OK", "Message": "OK", "BizId": remote_id, "RequestId": secrets.token_hex(16)}
    )


async def send_json(request: Request) -> Response:
    """POST /sms/b: SendSms as signed JSON."""
    box, raw = box_of(request), await request.body()
    answer: dict[str, Any] = {"RequestId": secrets.token_hex(16)}
    try:
        account = _check_json(box, request, raw)
        await _trouble(box, "b")
        body = json.loads(raw)
        if request.headers["x-tc-action"] == "DescribeSmsTemplateList":
            found = _templates_of(account, body.get("TemplateIdSet") or [])
            return JSONResponse({"Response": {**answer, "DescribeTemplateStatusSet": found}})
        if body.get("SmsSdkAppId") != account["app_id"]:
            raise NotSent("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        rows = [await _one_of(box, account, body, number) for number in body.get("PhoneNumberSet", [])]
        answer["SendStatusSet"] = rows
    except (ValueError, AttributeError):
        answer["Error"] = {"Code": "InvalidParameter", "Message": "JSON"}
    except NotSent as why:
        answer["Error"] = {"Code": why.code, "Message": why.message}
    return JSONResponse({"Response": answer})


async def _one_of(box: Box, account: dict[str, Any], body: dict[str, Any], number: str) -> dict[str, Any]:
    """Send to one of the numbers; return its row of SendStatusSet."""
    params = {str(n): str(value) for n, value in enumerate(body.get("TemplateParamSet", []), 1)}
    row = {"PhoneNumber": number, "SessionContext": body.get("SessionContext", ""), "IsoCode": "CN"}
    sign, template = str(body.get("SignName", "")), str(body.get("TemplateId", ""))
    out = str(body.get("SessionContext", ""))
    try:
        serial = await _take(box, account, str(number).removeprefix("+86"), sign, template, params, out)
    except NotSent as why:
        return {**row, "SerialNo": "", "Fee": 0, "Code": why.code, "Message": why.message}
    return {**row, "SerialNo": serial, "Fee": 1, "Code": "Ok", "Message": "send success"}


async def desk(request: Request) -> Response:
    """GET /_sandbox/sms?phone: a phone's inbox. POST: add or replace accounts, `{"accounts": [{key_id, …}]}`."""
    box = box_of(request)
    if request.method == "POST":
        for account in (await body_of(request)).get("accounts", []):
            box.store.put("sms", account["key_id"], account)
        await box.store.flush()
        return JSONResponse({"ok": True})
    return JSONResponse(await box.store.messages(f"sms:{request.query_params.get('phone', '')}"))
