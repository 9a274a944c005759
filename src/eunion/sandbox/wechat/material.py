"""Permanent material: pictures and thumbs that stay until they are deleted."""

from __future__ import annotations

import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, account_of, body_of, box_of, error, ok
from eunion.sandbox.wechat.media import checked

COUNT_MAX = 20


async def add(request: Request) -> Response:
    """POST /cgi-bin/material/add_material: an image, thumb, voice or video that stays."""
    account, box = await account_of(request), box_of(request)
    found = await checked(request)
    if isinstance(found, Response):
        return found
    kind, file = found
    media_id = f"m-{secrets.token_urlsafe(24)}"
    box.media[media_id] = file
    url = f"{request.base_url}mmbiz/{media_id}" if kind in ("image", "thumb") else ""
    kept = {"appid": account["appid"], "type": kind, "name": kind, "url": url, "at": int(time.time())}
    box.store.put("material", media_id, kept)
    return JSONResponse({"media_id": media_id, "url": url})


def _of(box: Box, account: dict[str, Any], kind: str = "") -> dict[str, dict[str, Any]]:
    return {
        key: one
        for key, one in box.store.things["material"].items()
        if one and one["appid"] == account["appid"] and kind in ("", one["type"])
    }


async def get(request: Request) -> Response:
    """POST /cgi-bin/material/get_material: the file itself."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    media_id = str(body.get("media_id", ""))
    if media_id not in _of(box, account) or media_id not in box.media:
        return error(40007, "invalid media_id")
    content, mime = box.media[media_id]
    return Response(content, media_type=mime)


async def delete(request: Request) -> Response:
    """POST /cgi-bin/material/del_material."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    media_id = str(body.get("media_id", ""))
    if media_id not in _of(box, account):
        return error(40007, "invalid media_id")
    box.store.put("material", media_id, None)
    box.media.pop(media_id, None)
    return ok()


async def count(request: Request) -> Response:
    """GET /cgi-bin/material/get_materialcount."""
    account, box = await account_of(request), box_of(request)
    told = {f"{kind}_count": len(_of(box, account, kind)) for kind in ("voice", "video", "image")}
    return JSONResponse({**told, "news_count": 0})


async def batchget(request: Request) -> Response:
    """POST /cgi-bin/material/batchget_material {type, offset, count}: at most 20 at a time."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kind, number = body.get("type"), body.get("count", COUNT_MAX)
    if kind not in ("image", "voice", "video", "news"):
        return error(40004, "invalid media type")
    if not isinstance(number, int) or not 1 <= number <= COUNT_MAX:
        return error(40007, "invalid count")
    rows = sorted(_of(box, account, str(kind)).items(), key=lambda pair: -pair[1]["at"])
    start = int(body.get("offset", 0))
    items = [
        {"media_id": key, "name": one["name"], "url": one["url"], "update_time": one["at"]}
        for key, one in rows[start : start + number]
    ]
    return JSONResponse({"total_count": len(rows), "item_count": len(items), "item": items})
