"""Mass sending: whom it reaches, the month's or day's quota, its result and its end."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok
from eunion.sandbox.wechat.publish import draft_of, publish

MASS_A_MONTH, MASS_A_DAY = 4, 1
KEY_MAX, TEXT_MAX, PREVIEWS_A_DAY = 64, 600, 100
SPEEDS = {0: 80, 1: 60, 2: 45, 3: 30, 4: 10}


def _quota(box: Box, account: dict[str, Any]) -> None:
    """Raise Refused when the account has no mass sending left."""
    now = time.localtime()
    start = "%Y-%m" if account["kind"] == "service" else "%Y-%m-%d"
    most = MASS_A_MONTH if account["kind"] == "service" else MASS_A_DAY
    same = [
        one
        for one in box.store.things["mass"].values()
        if one["appid"] == account["appid"]
        and time.strftime(start, time.localtime(one["at"])) == time.strftime(start, now)
    ]
    if len(same) >= most:
        raise Refused(45028, "has no masssend quota")


def _receivers(box: Box, account: dict[str, Any], body: dict[str, Any]) -> list[str]:
    """Return whom a mass message goes to; raises Refused for an unknown tag or too few openids."""
    prefix = f"{account['appid']}:"
    if "touser" in body:
        openids = body["touser"]
        if not isinstance(openids, list) or not 2 <= len(openids) <= 10_000:
            raise Refused(40130, "invalid openid list size, at least two openid")
        return [str(one) for one in openids if box.store.follows(account["appid"], str(one))]
    chosen = body.get("filter") or {}
    tag = None if chosen.get("is_to_all") else chosen.get("tag_id", chosen.get("group_id"))
    if tag is None and not chosen.get("is_to_all"):
        raise Refused(40050, "invalid group id")
    if tag is not None and int(tag) not in {
        one["id"] for one in box.store.get("tag", account["appid"]) or []
    }:
        raise Refused(40152, "invalid group id")
    return [
        key[len(prefix) :]
        for key, one in box.store.things["follower"].items()
        if key.startswith(prefix) and one["subscribe"] and (tag is None or int(tag) in one.get("tags", []))
    ]


def _content(
    box: Box, account: dict[str, Any], body: dict[str, Any], base: str
) -> tuple[dict[str, Any], str]:
    """Return what stands in the chats and the article's number (text and pictures have none); raises Refused."""
    kind = str(body.get("msgtype", ""))
    if kind == "text":
        text = str((body.get("text") or {}).get("content", ""))
        if not text or len(text) > TEXT_MAX:
            raise Refused(44004 if not text else 45002, "content size out of limit")
        return {"from": "account", "text": text, "type": "text"}, ""
    if kind == "image":
        if (body.get("image") or {}).get("media_id") not in box.media:
            raise Refused(40007, "invalid media_id")
        return {"from": "account", "text": "[图片]", "type": "image"}, ""
    if kind != "mpnews":
        raise Refused(40008, "invalid message type")
    made = publish(box, account, str((body.get("mpnews") or {}).get("media_id", "")), base)
    first = made["articles"][0]
    card = {"title": first["title"], "description": first.get("digest", ""), "url": made["url"]}
    shown = {"from": "account", "text": first["title"], "type": "news", "content": {"articles": [card]}}
    return shown, made["article_id"]


