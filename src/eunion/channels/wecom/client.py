"""WeCom's API as thin calls: an app's token under a row lock, JSON calls, webhooks, answers to a response_url."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from eunion.channels.base import SendError, Unknown
from eunion.channels.wecom.models import Corp

EARLY = datetime.timedelta(minutes=10)
TIMEOUT_S = 15
TOKEN_CODES = {40014, 42001}
# Busy, a robot's limit, an app's limits.
PASSING_CODES = {-1: 2.0, 45009: 10.0, 45033: 5.0}


@transaction.atomic
def access_token(corp_id: int, *, stale: str = "") -> str:
    """Return the app's access token, refreshed early; `stale` is one that WeCom has just refused.

    The row lock makes one process the holder: the others wait and read what it wrote. Raises SendError.
    """
    corp = Corp.objects.select_for_update().get(pk=corp_id)
    expires_at = corp.access_token_expires_at
    usable = corp.access_token and expires_at and expires_at - EARLY > timezone.now()
    if usable and corp.access_token != stale:
        return corp.access_token
    answer = _get_token(corp)
    corp.access_token = answer["access_token"]
    corp.access_token_expires_at = timezone.now() + datetime.timedelta(seconds=answer["expires_in"])
    corp.save(update_fields=["access_token", "access_token_expires_at"])
    return corp.access_token


def _get_token(corp: Corp) -> dict[str, Any]:
    """GET /cgi-bin/gettoken."""
    query = {"corpid": corp.corpid, "corpsecret": corp.secret}
    try:
        answer: dict[str, Any] = requests.get(
            f"{settings.WECOM_API_URL}/cgi-bin/gettoken", params=query, timeout=TIMEOUT_S
        ).json()
    except (requests.RequestException, ValueError) as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return answer


def error_of(answer: dict[str, Any]) -> SendError:
    """Return the SendError for WeCom's errcode."""
    code, message = int(answer.get("errcode", 0)), str(answer.get("errmsg", ""))
    if code in TOKEN_CODES:
        return SendError(str(code), message, permanent=False)
    if code in PASSING_CODES:
        return SendError(str(code), message, permanent=False, retry_after_s=PASSING_CODES[code])
    return SendError(str(code), message, permanent=True)


def get(corp_id: int, path: str, **query: Any) -> dict[str, Any]:
    """GET a path as the app; a refused token is fetched again once. Raises SendError, Unknown."""
    token = access_token(corp_id)
    answer = _call(path, token, None, **query)
    if answer.get("errcode") in TOKEN_CODES:
        answer = _call(path, access_token(corp_id, stale=token), None, **query)
    if answer.get("errcode", 0):
        raise error_of(answer)
    return answer


def post(corp_id: int, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST a JSON body as the app; a refused token is fetched again once. Raises SendError, Unknown."""
    token = access_token(corp_id)
    answer = _call(path, token, body)
    if answer.get("errcode") in TOKEN_CODES:
        answer = _call(path, access_token(corp_id, stale=token), body)
    if answer.get("errcode", 0):
        raise error_of(answer)
    return answer


def _call(path: str, token: str, body: dict[str, Any] | None, **query: Any) -> dict[str, Any]:
    url, params = settings.WECOM_API_URL + path, {**query, "access_token": token}
    try:
        if body is None:
            response = requests.get(url, params=params, timeout=TIMEOUT_S)
        else:
            response = requests.post(url, params=params, json=body, timeout=TIMEOUT_S)
        answer: dict[str, Any] = response.json()
    except (requests.RequestException, ValueError) as error:
        if _never_left(error):
            raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
        raise Unknown(type(error).__name__) from None
    return answer


def _never_left(error: Exception) -> bool:
    """Say whether no connection came about, so that nothing can have been taken."""
    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError | ConnectTimeoutError)


def session(connections: int = 1) -> aiohttp.ClientSession:
    """Return an HTTP session for webhooks."""
    return aiohttp.ClientSession(
        base_url=settings.WECOM_API_URL,
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        connector=aiohttp.TCPConnector(limit=connections),
    )


async def post_webhook(http: aiohttp.ClientSession, key: str, kind: str, content: str) -> None:
    """POST /cgi-bin/webhook/send as a robot. Raises SendError, Unknown."""
    body = {"msgtype": kind, kind: {"content": content}}
    try:
        async with http.post("/cgi-bin/webhook/send", params={"key": key}, json=body) as response:
            answer = await response.json(content_type=None)
    except aiohttp.ClientConnectorError as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unknown(type(error).__name__) from None
    if answer.get("errcode", 0):
        raise error_of(answer)


def is_ours(url: str) -> bool:
    """Say whether an address is on WeCom's own host: nothing else is ever answered to."""
    try:
        wanted, given = urlsplit(settings.WECOM_API_URL), urlsplit(url)
        same = (given.scheme, given.hostname, given.port) == (wanted.scheme, wanted.hostname, wanted.port)
    except ValueError:
        return False
    return same and not given.username and not given.password


def answer_at(url: str, text: str) -> bool:
    """POST an answer to a response_url; False when WeCom no longer takes one there. Raises SendError."""
    body = {"msgtype": "markdown", "markdown": {"content": text}}
    try:
        response = requests.post(url, json=body, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    if response.status_code >= 500:
        raise SendError(str(response.status_code), "busy", permanent=False, retry_after_s=2)
    try:
        answer = response.json() if response.content else {}
    except ValueError:
        answer = {}
    code = answer.get("errcode", 0) if isinstance(answer, dict) else 0
    if code in PASSING_CODES:
        raise error_of(answer)
    return response.status_code < 300 and not code
