"""Web sign-in: whoever is chosen on the virtual phone agrees, and a code that works once comes back."""

from __future__ import annotations

import html
import json
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from eunion.sandbox.box import Box, box_of, error

PAGES = Path(__file__).parents[1] / "pages"
SCOPES = ("snsapi_base", "snsapi_userinfo")
CODE_S, TOKEN_S, REFRESH_S = 300, 7200, 30 * 86_400
COOKIE = "sandbox_as"
_NOBODY = "<!doctype html><meta charset=utf-8><title>微信</title><p>请先在<a href=/phone target=_top>虚拟手机</a>上选择一个人。</p>"


def _who(request: Request) -> str:
    """Return whose phone asks: the host name of the page that sent us here (p01.localhost), else the cookie."""
    host = urlsplit(request.query_params.get("redirect_uri", "")).hostname or ""
    return host.removesuffix(".localhost") if host.endswith(".localhost") else request.cookies.get(COOKIE, "")


def _refusal(words: str) -> Response:
    return HTMLResponse(f"<!doctype html><meta charset=utf-8><title>微信</title><p>{words}</p>", 400)


async def authorize(request: Request) -> Response:
    """GET /connect/oauth2/authorize: snsapi_base comes back at once, snsapi_userinfo when the person allows it."""
    box, query = box_of(request), request.query_params
    person = box.store.get("person", _who(request))
    account = box.store.get("account", query.get("appid", ""))
    if person is None or account is None or account["appid"] not in person.get("openids", {}):
        return HTMLResponse(_NOBODY, status_code=400)
    if query.get("scope") not in SCOPES or query.get("response_type") != "code":
        return _refusal("Scope 参数错误或没有 Scope 权限 (10005)")
    back = urlsplit(query.get("redirect_uri", ""))
    if not back.hostname or not is_ours(box, account, back.hostname):
        return _refusal("redirect_uri 域名与后台配置不一致 (10003)")
    if query["scope"] == "snsapi_userinfo" and query.get("allowed") is None:
        return _consent_page(request, account, person)
    if query.get("allowed") == "0":
        return _back(query, {})
    code = secrets.token_urlsafe(24)
    kept = {"person": person["id"], "appid": account["appid"], "scope": query["scope"]}
    box.codes[code] = {**kept, "at": time.time(), "used": False}
    return _back(query, {"code": code})


def is_ours(box: Box, account: dict[str, Any], host: str) -> bool:
    """Say whether a host is one that the account has registered, by name or as one of the virtual phones sees it."""
    known = {urlsplit(box.platform_url).hostname, "127.0.0.1", "localhost", *account.get("web_domains", [])}
    return host in known or host.endswith(".localhost")


def _back(query: Any, more: dict[str, str]) -> Response:
    target, joint = query["redirect_uri"], "&" if "?" in query["redirect_uri"] else "?"
    return RedirectResponse(f"{target}{joint}{urlencode({**more, 'state': query.get('state', '')})}", 302)


def _consent_page(request: Request, account: dict[str, Any], person: dict[str, Any]) -> Response:
    """Return the page that asks the person, as WeChat does before it tells a nickname."""
    here = f"{request.url.path}?{request.url.query}&allowed="
    page = (PAGES / "consent.html").read_text()
    for name, value in (("account", account["name"]), ("person", person["name"]), ("here", here)):
        page = page.replace("{{" + name + "}}", html.escape(value))
    return HTMLResponse(page)


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
    """GET /sns/oauth2/access_token: the unionid only with snsapi_userinfo, as at WeChat."""
    box, query = box_of(request), request.query_params
    found = person_of_code(box, query)
    if isinstance(found, Response):
        return found
    person, scope = found
    return JSONResponse(_tokens(box, person, query["appid"], scope))


def _tokens(box: Box, person: dict[str, Any], appid: str, scope: str) -> dict[str, Any]:
    kept = {"person": person["id"], "appid": appid, "scope": scope, "at": time.time()}
    token, refresh = f"sns-{secrets.token_urlsafe(24)}", f"snr-{secrets.token_urlsafe(24)}"
    box.codes[token] = box.codes[refresh] = kept
    openid = person["openids"][appid]
    answer = {"access_token": token, "expires_in": TOKEN_S, "refresh_token": refresh, "scope": scope}
    if box.faults.snapshot:
        # Someone who only peeks at a page: WeChat makes an openid up.
        return {**answer, "openid": f"snapshot-{secrets.token_hex(8)}", "is_snapshotuser": 1}
    unionid = {"unionid": person["unionid"]} if scope == "snsapi_userinfo" and person.get("unionid") else {}
    return {**answer, "openid": openid, **unionid}


def _kept(box: Box, token: str, prefix: str, life_s: float) -> dict[str, Any] | None:
    kept = box.codes.get(token) if token.startswith(prefix) else None
    return kept if kept and time.time() - kept["at"] <= life_s else None


async def refresh(request: Request) -> Response:
    """GET /sns/oauth2/refresh_token."""
    box, query = box_of(request), request.query_params
    kept = _kept(box, query.get("refresh_token", ""), "snr-", REFRESH_S)
    if kept is None or kept["appid"] != query.get("appid"):
        return error(40030, "invalid refresh_token")
    return JSONResponse(_tokens(box, box.store.get("person", kept["person"]), kept["appid"], kept["scope"]))


async def check(request: Request) -> Response:
    """GET /sns/auth: whether a token still works for an openid."""
    box, query = box_of(request), request.query_params
    kept = _kept(box, query.get("access_token", ""), "sns-", TOKEN_S)
    if kept is None:
        return error(42001, "access_token expired")
    person = box.store.get("person", kept["person"])
    good = person["openids"][kept["appid"]] == query.get("openid")
    return error(0, "ok") if good else error(40003, "invalid openid")


async def userinfo(request: Request) -> Response:
    """GET /sns/userinfo: UTF-8 that calls itself text, as WeChat's does."""
    box, query = box_of(request), request.query_params
    token = _kept(box, query.get("access_token", ""), "sns-", TOKEN_S)
    if token is None:
        return error(42001, "access_token expired")
    if token["scope"] != "snsapi_userinfo":
        return error(48001, "api unauthorized")
    person = box.store.get("person", token["person"])
    if query.get("openid") != person["openids"][token["appid"]]:
        return error(40003, "invalid openid")
    told = {
        "openid": person["openids"][token["appid"]],
        "nickname": person.get("nickname") or person["name"],
        "sex": 0,
        "headimgurl": "",
        "privilege": [],
        "unionid": person.get("unionid", ""),
    }
    return Response(json.dumps(told, ensure_ascii=False), media_type="text/plain")
