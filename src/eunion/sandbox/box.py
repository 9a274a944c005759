"""The box itself: store, tokens, faults and callbacks, one of each in a process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.faults import Faults
from eunion.sandbox.recording import Recording
from eunion.sandbox.store import Store
from eunion.sandbox.wechat.callbacks import Callbacks
from eunion.sandbox.wechat.token import Tokens


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


class Refused(Exception):
    """A call that WeChat answers with an error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


async def account_of(request: Request) -> dict[str, Any]:
    """Return the account whose access token the call carries; raises Refused."""
    box = box_of(request)
    appid = box.tokens.owner(request.query_params.get("access_token", ""))
    if appid is None:
        raise Refused(40001, "invalid credential, access_token is invalid or not latest")
    trouble = await box.faults.strike()
    if trouble:
        raise Refused(*trouble)
    account: dict[str, Any] = box.store.get("account", appid)
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
