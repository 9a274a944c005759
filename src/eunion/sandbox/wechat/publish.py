"""Permanent material, drafts, free publishing and mass sending, with their quotas and results."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok
from eunion.sandbox.wechat.media import file_of

TITLE_MAX, DIGEST_MAX, CONTENT_MAX = 64, 120, 20_000
MASS_A_MONTH, MASS_A_DAY = 4, 1
THUMB_MAX = 10 << 20


async def add_material(request: Request) -> Response:
    """POST /cgi-bin/material/add_material: an image or thumb that stays."""
    await account_of(request)
    file = await file_of(request)
    if file is None or request.query_params.get("type") not in ("image", "thumb"):
        return error(40004, "invalid media type")
    if len(file[0]) > THUMB_MAX:
        return error(40009, "invalid image size")
    media_id = f"m-{secrets.token_urlsafe(24)}"
    box_of(request).media[media_id] = file
    return JSONResponse({"media_id": media_id, "url": f"{request.base_url}mmbiz/{media_id}"})


async def del_material(request: Request) -> Response:
    """POST /cgi-bin/material/del_material."""
    await account_of(request)
    body = await body_of(request)
    found = box_of(request).media.pop(str(body.get("media_id")), None)
    return ok() if found else error(40007, "invalid media_id")


def _check_articles(box: Box, articles: Any) -> list[dict[str, Any]]:
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refused(44004, "empty content hint")
    for one in articles:
        content = str(one.get("content", ""))
        if not 1 <= len(str(one.get("title", ""))) <= TITLE_MAX:
            raise Refused(45003, "title size out of limit")
        if len(str(one.get("digest", ""))) > DIGEST_MAX:
            raise Refused(45004, "description size out of limit")
        if not content or len(content) >= CONTENT_MAX or len(content.encode()) > 1 << 20:
            raise Refused(45002, "content size out of limit")
        if "<script" in content or "javascript:" in content:
            raise Refused(45166, "invalid content")
        if one.get("thumb_media_id") not in box.media:
            raise Refused(40007, "invalid media_id")
    return articles


async def draft_add(request: Request) -> Response:
    """POST /cgi-bin/draft/add."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    articles = _check_articles(box, body.get("articles"))
    media_id = f"d-{secrets.token_urlsafe(24)}"
    box.store.put(
        "draft", media_id, {"appid": account["appid"], "articles": articles, "at": int(time.time())}
    )
    return JSONResponse({"media_id": media_id})


def _draft(box: Box, account: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] | None = box.store.get("draft", str(body.get("media_id")))
    if not kept or kept["appid"] != account["appid"]:
        raise Refused(40007, "invalid media_id")
    return kept


async def draft_get(request: Request) -> Response:
    """POST /cgi-bin/draft/get."""
    account, body = await account_of(request), await body_of(request)
    return JSONResponse({"news_item": _draft(box_of(request), account, body)["articles"]})


async def draft_update(request: Request) -> Response:
    """POST /cgi-bin/draft/update."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kept, place = _draft(box, account, body), int(body.get("index", 0))
    _check_articles(box, [body.get("articles") or {}])
    kept["articles"][place] = body["articles"]
    box.store.put("draft", body["media_id"], kept)
    return ok()


async def draft_delete(request: Request) -> Response:
    """POST /cgi-bin/draft/delete."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    _draft(box, account, body)
    box.store.put("draft", body["media_id"], None)
    return ok()


def _drafts_of(box: Box, appid: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, one) for key, one in box.store.things["draft"].items() if one and one["appid"] == appid]


async def draft_count(request: Request) -> Response:
    """GET /cgi-bin/draft/count."""
    account = await account_of(request)
    return JSONResponse({"total_count": len(_drafts_of(box_of(request), account["appid"]))})


async def draft_batchget(request: Request) -> Response:
    """POST /cgi-bin/draft/batchget."""
    account = await account_of(request)
    rows = _drafts_of(box_of(request), account["appid"])
    items = [
        {"media_id": key, "content": {"news_item": one["articles"]}, "update_time": one["at"]}
        for key, one in rows
    ]
    return JSONResponse({"total_count": len(items), "item_count": len(items), "item": items})


def _publish(box: Box, account: dict[str, Any], media_id: str, base: str) -> dict[str, Any]:
    """Turn a draft into an article; it leaves the drafts, as at WeChat."""
    kept = _draft(box, account, {"media_id": media_id})
    article_id = f"a-{secrets.token_urlsafe(24)}"
    article = {
        "appid": account["appid"],
        "article_id": article_id,
        "articles": kept["articles"],
        "at": int(time.time()),
        "status": 0,
        "url": f"{base}s/{article_id}",
    }
    box.store.put("article", article_id, article)
    box.store.put("draft", media_id, None)
    return article


async def submit(request: Request) -> Response:
    """POST /cgi-bin/freepublish/submit; the result comes by callback."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    article = _publish(box, account, str(body.get("media_id")), str(request.base_url))
    box.store.last_id += 1
    publish_id = str(box.store.last_id)
    box.store.put("article", article["article_id"], {**article, "publish_id": publish_id})
    info = {
        "publish_id": publish_id,
        "publish_status": 0,
        "article_id": article["article_id"],
        "article_detail": {"count": 1, "item": {"idx": 1, "article_url": article["url"]}},
    }
    fields = {"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": info}
    box.callbacks.tell(account, {"FromUserName": account["appid"], "CreateTime": int(time.time()), **fields})
    return ok(publish_id=publish_id)


def _by(box: Box, account: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    for one in box.store.things["article"].values():
        if one["appid"] == account["appid"] and str(one.get(field)) == str(value):
            return dict(one)
    raise Refused(40007, "invalid media_id")


async def publish_get(request: Request) -> Response:
    """POST /cgi-bin/freepublish/get."""
    account, body = await account_of(request), await body_of(request)
    one = _by(box_of(request), account, "publish_id", body.get("publish_id"))
    detail = {"count": 1, "item": [{"idx": 1, "article_url": one["url"]}]}
    return JSONResponse(
        {
            "publish_id": one["publish_id"],
            "publish_status": one["status"],
            "article_id": one["article_id"],
            "article_detail": detail,
        }
    )


async def publish_delete(request: Request) -> Response:
    """POST /cgi-bin/freepublish/delete: cannot be undone."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    one = _by(box, account, "article_id", body.get("article_id"))
    box.store.put("article", one["article_id"], {**one, "status": 5})
    return ok()


