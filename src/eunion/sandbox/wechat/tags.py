"""Tags of followers, remarks, and QR codes with scenes."""

from __future__ import annotations

import io
import secrets
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok

TAGS_MAX, AT_ONCE, TAGS_OF_ONE = 100, 50, 20
NAME_BYTES, FANS_MAX, PAGE = 30, 100_000, 10_000
QRCODES_MAX = 100_000
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
    if not name or len(name.encode()) > NAME_BYTES:
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


def _own(box: Box, appid: str, tag: Any) -> None:
    """Raise Refused for a tag that WeChat keeps for itself, or that does not exist."""
    if isinstance(tag, int) and 0 <= tag <= 2:
        raise Refused(45058, "can't modify sys tag")
    if tag not in {one["id"] for one in _tags(box, appid)}:
        raise Refused(45159, "invalid tag id")


async def update(request: Request) -> Response:
    """POST /cgi-bin/tags/update."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    tag = body.get("tag") or {}
    name, rows = str(tag.get("name", "")), _tags(box, account["appid"])
    _own(box, account["appid"], tag.get("id"))
    if not name or len(name.encode()) > NAME_BYTES:
        return error(45158, "invalid tag name size")
    if any(one["name"] == name and one["id"] != tag["id"] for one in rows):
        return error(45157, "invalid tag name, duplicated")
    changed = [{**one, "name": name} if one["id"] == tag["id"] else one for one in rows]
    box.store.put("tag", account["appid"], changed)
    return ok()


async def delete(request: Request) -> Response:
    """POST /cgi-bin/tags/delete: not while more than 100,000 carry it."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    gone = int((body.get("tag") or {}).get("id") or 0)
    _own(box, account["appid"], gone)
    if _count(box, account["appid"], gone) > FANS_MAX:
        return error(45057, "can't delete the tag that has too many fans")
    box.store.put("tag", account["appid"], [one for one in _tags(box, account["appid"]) if one["id"] != gone])
    for key, one in list(box.store.things["follower"].items()):
        if key.startswith(f"{account['appid']}:") and gone in one.get("tags", []):
            box.store.put("follower", key, {**one, "tags": [tag for tag in one["tags"] if tag != gone]})
    return ok()


async def members(request: Request) -> Response:
    """POST /cgi-bin/tags/members/batchtagging and batchuntagging: at most 50 openids."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openids, tag = body.get("openid_list", []), body.get("tagid")
    if not 1 <= len(openids) <= AT_ONCE:
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
    if body.get("tagid") not in {one["id"] for one in _tags(box, account["appid"])}:
        return error(45159, "invalid tag id")
    prefix, after = f"{account['appid']}:", str(body.get("next_openid", ""))
    found = sorted(
        key[len(prefix) :]
        for key, one in box.store.things["follower"].items()
        if key.startswith(prefix) and body.get("tagid") in one.get("tags", []) and key[len(prefix) :] > after
    )[:PAGE]
    data = {"data": {"openid": found}} if found else {}
    return JSONResponse({"count": len(found), **data, "next_openid": found[-1] if found else ""})


async def remark(request: Request) -> Response:
    """POST /cgi-bin/user/info/updateremark: at most 30 characters."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    key = f"{account['appid']}:{body.get('openid')}"
    follower = box.store.get("follower", key)
    if follower is None or len(str(body.get("remark", ""))) > 30:
        return error(40003 if follower is None else 45058, "refused")
    box.store.put("follower", key, {**follower, "remark": body.get("remark", "")})
    return ok()


def _scene(body: dict[str, Any]) -> tuple[str, Any]:
    """Return the scene as WeChat tells it later; raises Refused for kinds and sizes that it does not take."""
    kind = str(body.get("action_name", ""))
    asked = (body.get("action_info") or {}).get("scene") or {}
    if kind not in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE", "QR_SCENE", "QR_LIMIT_SCENE"):
        raise Refused(40053, "invalid action info")
    if kind.endswith("STR_SCENE"):
        scene = str(asked.get("scene_str", ""))
        if not 1 <= len(scene) <= 64:
            raise Refused(40054, "invalid scene_str size")
        return kind, scene
    number, most = asked.get("scene_id"), 100_000 if kind == "QR_LIMIT_SCENE" else 2**32 - 1
    if not isinstance(number, int) or not 1 <= number <= most:
        raise Refused(40053, "invalid scene_id")
    return kind, str(number)


async def qrcode(request: Request) -> Response:
    """POST /cgi-bin/qrcode/create: scenes for ever (100,000 of them) or up to 30 days."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kind, scene = _scene(body)
    lasting = [
        one
        for one in box.store.things["qrcode"].values()
        if one["appid"] == account["appid"] and one.get("lasting")
    ]
    if "LIMIT" in kind and len(lasting) >= account.get("qrcodes_max", QRCODES_MAX):
        return error(45029, "qrcode count out of limit")
    ticket = secrets.token_urlsafe(48)
    url = f"{request.base_url}q/{secrets.token_urlsafe(12)}"
    kept = {"appid": account["appid"], "scene": scene, "url": url, "lasting": "LIMIT" in kind}
    box.store.put("qrcode", ticket, kept)
    answer: dict[str, Any] = {"ticket": ticket, "url": url}
    if "LIMIT" not in kind:
        answer["expire_seconds"] = min(int(body.get("expire_seconds", 60)), 2_592_000)
    return JSONResponse(answer)


async def show_qrcode(request: Request) -> Response:
    """GET mp.weixin.qq.com/cgi-bin/showqrcode?ticket: the picture."""
    kept = box_of(request).store.get("qrcode", request.query_params.get("ticket", ""))
    if kept is None:
        return Response(status_code=404)
    buffer = io.BytesIO()
    segno.make(kept["url"], error="m").save(buffer, kind="png", scale=8)
    return Response(buffer.getvalue(), media_type="image/png")
