"""Single synchronous calls for jobs and screens; the dispatcher's hot path is in `client.py`."""

from __future__ import annotations

import json
import threading
from typing import Any

import requests
from django.conf import settings

from eunion.channels.base import SendError
from eunion.channels.wechat.client import TIMEOUT_S, TOKEN_CODES, access_token, error_of


def get(account_id: int, path: str, **query: Any) -> dict[str, Any]:
    """GET a path with the account's token; a refused token is refreshed once. Raises SendError."""
    return _with_token(account_id, "GET", path, params=query)


def post(
    account_id: int, path: str, body: dict[str, Any], *, passing: tuple[int, ...] = ()
) -> dict[str, Any]:
    """POST a JSON body (Chinese as it is: WeChat shows escapes in menus and articles).

    Codes in `passing` are answers, not errors. Raises SendError.
    """
    sealed = json.dumps(body, ensure_ascii=False).encode()
    return _with_token(account_id, "POST", path, passing=passing, params={}, data=sealed)


def upload(account_id: int, path: str, name: str, content: bytes, mime: str, **query: Any) -> dict[str, Any]:
    """POST a file as WeChat's `media` part. Raises SendError."""
    return _with_token(account_id, "POST", path, params=query, files={"media": (name, content, mime)})


def download(account_id: int, path: str, **query: Any) -> bytes:
    """GET a file. Raises SendError."""
    answer = _send("GET", path, params={**query, "access_token": access_token(account_id)})
    if "json" in answer.headers.get("Content-Type", ""):
        raise error_of(answer.json())
    return answer.content


def without_token(path: str, **query: Any) -> dict[str, Any]:
    """GET one of the /sns/ paths, which carry the secret instead of a token. Raises SendError."""
    return _read(_send("GET", path, params=query))


def _with_token(
    account_id: int,
    method: str,
    path: str,
    *,
    params: dict[str, Any],
    passing: tuple[int, ...] = (),
    **rest: Any,
) -> dict[str, Any]:
    token = access_token(account_id)
    answer = _json(_send(method, path, params={**params, "access_token": token}, **rest))
    if answer.get("errcode") in TOKEN_CODES:
        token = access_token(account_id, stale=token)
        answer = _json(_send(method, path, params={**params, "access_token": token}, **rest))
    if answer.get("errcode", 0) and answer["errcode"] not in passing:
        raise error_of(answer)
    return answer


_here = threading.local()


def _session() -> requests.Session:
    """Return this thread's session: a new connection a call costs more than the call."""
    if not hasattr(_here, "session"):
        _here.session = requests.Session()
    session: requests.Session = _here.session
    return session


def _send(method: str, path: str, **rest: Any) -> requests.Response:
    try:
        return _session().request(method, settings.WECHAT_API_URL + path, timeout=TIMEOUT_S, **rest)
    except requests.RequestException as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=1) from None


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        # WeChat sends UTF-8 and often doesn't say so.
        found: dict[str, Any] = json.loads(answer.content)
    except ValueError:
        raise SendError("network", f"HTTP {answer.status_code}", permanent=False, retry_after_s=1) from None
    return found


def _read(answer: requests.Response) -> dict[str, Any]:
    found = _json(answer)
    if found.get("errcode", 0):
        raise error_of(found)
    return found
