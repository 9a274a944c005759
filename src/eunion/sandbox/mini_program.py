"""The mini-program on the virtual phone: signs in with a code of ours and asks the platform as the real one does."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, box_of
from eunion.sandbox.wechat.mini import new_code

PAGES = {"home": "/api/mini/home", "messages": "/api/mini/messages?page=1", "card": "/api/mini/card"}


async def _call(box: Box, method: str, path: str, token: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=10)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(method, box.platform_url + path, json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def _token(box: Box, person: str, appid: str) -> str:
    status, answer = await _call(box, "POST", "/api/mini/session", "", {"code": new_code(box, person, appid)})
    return str(answer["token"]) if status == 200 else ""


async def screen(request: Request) -> Response:
    """GET /_sandbox/mini?as&appid&page | &path | &phone=1: a native page's data, a web page's ticket, or the phone."""
    box, query = box_of(request), request.query_params
    person, appid = query.get("as", ""), query.get("appid", "")
    try:
        token = box.mini_tokens.get(person) or await _token(box, person, appid)
        box.mini_tokens[person] = token
        if query.get("path"):
            status, answer = await _call(box, "POST", "/api/mini/ticket", token, {"path": query["path"]})
        elif query.get("phone"):
            code = new_code(box, person, appid)
            status, answer = await _call(box, "POST", "/api/mini/phone", token, {"code": code})
        else:
            status, answer = await _call(
                box, "GET", PAGES.get(quote(query.get("page", "")), PAGES["home"]), token
            )
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return JSONResponse({"title": "平台没有回应"}, 502)
    if status == 401:
        box.mini_tokens.pop(person, None)
    return JSONResponse(answer, status)
