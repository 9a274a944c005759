"""The virtual phone and the other pages for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from eunion.sandbox.box import Box, box_of
from eunion.sandbox.wechat.menu import menu_for
from eunion.sandbox.wechat.oauth import COOKIE

PAGES = Path(__file__).parent / "pages"


def _page(name: str) -> HTMLResponse:
    return HTMLResponse((PAGES / f"{name}.html").read_text())


async def index(request: Request) -> Response:
    """GET /: what this is, and where to go."""
    return _page("index")


async def faults(request: Request) -> Response:
    """GET /faults."""
    return _page("faults")


async def authenticator(request: Request) -> Response:
    """GET /authenticator."""
    return _page("authenticator")


async def wecom(request: Request) -> Response:
    """GET /wecom."""
    return _page("wecom")


async def phone(request: Request) -> Response:
    """GET /phone?as=PERSON: the phone of that person, or a list of people."""
    page = _page("phone")
    chosen = request.query_params.get("as", "")
    if chosen:
        page.set_cookie(COOKIE, chosen, samesite="lax", httponly=True)
    return page


async def people(request: Request) -> Response:
    """GET /_sandbox/people: those with a virtual phone."""
    rows = box_of(request).store.things["person"].values()
    return JSONResponse([{name: one.get(name) for name in ("id", "name", "label")} for one in rows])


async def _last(box: Box, owner: str) -> Any:
    rows = await box.store.messages(owner, limit=1)
    return rows[-1] if rows else None


async def _account_chat(box: Box, appid: str, openid: str) -> dict[str, Any]:
    account = box.store.get("account", appid)
    follower = box.store.get("follower", f"{appid}:{openid}") or {"subscribe": 0}
    return {
        "id": f"{appid}:{openid}",
        "kind": "account",
        "appid": appid,
        "name": account["name"],
        "account_kind": account["kind"],
        "tags": follower.get("tags", []),
        "menu": menu_for(box, appid, openid),
        "subscribed": bool(follower["subscribe"]),
        "last": await _last(box, f"{appid}:{openid}"),
    }


async def _group_chat(box: Box, group: str) -> dict[str, Any]:
    kept = box.store.get("group", group) or {}
    shown = {"name": kept.get("name", group), "member_count": kept.get("member_count", 0)}
    return {"id": group, "kind": "group", **shown, "last": await _last(box, group)}


async def desk(request: Request) -> Response:
    """GET /_sandbox/phone?as=PERSON: accounts, menus, groups and last messages of one phone."""
    box = box_of(request)
    person = box.store.get("person", request.query_params.get("as", ""))
    if person is None:
        return JSONResponse({"error": "unknown person"}, 404)
    chats = [await _account_chat(box, appid, openid) for appid, openid in person["openids"].items()]
    if person.get("phone"):
        owner = f"sms:{person['phone']}"
        chats.append({"id": owner, "kind": "sms", "name": "短信", "last": await _last(box, owner)})
    chats += [await _group_chat(box, group) for group in person.get("groups", [])]
    return JSONResponse({"person": person, "chats": chats, "platform": box.platform_url})


async def chat(request: Request) -> Response:
    """GET /_sandbox/chat?id&after: the messages of one chat; template messages carry their template's title."""
    box, query = box_of(request), request.query_params
    rows = await box.store.messages(query.get("id", ""), int(query.get("after", "0")))
    account = box.store.get("account", query.get("id", "").split(":")[0]) or {}
    titles = {one["template_id"]: one for one in account.get("templates", [])}
    for row in rows:
        if row["kind"] == "template":
            row["template"] = titles.get(row["template_id"], {})
    return JSONResponse(rows)
