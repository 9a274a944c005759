"""Template messages: the hot path of every broadcast."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, error, ok

TEMPLATES_MAX = 25


async def send(request: Request) -> Response:
    """POST /cgi-bin/message/template/send."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openid = str(body.get("touser", ""))
    _check(box, account, openid, body)
    key = str(body.get("client_msg_id", ""))
    dedupe = f"{openid}|{key}" if key else ""
    if dedupe and dedupe in box.store.seen:
        return JSONResponse(
            {"errcode": 45065, "errmsg": "clientmsgid exist", "msgid": box.store.seen[dedupe]}
        )
    kept = {
        name: body[name]
        for name in ("template_id", "url", "data", "miniprogram", "client_msg_id")
        if name in body
    }
    msgid = box.store.add_message(
        "template", f"{account['appid']}:{openid}", json.dumps(kept, ensure_ascii=False), dedupe
    )
    report = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": "success"}
    box.callbacks.tell(
        account, {"FromUserName": openid, "CreateTime": int(time.time()), "MsgType": "event", **report}
    )
    return ok(msgid=msgid)


def _check(box: Box, account: dict[str, Any], openid: str, body: dict[str, Any]) -> None:
    follows = box.store.follows(account["appid"], openid)
    if follows is None:
        raise Refused(40003, "invalid openid")
    if not follows or openid in box.faults.refuse:
        raise Refused(43004, "require subscribe")
    if body.get("template_id") not in {one["template_id"] for one in account.get("templates", [])}:
        raise Refused(40037, "invalid template_id")
    data = body.get("data")
    if not isinstance(data, dict) or not all(isinstance(v, dict) and v.get("value") for v in data.values()):
        raise Refused(47003, "argument invalid")
    if len(str(body.get("client_msg_id", ""))) > 32:
        raise Refused(47003, "client_msg_id too long")


async def list_all(request: Request) -> Response:
    """GET /cgi-bin/template/get_all_private_template."""
    account = await account_of(request)
    return ok(template_list=account.get("templates", []))


async def industry(request: Request) -> Response:
    """GET /cgi-bin/template/get_industry."""
    account = await account_of(request)
    chosen = account.get("industry", ["41", "17"])
    names = {"first_class": "其他", "second_class": "其他"}
    return JSONResponse(
        {
            f"{name}_industry": {**names, "id": one}
            for name, one in zip(("primary", "secondary"), chosen, strict=True)
        }
    )


async def set_industry(request: Request) -> Response:
    """POST /cgi-bin/template/api_set_industry: once a month."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    if time.time() - account.get("industry_at", 0) < 30 * 86_400:
        return error(43100, "change template too frequently")
    chosen = [str(body.get("industry_id1", "")), str(body.get("industry_id2", ""))]
    if not all(one.isdecimal() and 1 <= int(one) <= 41 for one in chosen):
        return error(40102, "invalid industry id")
    box.store.put("account", account["appid"], {**account, "industry": chosen, "industry_at": time.time()})
    return ok()


async def add(request: Request) -> Response:
    """POST /cgi-bin/template/api_add_template: from the library into the account, 25 of them."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    short = str(body.get("template_id_short", ""))
    if not short:
        return error(40037, "invalid template_id")
    rows = account.get("templates", [])
    if len(rows) >= TEMPLATES_MAX:
        return error(45026, "template num exceeds limit")
    made = {"template_id": secrets.token_urlsafe(32), "title": short, "content": "{{thing1.DATA}}"}
    box.store.put("account", account["appid"], {**account, "templates": [*rows, made]})
    return ok(template_id=made["template_id"])


async def delete(request: Request) -> Response:
    """POST /cgi-bin/template/del_private_template."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    rows = account.get("templates", [])
    kept = [one for one in rows if one["template_id"] != body.get("template_id")]
    if len(kept) == len(rows):
        return error(40037, "invalid template_id")
    box.store.put("account", account["appid"], {**account, "templates": kept})
    return ok()
