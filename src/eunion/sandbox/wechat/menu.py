"""Menus: for everyone and by tag, with WeChat's own limits and codes."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok

TYPES = {
    "click": "key",
    "view": "url",
    "miniprogram": "appid",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "article_id": "article_id",
}


CONDITIONAL_MAX = 20


def check(buttons: Any) -> None:
    """Raise Refused for what WeChat refuses of a menu."""
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(40016, "invalid button size")
    for button in buttons:
        below = button.get("sub_button") or []
        if not 1 <= len(str(button.get("name", "")).encode()) <= 16:
            raise Refused(40018, "invalid button name size")
        if len(below) > 5:
            raise Refused(40023, "invalid sub button size")
        for one in below:
            if not 1 <= len(str(one.get("name", "")).encode()) <= 60:
                raise Refused(40025, "invalid sub button name size")
            _check_action(one, sub=True)
        if not below:
            _check_action(button, sub=False)


def _check_action(button: dict[str, Any], *, sub: bool) -> None:
    needed = TYPES.get(str(button.get("type", "")))
    if needed is None:
        raise Refused(40024 if sub else 40017, "invalid button type")
    value = str(button.get(needed, ""))
    if needed == "key" and len(value.encode()) > 128:
        raise Refused(40026 if sub else 40019, "invalid button key size")
    if button.get("url") and len(str(button["url"]).encode()) > 1024:
        raise Refused(40027 if sub else 40020, "invalid button url size")
    if needed == "url" and not value.startswith(("http://", "https://")):
        raise Refused(40055, "invalid button url domain")
    if not value:
        raise Refused(40026 if sub else 40019, "invalid button key size")


async def create(request: Request) -> Response:
    """POST /cgi-bin/menu/create."""
    account, body = await account_of(request), await body_of(request)
    check(body.get("button"))
    box_of(request).store.put("menu", account["appid"], {"button": body["button"]})
    return ok()


async def get(request: Request) -> Response:
    """GET /cgi-bin/menu/get."""
    account, store = await account_of(request), box_of(request).store
    menu = store.get("menu", account["appid"])
    if not menu:
        return error(46003, "menu no exist")
    conditional = store.get("conditional", account["appid"])
    return JSONResponse({"menu": menu, **({"conditionalmenu": conditional} if conditional else {})})


async def delete(request: Request) -> Response:
    """GET /cgi-bin/menu/delete: with it go the conditional ones."""
    account, store = await account_of(request), box_of(request).store
    store.put("menu", account["appid"], None)
    store.put("conditional", account["appid"], [])
    return ok()


async def selfmenu(request: Request) -> Response:
    """GET /cgi-bin/get_current_selfmenu_info."""
    account = await account_of(request)
    menu = box_of(request).store.get("menu", account["appid"])
    return JSONResponse({"is_menu_open": int(bool(menu)), "selfmenu_info": menu or {}})


async def addconditional(request: Request) -> Response:
    """POST /cgi-bin/menu/addconditional: wants a menu for everyone first."""
    account, body, store = await account_of(request), await body_of(request), box_of(request).store
    check(body.get("button"))
    if not store.get("menu", account["appid"]):
        return error(65301, "no exist default menu")
    if not (body.get("matchrule") or {}).get("tag_id"):
        return error(65305, "matchrule empty")
    rows = [*(store.get("conditional", account["appid"]) or [])]
    store.last_id += 1
    if len(rows) >= CONDITIONAL_MAX:
        return error(65304, "match rule cnt out of limit")
    rows.append({"button": body["button"], "matchrule": body["matchrule"], "menuid": store.last_id})
    store.put("conditional", account["appid"], rows)
    return JSONResponse({"menuid": str(store.last_id)})


async def delconditional(request: Request) -> Response:
    """POST /cgi-bin/menu/delconditional."""
    account, body, store = await account_of(request), await body_of(request), box_of(request).store
    rows = store.get("conditional", account["appid"]) or []
    kept = [one for one in rows if str(one["menuid"]) != str(body.get("menuid"))]
    if len(kept) == len(rows):
        return error(65301, "no such conditional menu")
    store.put("conditional", account["appid"], kept)
    return ok()


def menu_for(box: Box, appid: str, openid: str) -> list[dict[str, Any]]:
    """Return the buttons that a follower sees: the newest conditional menu of a tag of theirs, else everyone's."""
    tags = {str(tag) for tag in (box.store.get("follower", f"{appid}:{openid}") or {}).get("tags", [])}
    for one in reversed(box.store.get("conditional", appid) or []):
        if str(one["matchrule"].get("tag_id")) in tags:
            return list(one["button"])
    return list((box.store.get("menu", appid) or {}).get("button", []))


async def trymatch(request: Request) -> Response:
    """POST /cgi-bin/menu/trymatch."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openid = str(body.get("user_id", ""))
    if box.store.follows(account["appid"], openid) is None:
        return error(65309, "invalid user id")
    return JSONResponse({"button": menu_for(box, account["appid"], openid)})
