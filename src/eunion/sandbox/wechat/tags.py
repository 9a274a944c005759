"""Tags of followers, remarks, and QR codes with scenes."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, account_of, body_of, box_of, error, ok

TAGS_MAX, AT_ONCE, TAGS_OF_ONE = 100, 50, 20
FIRST_ID = 100  # WeChat keeps the numbers below for itself


def _tags(box: Box, appid: str) -> list[dict[str, Any]]:
    return [*(box.store.get("tag", appid) or [])]


def _count(box: Box, appid: str, tag: int) -> int:
    prefix = f"{appid}:"
    rows = box.store.things["follower"].items()
    return sum(key.startswith(prefix) and tag in one.get("tags", []) for key, one in rows)


async def create(request: Request) -> Response:
    """POST /cgi-bin/tags/create."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    name, rows = str((body.get("tag") or {}).get("name", "")), _tags(box, account["appid"])
    if not name or len(name.encode()) > 30:
        return error(45158, "invalid tag name size")
    if any(one["name"] == name for one in rows):
        return error(45157, "invalid tag name, duplicated")
    if len(rows) >= TAGS_MAX:
        return error(45056, "too many tags")
    tag = {"id": max((one["id"] for one in rows), default=FIRST_ID - 1) + 1, "name": name}
    box.store.put("tag", account["appid"], [*rows, tag])
    return JSONResponse({"tag": tag})


async def get(request: Request) -> Response:
    """GET /cgi-bin/tags/get."""
    account, box = await account_of(request), box_of(request)
    rows = _tags(box, account["appid"])
    return JSONResponse(
        {"tags": [{**one, "count": _count(box, account["appid"], one["id"])} for one in rows]}
    )


async def update(request: Request) -> Response:
    """POST /cgi-bin/tags/update."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    tag = body.get("tag") or {}
    rows = [{**one, **tag} if one["id"] == tag.get("id") else one for one in _tags(box, account["appid"])]
    box.store.put("tag", account["appid"], rows)
    return ok()


async def delete(request: Request) -> Response:
    """POST /cgi-bin/tags/delete."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    gone = (body.get("tag") or {}).get("id")
    box.store.put("tag", account["appid"], [one for one in _tags(box, account["appid"]) if one["id"] != gone])
    return ok()


async def members(request: Request) -> Response:
    """POST /cgi-bin/tags/members/batchtagging and batchuntagging: at most 50 openids."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openids, tag = body.get("openid_list", []), body.get("tagid")
    if len(openids) > AT_ONCE:
        return error(40032, "invalid openid list size")
    if tag not in {one["id"] for one in _tags(box, account["appid"])}:
        return error(45159, "invalid tag id")
    adding = request.url.path.endswith("batchtagging")
    for openid in openids:
        key = f"{account['appid']}:{openid}"
        follower = box.store.get("follower", key)
        if follower is None:
            return error(40003, "invalid openid")
        tags = {*follower.get("tags", []), tag} if adding else {*follower.get("tags", [])} - {tag}
        if len(tags) > TAGS_OF_ONE:
            return error(45059, "too many tags of one follower")
        box.store.put("follower", key, {**follower, "tags": sorted(tags)})
    return ok()


async def getidlist(request: Request) -> Response:
    """POST /cgi-bin/tags/getidlist."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    follower = box.store.get("follower", f"{account['appid']}:{body.get('openid')}")
    return (
        JSONResponse({"tagid_list": follower.get("tags", [])}) if follower else error(40003, "invalid openid")
    )


async def people(request: Request) -> Response:
    """POST (or GET with a body) /cgi-bin/user/tag/get."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    prefix = f"{account['appid']}:"
    found = sorted(
        key[len(prefix) :]
        for key, one in box.store.things["follower"].items()
        if key.startswith(prefix) and body.get("tagid") in one.get("tags", [])
    )
    return JSONResponse(
        {"count": len(found), "data": {"openid": found}, "next_openid": found[-1] if found else ""}
    )


async def remark(request: Request) -> Response:
    """POST /cgi-bin/user/info/updateremark: at most 30 characters."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    key = f"{account['appid']}:{body.get('openid')}"
    follower = box.store.get("follower", key)
    if follower is None or len(str(body.get("remark", ""))) > 30:
        return error(40003 if follower is None else 45058, "refused")
    box.store.put("follower", key, {**follower, "remark": body.get("remark", "")})
    return ok()


async def qrcode(request: Request) -> Response:
    """POST /cgi-bin/qrcode/create: scenes of text, for ever or up to 30 days."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kind = body.get("action_name")
    scene = str(((body.get("action_info") or {}).get("scene") or {}).get("scene_str", ""))
    if kind not in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        return error(40053, "invalid action info")
    if not 1 <= len(scene) <= 64:
        return error(40054, "invalid scene_str size")
    ticket = secrets.token_urlsafe(48)
    url = f"{request.base_url}q/{secrets.token_urlsafe(12)}"
    box.store.put("qrcode", ticket, {"appid": account["appid"], "scene": scene, "url": url})
    answer: dict[str, Any] = {"ticket": ticket, "url": url}
    if kind == "QR_STR_SCENE":
        answer["expire_seconds"] = min(int(body.get("expire_seconds", 60)), 2_592_000)
    return JSONResponse(answer)
