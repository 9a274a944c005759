"""The smaller parts of the official-account API: users, customer service, tickets."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok

PAGE = 10_000
WINDOW_S = 48 * 3600
IN_A_ROW = 20
TEXT_BYTES = 2048
CUSTOM = ("text", "image", "voice", "news", "msgmenu", "mpnewsarticle", "miniprogrampage")


async def token(request: Request) -> Response:
    """GET /cgi-bin/token."""
    query = request.query_params
    return _issue(box_of(request), query.get("appid", ""), query.get("secret", ""), stable=False, force=False)


async def stable_token(request: Request) -> Response:
    """POST /cgi-bin/stable_token."""
    body = await body_of(request)
    force = bool(body.get("force_refresh"))
    return _issue(box_of(request), str(body.get("appid")), str(body.get("secret")), stable=True, force=force)


def _issue(box: Box, appid: str, secret: str, *, stable: bool, force: bool) -> Response:
    account = box.store.get("account", appid)
    if account is None:
        return error(40013, "invalid appid")
    if box.faults.block_ip:
        return error(40164, "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist")
    if secret != account["secret"]:
        return error(40125, "invalid appsecret")
    made = box.tokens.issue_stable(appid, force=force) if stable else box.tokens.issue(appid)
    return JSONResponse(made)


async def domain_ip(request: Request) -> Response:
    """GET /cgi-bin/get_api_domain_ip."""
    await account_of(request)
    return JSONResponse({"ip_list": ["127.0.0.1"]})


async def callback_ip(request: Request) -> Response:
    """GET /cgi-bin/getcallbackip: where callbacks come from, WeChat's and (at the same path) WeCom's."""
    box = box_of(request)
    if box.store.get("wecom", box.tokens.owner(request.query_params.get("access_token", "")) or "") is None:
        await account_of(request)
    return ok(ip_list=["127.0.0.1"])


async def clear_quota(request: Request) -> Response:
    """POST /cgi-bin/clear_quota: ten times a month."""
    account, body = await account_of(request), await body_of(request)
    if body.get("appid") != account["appid"]:
        return error(40013, "invalid appid")
    box_of(request).quotas.clear(account)
    return ok()


async def quota_get(request: Request) -> Response:
    """POST /cgi-bin/openapi/quota/get {cgi_path}."""
    account, body, quotas = await account_of(request), await body_of(request), box_of(request).quotas
    path = str(body.get("cgi_path", ""))
    if not path.startswith(("/cgi-bin/", "/wxa/", "/sns/")):
        return error(76021, "cgi_path not found, please check")
    most, used = quotas.limit(account, path), quotas.count(account, path)
    return ok(quota={"daily_limit": most, "used": used, "remain": max(most - used, 0)})


async def user_get(request: Request) -> Response:
    """GET /cgi-bin/user/get: 10,000 openids a page, in their order."""
    account, box = await account_of(request), box_of(request)
    after = request.query_params.get("next_openid", "")
    prefix = f"{account['appid']}:"
    followers = box.store.things["follower"].items()
    everyone = sorted(
        key[len(prefix) :] for key, one in followers if key.startswith(prefix) and one["subscribe"]
    )
    page = [openid for openid in everyone if openid > after][:PAGE]
    data = {"data": {"openid": page}} if page else {}
    return JSONResponse(
        {"total": len(everyone), "count": len(page), **data, "next_openid": page[-1] if page else ""}
    )


def _user(box: Box, appid: str, openid: str) -> dict[str, Any]:
    follows = box.store.follows(appid, openid)
    if follows is None:
        raise Refused(40003, "invalid openid")
    kept = box.store.get("follower", f"{appid}:{openid}") or {}
    if not follows:
        return {"subscribe": 0, "openid": openid, "unionid": kept.get("unionid", "")}
    return {
        "subscribe": 1,
        "openid": openid,
        "language": "zh_CN",
        "subscribe_time": kept.get("subscribe_time", 0),
        "unionid": kept.get("unionid", ""),
        "remark": kept.get("remark", ""),
        "groupid": 0,
        "tagid_list": kept.get("tags", []),
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 0,
        "qr_scene_str": kept.get("scene", ""),
    }


async def user_info(request: Request) -> Response:
    """GET /cgi-bin/user/info."""
    account = await account_of(request)
    return JSONResponse(_user(box_of(request), account["appid"], request.query_params.get("openid", "")))


async def user_batchget(request: Request) -> Response:
    """POST /cgi-bin/user/info/batchget: at most 100."""
    account, body = await account_of(request), await body_of(request)
    wanted = body.get("user_list", [])
    if len(wanted) > 100:
        return error(40003, "too many openids")
    users = [_user(box_of(request), account["appid"], one.get("openid", "")) for one in wanted]
    return JSONResponse({"user_info_list": users})


def _may_write(box: Box, owner: str) -> dict[str, Any]:
    """Return the follower whom a customer-service message may go to; raises Refused."""
    follower: dict[str, Any] | None = box.store.get("follower", owner)
    if follower is None:
        raise Refused(40003, "invalid openid")
    if time.time() - follower.get("last_action", 0) > WINDOW_S or not follower.get("subscribe"):
        raise Refused(45015, "response out of time limit or subscription is canceled")
    return follower


def _check_custom(box: Box, kind: str, content: Any) -> None:
    if kind not in CUSTOM or not isinstance(content, dict):
        raise Refused(40008, "invalid message type")
    text = str(content.get("content", ""))
    if kind == "text" and (not text or len(text.encode()) > TEXT_BYTES):
        raise Refused(45002 if text else 44004, "content size out of limit" if text else "empty content hint")
    if kind in ("image", "voice") and content.get("media_id") not in box.media:
        raise Refused(40007, "invalid media_id")
    if kind == "news" and not 1 <= len(content.get("articles") or []) <= 1:
        raise Refused(45008, "article count out of limit")


async def custom_send(request: Request) -> Response:
    """POST /cgi-bin/message/custom/send: only within 48 hours of the person's last action."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openid, kind = str(body.get("touser", "")), str(body.get("msgtype", ""))
    owner = f"{account['appid']}:{openid}"
    follower = _may_write(box, owner)
    if follower.get("since_action", 0) >= IN_A_ROW:
        return error(45047, "out of response count limit")
    _check_custom(box, kind, body.get(kind))
    box.store.put("follower", owner, {**follower, "since_action": follower.get("since_action", 0) + 1})
    content = body[kind]
    shown = {"from": "account", "text": content.get("content", ""), "type": kind, "content": content}
    box.store.add_message("custom", owner, json.dumps(shown, ensure_ascii=False))
    return ok()


async def typing(request: Request) -> Response:
    """POST /cgi-bin/message/custom/typing {touser, command}."""
    account, body = await account_of(request), await body_of(request)
    if body.get("command") not in ("Typing", "CancelTyping"):
        return error(45082, "invalid command")
    _may_write(box_of(request), f"{account['appid']}:{body.get('touser', '')}")
    return ok()