async def publish_batchget(request: Request) -> Response:
    """POST /cgi-bin/freepublish/batchget."""
    account, body = await account_of(request), await body_of(request)
    rows = [
        one
        for one in box_of(request).store.things["article"].values()
        if one["appid"] == account["appid"] and one["status"] == 0 and one.get("publish_id")
    ]
    rows.sort(key=lambda one: -one["at"])
    start, count = int(body.get("offset", 0)), min(int(body.get("count", 20)), 20)
    page = rows[start : start + count]
    items = [
        {
            "article_id": one["article_id"],
            "content": {"news_item": [{**article, "url": one["url"]} for article in one["articles"]]},
            "update_time": one["at"],
        }
        for one in page
    ]
    return JSONResponse({"total_count": len(rows), "item_count": len(items), "item": items})


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
    prefix, tag = f"{account['appid']}:", (body.get("filter") or {}).get("tag_id")
    if "touser" in body:
        return [str(openid) for openid in body["touser"]]
    return [
        key[len(prefix) :]
        for key, one in box.store.things["follower"].items()
        if key.startswith(prefix) and one["subscribe"] and (tag is None or tag in one.get("tags", []))
    ]


async def mass(request: Request) -> Response:
    """POST /cgi-bin/message/mass/sendall and /send: an article into everyone's chat."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    key = str(body.get("clientmsgid", ""))
    for one in box.store.things["mass"].values():
        if key and one["key"] == f"{account['appid']}|{key}" and time.time() - one["at"] < 86_400:
            return JSONResponse({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": one["msg_id"]})
    _quota(box, account)
    media_id = str((body.get("mpnews") or {}).get("media_id", ""))
    article = _publish(box, account, media_id, str(request.base_url))
    box.store.last_id += 1
    msg_id, openids = box.store.last_id, _receivers(box, account, body)
    record = {
        "appid": account["appid"],
        "at": time.time(),
        "key": f"{account['appid']}|{key}",
        "msg_id": msg_id,
    }
    box.store.put("mass", str(msg_id), {**record, "article": article["article_id"]})
    first = article["articles"][0]
    card = {"title": first["title"], "description": first.get("digest", ""), "url": article["url"]}
    shown = {"from": "account", "text": first["title"], "type": "news", "content": {"articles": [card]}}
    packed = json.dumps({**shown, "msg_id": msg_id}, ensure_ascii=False)
    for openid in openids:
        box.store.add_message("mass", f"{account['appid']}:{openid}", packed)
    _tell_mass(box, account, msg_id, len(openids), article["url"])
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


async def mass_delete(request: Request) -> Response:
    """POST /cgi-bin/message/mass/delete: the article goes, the cards stay and lead nowhere."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    sent = box.store.get("mass", str(body.get("msg_id")))
    if not sent or sent["appid"] != account["appid"]:
        return error(40059, "invalid msgid")
    article = box.store.get("article", sent["article"])
    box.store.put("article", sent["article"], {**article, "status": 5})
    return ok()


async def mass_get(request: Request) -> Response:
    """POST /cgi-bin/message/mass/get."""
    account, body = await account_of(request), await body_of(request)
    sent = box_of(request).store.get("mass", str(body.get("msg_id")))
    if not sent or sent["appid"] != account["appid"]:
        return error(40059, "invalid msgid")
    return JSONResponse({"msg_id": sent["msg_id"], "msg_status": "SEND_SUCCESS"})


async def mass_preview(request: Request) -> Response:
    """POST /cgi-bin/message/mass/preview: to one person, out of the quota."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kept = _draft(box, account, body.get("mpnews") or {})
    first = kept["articles"][0]
    card = {"title": f"[预览] {first['title']}", "description": first.get("digest", ""), "url": ""}
    shown = {"from": "account", "text": first["title"], "type": "news", "content": {"articles": [card]}}
    owner = f"{account['appid']}:{body.get('touser')}"
    box.store.add_message("custom", owner, json.dumps(shown, ensure_ascii=False))
    return ok(msg_id=box.store.last_id)


async def article(request: Request) -> Response:
    """GET /s/{article_id}: the article as WeChat shows it, or that it has been deleted."""
    kept = box_of(request).store.get("article", request.path_params["article_id"])
    if not kept or kept["status"] == 5:
        return HTMLResponse("<!doctype html><meta charset=utf-8><h1>该内容已被发布者删除</h1>", 404)
    account = box_of(request).store.get("account", kept["appid"])
    one = kept["articles"][0]
    head = (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<style>body{max-width:677px;margin:0 auto;padding:16px;font:17px/1.7 sans-serif}img{max-width:100%}</style>"
    )
    byline = f"{one.get('author', '')} <span style='color:#576b95'>{account['name']}</span>"
    return HTMLResponse(
        f"{head}<title>{one['title']}</title><h1>{one['title']}</h1><p>{byline}</p>{one['content']}"
    )
