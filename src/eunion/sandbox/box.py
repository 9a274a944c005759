"""The box itself: store, tokens, faults and callbacks, one of each in a process."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.faults import Faults
from eunion.sandbox.recording import Recording
from eunion.sandbox.store import Store
from eunion.sandbox.wechat.callbacks import Callbacks
from eunion.sandbox.wechat.token import Tokens


class Refused(Exception):
    """A call that WeChat answers with an error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Quotas:
    """How often an account has called each path today; an account's own `quotas` are kept to, others only told."""

    LIMITS: dict[str, int] = {
        "/cgi-bin/menu/create": 1000,
        "/cgi-bin/message/template/send": 100_000,
        "/cgi-bin/qrcode/create": 100_000,
        "/cgi-bin/material/add_material": 1000,
    }
    OTHERS = 500_000
    CLEARED_A_MONTH = 10

    def __init__(self) -> None:
        self.used: dict[tuple[str, str, str], int] = {}
        self.cleared: dict[tuple[str, str], int] = {}

    def limit(self, account: dict[str, Any], path: str) -> int:
        """Return how often a path may be called in a day."""
        return int(account.get("quotas", {}).get(path, self.LIMITS.get(path, self.OTHERS)))

    def count(self, account: dict[str, Any], path: str) -> int:
        """Return how often it has been today."""
        return self.used.get((account["appid"], path, time.strftime("%Y-%m-%d")), 0)

    def spend(self, account: dict[str, Any], path: str) -> None:
        """Count a call; raises Refused(45009) beyond a quota of the account's own."""
        used = self.count(account, path)
        if path in account.get("quotas", {}) and used >= self.limit(account, path):
            raise Refused(45009, "reach max api daily quota limit")
        self.used[account["appid"], path, time.strftime("%Y-%m-%d")] = used + 1

    def clear(self, account: dict[str, Any]) -> None:
        """Forget today's calls; raises Refused(48006) after ten times in a month."""
        key = (account["appid"], time.strftime("%Y-%m"))
        if self.cleared.get(key, 0) >= self.CLEARED_A_MONTH:
            raise Refused(48006, "forbid to clear quota because of reaching the limit")
        self.cleared[key] = self.cleared.get(key, 0) + 1
        self.used = {one: count for one, count in self.used.items() if one[0] != account["appid"]}


class Box:
    """Everything that a request needs; made when the program starts."""

    def __init__(self) -> None:
        self.store = Store(Path(os.environ.get("EUNION_SANDBOX_STORE", "var/sandbox")))
        self.platform_url = os.environ.get("EUNION_SANDBOX_PLATFORM_URL", "http://127.0.0.1:8000")
        self.tokens = Tokens()
        self.faults = Faults()
        self.callbacks = Callbacks(self.store, self.faults)
        self.codes: dict[str, dict[str, Any]] = {}
        self.media: dict[str, tuple[bytes, str]] = {}
        self.mini_tokens: dict[str, str] = {}
        self.recording = Recording()
        self.quotas = Quotas()


def box_of(request: Request) -> Box:
    """Return the box that serves a request."""
    box: Box = request.app.state.box
    return box


def error(code: int, message: str) -> JSONResponse:
    """Return an error the way WeChat does: HTTP 200 with errcode and errmsg."""
    return JSONResponse({"errcode": code, "errmsg": message})


def ok(**more: Any) -> JSONResponse:
    """Return a success the way WeChat does."""
    return JSONResponse({"errcode": 0, "errmsg": "ok", **more})


async def account_of(request: Request) -> dict[str, Any]:
    """Return the account whose access token the call carries; raises Refused."""
    box = box_of(request)
    token = request.query_params.get("access_token", "")
    if not token:
        raise Refused(41001, "access_token missing")
    account: dict[str, Any] | None = box.store.get("account", box.tokens.owner(token) or "")
    if account is None:
        raise Refused(40001, "invalid credential, access_token is invalid or not latest")
    trouble = await box.faults.strike()
    if trouble:
        raise Refused(*trouble)
    box.quotas.spend(account, request.url.path)
    return account


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body; raises Refused(47001)."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refused(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


async def on_refused(request: Request, refused: Exception) -> Response:
    """Turn Refused into WeChat's answer."""
    assert isinstance(refused, Refused)
    return error(refused.code, refused.message)
