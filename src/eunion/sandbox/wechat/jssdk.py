"""The JS-SDK's far side: tickets, the check of a page's signature, what a shared page becomes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from eunion.sandbox.box import Box, account_of, body_of, box_of, error, ok
from eunion.sandbox.wechat.oauth import PAGES, is_ours

LIFE_S = 7200


async def ticket(request: Request) -> Response:
    """GET /cgi-bin/ticket/getticket: the same one until near its end."""
    account, box = await account_of(request), box_of(request)
    if request.query_params.get("type") not in ("jsapi", "wx_card"):
        return error(40097, "invalid args")
    key, now = f"ticket:{request.query_params['type']}:{account['appid']}", time.time()
    kept = box.codes.get(key)
    if kept is None or now - kept["at"] > LIFE_S - 60:
        kept = box.codes[key] = {"ticket": secrets.token_urlsafe(40), "at": now}
    return ok(ticket=kept["ticket"], expires_in=int(LIFE_S - (now - kept["at"])))


async def script(request: Request) -> Response:
    """GET /jweixin.js: what a page loads inside WeChat; it speaks to the virtual phone around it."""
    return FileResponse(PAGES / "jweixin.js", media_type="text/javascript")


def _problem(box: Box, query: Any) -> str:
    """Return why WeChat would refuse wx.config, or nothing."""
    account = box.store.get("account", query.get("appId", ""))
    if account is None:
        return "invalid appid"
    url = query.get("url", "")
    if not is_ours(box, account, urlsplit(url).hostname or ""):
        return "invalid url domain"
    kept = box.codes.get(f"ticket:jsapi:{account['appid']}")
    if kept is None or time.time() - kept["at"] > LIFE_S:
        return "invalid signature"
    parts = {"jsapi_ticket": kept["ticket"], "noncestr": query.get("nonceStr", "")}
    parts |= {"timestamp": query.get("timestamp", ""), "url": url}
    text = "&".join(f"{name}={value}" for name, value in parts.items())
    wanted = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324  WeChat's own scheme
    return "" if hmac.compare_digest(wanted, query.get("signature", "")) else "invalid signature"


async def check(request: Request) -> Response:
    """GET /_sandbox/jssdk?appId&timestamp&nonceStr&signature&url: what wx.config hears."""
    problem = _problem(box_of(request), request.query_params)
    return JSONResponse({"errMsg": f"config:{problem}" if problem else "config:ok"})


async def share(request: Request) -> Response:
    """POST /_sandbox/share {person, group, title, desc, link, imgUrl}: the card of a page in a group."""
    box, body = box_of(request), await body_of(request)
    person = box.store.get("person", body.get("person", ""))
    if person is None or body.get("group") not in person.get("groups", []):
        return JSONResponse({"error": "unknown person or group"}, 404)
    card = {"title": str(body.get("title", ""))[:60], "text": str(body.get("desc", ""))[:120]}
    card |= {"url": str(body.get("link", "")), "picture": str(body.get("imgUrl", ""))}
    said = {"from": person["name"], "sender": person["id"], "type": "share", **card}
    box.store.add_message("said", body["group"], json.dumps(said, ensure_ascii=False))
    return JSONResponse({"ok": True})
