"""Template messages: the hot path of every broadcast."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, Refused, account_of, body_of, box_of, ok


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
