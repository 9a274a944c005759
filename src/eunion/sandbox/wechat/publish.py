"""Permanent material, drafts, free publishing and mass sending, with their quotas and results."""

from __future__ import annotations

import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok

TITLE_MAX, DIGEST_MAX, CONTENT_MAX = 64, 120, 20_000
COUNT_MAX = 20


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


def draft_of(box: Box, account: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] | None = box.store.get("draft", str(body.get("media_id")))
    if not kept or kept["appid"] != account["appid"]:
        raise Refused(40007, "invalid media_id")
    return kept


async def draft_get(request: Request) -> Response:
    """POST /cgi-bin/draft/get."""
    account, body = await account_of(request), await body_of(request)
    return JSONResponse({"news_item": draft_of(box_of(request), account, body)["articles"]})


async def draft_update(request: Request) -> Response:
    """POST /cgi-bin/draft/update."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    kept, place = draft_of(box, account, body), int(body.get("index", 0))
    if not 0 <= place < len(kept["articles"]):
        return error(40114, "invalid index value")
    _check_articles(box, [body.get("articles") or {}])
    kept["articles"][place] = body["articles"]
    box.store.put("draft", body["media_id"], kept)
    return ok()


async def draft_delete(request: Request) -> Response:
    """POST /cgi-bin/draft/delete."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    draft_of(box, account, body)
    box.store.put("draft", body["media_id"], None)
    return ok()


def _drafts_of(box: Box, appid: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, one) for key, one in box.store.things["draft"].items() if one and one["appid"] == appid]


async def draft_count(request: Request) -> Response:
    """GET /cgi-bin/draft/count."""
    account = await account_of(request)
    return JSONResponse({"total_count": len(_drafts_of(box_of(request), account["appid"]))})


async def draft_batchget(request: Request) -> Response:
    """POST /cgi-bin/draft/batchget {offset, count, no_content}: at most 20 at a time."""
    account, body = await account_of(request), await body_of(request)
    rows = _drafts_of(box_of(request), account["appid"])
    start, count = _window(body)
    hidden = ("content",) if body.get("no_content") else ()
    items = [
        {
            "media_id": key,
            "content": {
                "news_item": [
                    {k: v for k, v in article.items() if k not in hidden} for article in one["articles"]
                ]
            },
            "update_time": one["at"],
        }
        for key, one in rows[start : start + count]
    ]
    return JSONResponse({"total_count": len(rows), "item_count": len(items), "item": items})


def _window(body: dict[str, Any]) -> tuple[int, int]:
    """Return offset and count of a list; raises Refused for more than 20 at a time."""
    count = body.get("count", COUNT_MAX)
    if not isinstance(count, int) or not 1 <= count <= COUNT_MAX:
        raise Refused(40007, "invalid count")
    return int(body.get("offset", 0)), count


def publish(box: Box, account: dict[str, Any], media_id: str, base: str) -> dict[str, Any]:
    """Turn a draft into an article; it leaves the drafts, as at WeChat."""
    kept = draft_of(box, account, {"media_id": media_id})
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
    article = publish(box, account, str(body.get("media_id")), str(request.base_url))
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
    code = 53600 if field == "article_id" else 53601
    raise Refused(code, f"invalid {field}")


async def publish_article(request: Request) -> Response:
    """POST /cgi-bin/freepublish/getarticle {article_id}."""
    account, body = await account_of(request), await body_of(request)
    one = _by(box_of(request), account, "article_id", body.get("article_id"))
    gone = one["status"] == 5
    return JSONResponse(
        {"news_item": [{**article, "url": one["url"], "is_deleted": gone} for article in one["articles"]]}
    )


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
    if one["status"] == 5:
        return error(53600, "invalid article_id")
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
    start, count = _window(body)
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
