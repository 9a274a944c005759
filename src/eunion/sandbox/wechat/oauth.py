"""Web sign-in: whoever is chosen on the virtual phone agrees, and a code that works once comes back."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from eunion.sandbox.box import Box, box_of, error

CODE_S = 300
COOKIE = "sandbox_as"
_NOBODY = "<!doctype html><meta charset=utf-8><title>微信</title><p>请先在<a href=/phone target=_top>虚拟手机</a>上选择一个人。</p>"


def _who(request: Request) -> str:
    """Return whose phone asks: the host name of the page that sent us here (p01.localhost), else the cookie."""
    host = urlsplit(request.query_params.get("redirect_uri", "")).hostname or ""
    return host.removesuffix(".localhost") if host.endswith(".localhost") else request.cookies.get(COOKIE, "")


async def authorize(request: Request) -> Response:
    """GET /connect/oauth2/authorize."""
    box, query = box_of(request), request.query_params
    person = box.store.get("person", _who(request))
    account = box.store.get("account", query.get("appid", ""))
    if person is None or account is None or account["appid"] not in person.get("openids", {}):
        return HTMLResponse(_NOBODY, status_code=400)
    code = secrets.token_urlsafe(24)
    box.codes[code] = {
        "person": person["id"],
        "appid": account["appid"],
        "scope": query.get("scope", "snsapi_base"),
        "at": time.time(),
        "used": False,
    }
    target, joint = query.get("redirect_uri", ""), "&" if "?" in query.get("redirect_uri", "") else "?"
    return RedirectResponse(
        f"{target}{joint}{urlencode({'code': code, 'state': query.get('state', '')})}", 302
    )


def person_of_code(box: Box, query: Any) -> tuple[dict[str, Any], str] | Response:
    """Return who a code stands for and its scope, or WeChat's refusal; the code is used up."""
    account = box.store.get("account", query.get("appid", ""))
    if account is None or query.get("secret") != account["secret"]:
        return error(40125, "invalid appsecret")
    code = box.codes.get(query.get("code", "") or query.get("js_code", ""))
    if code is None or code["appid"] != account["appid"] or time.time() - code["at"] > CODE_S:
        return error(40029, "invalid code")
    if code["used"]:
        return error(40163, "code been used")
    code["used"] = True
    return box.store.get("person", code["person"]), code["scope"]


async def access_token(request: Request) -> Response:
    """GET /sns/oauth2/access_token."""
    box, query = box_of(request), request.query_params
    found = person_of_code(box, query)
    if isinstance(found, Response):
        return found
    person, scope = found
    token = f"sns-{secrets.token_urlsafe(24)}"
    box.codes[token] = {"person": person["id"], "appid": query["appid"], "at": time.time()}
    return JSONResponse(
        {
            "access_token": token,
            "expires_in": 7200,
            "refresh_token": secrets.token_urlsafe(24),
            "openid": person["openids"][query["appid"]],
            "scope": scope,
            "unionid": person.get("unionid", ""),
        }
    )


async def userinfo(request: Request) -> Response:
    """GET /sns/userinfo."""
    box, query = box_of(request), request.query_params
    token = box.codes.get(query.get("access_token", ""))
    if token is None or time.time() - token["at"] > 7200:
        return error(42001, "access_token expired")
    person = box.store.get("person", token["person"])
    return JSONResponse(
        {
            "openid": person["openids"][token["appid"]],
            "nickname": person["name"],
            "sex": 0,
            "headimgurl": "",
            "privilege": [],
            "unionid": person.get("unionid", ""),
        }
    )
