"""The two providers' calls over aiohttp, and what their error codes mean to us."""

from __future__ import annotations

import datetime
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from django.conf import settings

from eunion.channels.base import SendError, Unknown
from eunion.channels.sms import signatures
from eunion.channels.sms.models import SmsAccount, SmsTemplate

TIMEOUT_S = 15
FORM_VERSION, JSON_VERSION = "2017-05-25", "2021-01-11"
FORM_REGION, JSON_REGION = "cn-hangzhou", "ap-guangzhou"
# The number is wrong, or the person has unsubscribed: no later try can help.
PERMANENT = {
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "InvalidParameterValue.TemplateParameterFormatError",
    "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.ContainSensitiveWord",
}
REFUSED = {"FailedOperation.PhoneNumberInBlacklist", "isv.BLACK_KEY_CONTROL_LIMIT"}
# A limit of one number should not hold the others up: a short wait, and the dispatcher's own backoff does the rest.
NUMBER_LIMIT_S = 1.0
ACCOUNT_TROUBLE_S = 30.0


def error_of(code: str, message: str) -> SendError:
    """Return the SendError for a provider's code; its full name stands first in the text."""
    if code in PERMANENT:
        return SendError(code, message, permanent=True, refused=code in REFUSED)
    limited = code in ("isv.BUSINESS_LIMIT_CONTROL",) or code.startswith("LimitExceeded")
    wait = NUMBER_LIMIT_S if limited else ACCOUNT_TROUBLE_S
    return SendError(code, message, permanent=False, retry_after_s=wait)


def session(connections: int = 1) -> aiohttp.ClientSession:
    """Return an HTTP session for calls to a provider."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), connector=aiohttp.TCPConnector(limit=connections)
    )


async def post(
    http: aiohttp.ClientSession,
    account: SmsAccount,
    template: SmsTemplate,
    *,
    phone: str,
    params: Mapping[str, str],
    key: str,
) -> str:
    """Send one text message; return the provider's number for it. Raises SendError, Unknown."""
    if account.shape == SmsAccount.Shape.A:
        return await _post_form(http, account, template, phone, params, key)
    return await _post_json(http, account, template, phone, params, key)


async def _post_form(
    http: aiohttp.ClientSession,
    account: SmsAccount,
    template: SmsTemplate,
    phone: str,
    params: Mapping[str, str],
    key: str,
) -> str:
    """Action=SendSms as a signed form."""
    answer = await form_call(
        http,
        account,
        "SendSms",
        OutId=key,
        PhoneNumbers=phone,
        SignName=account.sign_name,
        TemplateCode=template.code,
        TemplateParam=json.dumps(dict(params), ensure_ascii=False),
    )
    return str(answer.get("BizId", ""))[:64]


async def form_call(
    http: aiohttp.ClientSession, account: SmsAccount, action: str, **fields: str
) -> dict[str, Any]:
    """Make a call of shape a; return its answer. Raises SendError, Unknown."""
    form = {
        **fields,
        "AccessKeyId": account.key_id,
        "Action": action,
        "Format": "JSON",
        "RegionId": account.region or FORM_REGION,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": secrets.token_hex(16),
        "SignatureVersion": "1.0",
        "Timestamp": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Version": FORM_VERSION,
    }
    form["Signature"] = signatures.form_signature(account.secret, "POST", form)
    answer = await _call(http, account.api_url or settings.SMS_A_URL, data=form)
    code = str(answer.get("Code", ""))
    if code != "OK":
        raise error_of(code or "empty", str(answer.get("Message", "")))
    return answer


async def _post_json(
    http: aiohttp.ClientSession,
    account: SmsAccount,
    template: SmsTemplate,
    phone: str,
    params: Mapping[str, str],
    key: str,
) -> str:
    """SendSms as signed JSON; parameters go by their order in the template."""
    request = {
        "PhoneNumberSet": [f"+86{phone}"],
        "SmsSdkAppId": account.app_id,
        "SignName": account.sign_name,
        "TemplateId": template.code,
        "TemplateParamSet": [params[name] for name in template.parameters],
        "SessionContext": key,
    }
    answer = await json_call(http, account, "SendSms", request)
    first = (answer.get("SendStatusSet") or [{}])[0]
    if first.get("Code") != "Ok":
        raise error_of(str(first.get("Code") or "empty"), str(first.get("Message", "")))
    return str(first.get("SerialNo", ""))[:64]


async def json_call(
    http: aiohttp.ClientSession, account: SmsAccount, action: str, request: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a call of shape b; return what stands in its Response. Raises SendError, Unknown."""
    url = account.api_url or settings.SMS_B_URL
    body, at = json.dumps(request, ensure_ascii=False).encode(), int(time.time())
    content_type = "application/json; charset=utf-8"
    authorization = signatures.tc3_authorization(
        key_id=account.key_id,
        secret=account.secret,
        service="sms",
        host=urlsplit(url).netloc,
        content_type=content_type,
        body=body,
        at=at,
    )
    headers = {
        "Authorization": authorization,
        "Content-Type": content_type,
        "Host": urlsplit(url).netloc,
        "X-TC-Action": action,
        "X-TC-Version": JSON_VERSION,
        "X-TC-Timestamp": str(at),
        "X-TC-Region": account.region or JSON_REGION,
    }
    answer: dict[str, Any] = (await _call(http, url, data=body, headers=headers)).get("Response") or {}
    if answer.get("Error"):
        raise error_of(str(answer["Error"].get("Code") or "empty"), str(answer["Error"].get("Message", "")))
    return answer


async def _call(http: aiohttp.ClientSession, url: str, **request: Any) -> dict[str, Any]:
    """POST and read JSON. A connection that never came about may be tried again, an answer that never came not."""
    try:
        async with http.post(url, allow_redirects=False, **request) as response:
            answer = await response.json(content_type=None)
    except aiohttp.ClientConnectorError as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unknown(type(error).__name__) from None
    if not isinstance(answer, dict):
        raise Unknown("not a JSON object")
    return answer