async def mass(request: Request) -> Response:
    """POST /cgi-bin/message/mass/sendall and /send: an article, a text or a picture into everyone's chat."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    key = str(body.get("clientmsgid", ""))
    if len(key) > KEY_MAX:
        return error(45064, "clientmsgid size out of limit")
    for one in box.store.things["mass"].values():
        if key and one["key"] == f"{account['appid']}|{key}" and time.time() - one["at"] < 86_400:
            return JSONResponse({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": one["msg_id"]})
    openids = _receivers(box, account, body)
    _quota(box, account)
    shown, article = _content(box, account, body, str(request.base_url))
    box.store.last_id += 1
    msg_id = box.store.last_id
    record = {
        "appid": account["appid"],
        "at": time.time(),
        "key": f"{account['appid']}|{key}",
        "msg_id": msg_id,
    }
    box.store.put("mass", str(msg_id), {**record, "article": article, "deleted": False})
    packed = json.dumps({**shown, "msg_id": msg_id}, ensure_ascii=False)
    for openid in openids:
        box.store.add_message("mass", f"{account['appid']}:{openid}", packed)
    url = box.store.get("article", article)["url"] if article else ""
    _tell_mass(box, account, msg_id, len(openids), url)
    return ok(msg_id=msg_id, msg_data_id=msg_id + 1)


def _tell_mass(box: Box, account: dict[str, Any], msg_id: int, count: int, url: str) -> None:
    counts = {"TotalCount": count, "FilterCount": count, "SentCount": count, "ErrorCount": 0}
    urls = {"ResultList": {"item": {"ArticleIdx": 1, "ArticleUrl": url}}}
    fields = {
        "MsgType": "event",
        "Event": "MASSSENDJOBFINISH",
        "MsgID": msg_id,
        "Status": "send success",
        **counts,
    }
    told = {
        "FromUserName": account["appid"],
        "CreateTime": int(time.time()),
        **fields,
        "ArticleUrlResult": urls,
    }
    box.callbacks.tell(account, told)


def _sent(box: Box, account: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] | None = box.store.get("mass", str(body.get("msg_id")))
    if not sent or sent["appid"] != account["appid"]:
        raise Refused(40059, "invalid msgid")
    return sent


async def delete(request: Request) -> Response:
    """POST /cgi-bin/message/mass/delete: the article goes, the cards stay and lead nowhere; texts can't be deleted."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    sent = _sent(box, account, body)
    if not sent["article"]:
        return error(40008, "invalid message type")
    box.store.put("mass", str(sent["msg_id"]), {**sent, "deleted": True})
    box.store.put("article", sent["article"], {**box.store.get("article", sent["article"]), "status": 5})
    return ok()


async def get(request: Request) -> Response:
    """POST /cgi-bin/message/mass/get."""
    account, body = await account_of(request), await body_of(request)
    sent = _sent(box_of(request), account, body)
    status = "DELETE" if sent.get("deleted") else "SEND_SUCCESS"
    return JSONResponse({"msg_id": sent["msg_id"], "msg_status": status})


async def speed(request: Request) -> Response:
    """POST /cgi-bin/message/mass/speed/get and /set: 0 (800,000 a minute) to 4 (100,000)."""
    account, box = await account_of(request), box_of(request)
    if request.url.path.endswith("/set"):
        wanted = (await body_of(request)).get("speed")
        if wanted not in SPEEDS:
            return error(45083, "invalid mass speed")
        box.store.put("account", account["appid"], {**account, "speed": wanted})
        return ok()
    chosen = account.get("speed", 0)
    return JSONResponse({"speed": chosen, "realspeed": SPEEDS[chosen]})


async def preview(request: Request) -> Response:
    """POST /cgi-bin/message/mass/preview: to one person, out of the quota, 100 a day."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openid = str(body.get("touser", ""))
    if not box.store.follows(account["appid"], openid):
        return error(40003, "invalid openid")
    if body.get("msgtype") == "mpnews":
        first = draft_of(box, account, body.get("mpnews") or {})["articles"][0]
        card = {"title": f"[预览] {first['title']}", "description": first.get("digest", ""), "url": ""}
        shown = {"from": "account", "text": first["title"], "type": "news", "content": {"articles": [card]}}
    else:
        shown, _ = _content(box, account, body, str(request.base_url))
    if box.quotas.count(account, request.url.path) > PREVIEWS_A_DAY:
        return error(45009, "reach max api daily quota limit")
    box.store.add_message("custom", f"{account['appid']}:{openid}", json.dumps(shown, ensure_ascii=False))
    return ok(msg_id=box.store.last_id)
