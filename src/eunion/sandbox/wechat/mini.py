"""The mini-program's side: sign-in codes, phone numbers, codes, subscribe messages, the text check."""

from __future__ import annotations

import io
import json
import secrets
import time
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, account_of, body_of, box_of, error, ok
from eunion.sandbox.wechat.oauth import person_of_code

BAD_WORDS = ("法轮", "赌博", "代开发票")


async def session(request: Request) -> Response:
    """GET /sns/jscode2session."""
    box, query = box_of(request), request.query_params
    found = person_of_code(box, query)
    if isinstance(found, Response):
        return found
    person, _ = found
    answer = {"openid": person["openids"][query["appid"]], "session_key": secrets.token_urlsafe(18)}
    return JSONResponse({**answer, "unionid": person.get("unionid", "")})


async def phone_number(request: Request) -> Response:
    """POST /wxa/business/getuserphonenumber: the code works once, for five minutes."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    code = box.codes.get(str(body.get("code", "")))
    if code is None or code["used"] or code["appid"] != account["appid"] or time.time() - code["at"] > 300:
        return error(40029, "invalid code")
    code["used"] = True
    number = box.store.get("person", code["person"]).get("phone", "")
    info = {"phoneNumber": f"+86{number}", "purePhoneNumber": number, "countryCode": "86"}
    return ok(phone_info={**info, "watermark": {"appid": account["appid"], "timestamp": int(time.time())}})


def new_code(box: Box, person: str, appid: str) -> str:
    """Return what wx.login or getPhoneNumber would hand to the mini-program."""
    made = secrets.token_urlsafe(24)
    box.codes[made] = {"person": person, "appid": appid, "scope": "", "at": time.time(), "used": False}
    return made


async def code(request: Request) -> Response:
    """GET /_sandbox/wx-code?person&appid: such a code."""
    box, query = box_of(request), request.query_params
    if box.store.get("person", query.get("person", "")) is None:
        return JSONResponse({"error": "unknown person"}, 404)
    return JSONResponse({"code": new_code(box, query["person"], query.get("appid", ""))})


async def wxacode(request: Request) -> Response:
    """POST /wxa/getwxacodeunlimit: a picture; scenes hold 32 characters."""
    await account_of(request)
    body = await body_of(request)
    if not 1 <= len(str(body.get("scene", ""))) <= 32:
        return error(40169, "invalid length for scene")
    if str(body.get("page", "")).startswith("/"):
        return error(41030, "invalid page")
    buffer = io.BytesIO()
    segno.make(f"wxacode:{body['scene']}", error="m").save(buffer, kind="png", scale=8)
    return Response(buffer.getvalue(), media_type="image/png")


async def msg_sec_check(request: Request) -> Response:
    """POST /wxa/msg_sec_check, version 2."""
    await account_of(request)
    body = await body_of(request)
    if body.get("version") != 2 or not body.get("openid") or body.get("scene") not in (1, 2, 3, 4):
        return error(40097, "invalid args")
    if not body.get("content") or len(str(body["content"])) > 2500:
        return error(40097 if not body.get("content") else 45002, "content size out of limit")
    risky = any(word in str(body.get("content", "")) for word in BAD_WORDS)
    result = {"suggest": "risky" if risky else "pass", "label": 20002 if risky else 100}
    return ok(result=result, trace_id=secrets.token_hex(8))


def _consents(box: Box, appid: str, openid: str) -> dict[str, int]:
    return dict(box.store.get("consent", f"{appid}:{openid}") or {})


async def subscribe_send(request: Request) -> Response:
    """POST /cgi-bin/message/subscribe/send and bizsend: one message for one consent."""
    account, body, box = await account_of(request), await body_of(request), box_of(request)
    openid, template = str(body.get("touser", "")), str(body.get("template_id", ""))
    if not any(openid == one["openids"].get(account["appid"]) for one in box.store.things["person"].values()):
        return error(40003, "invalid openid")
    known = {one["template_id"] for one in account.get("templates", [])}
    if template not in known:
        return error(40037, "invalid template_id")
    data = body.get("data")
    if not isinstance(data, dict) or not all(isinstance(v, dict) and v.get("value") for v in data.values()):
        return error(47003, "argument invalid")
    left = _consents(box, account["appid"], openid)
    if left.get(template, 0) < 1:
        return error(43101, "user refuse to accept the msg")
    box.store.put("consent", f"{account['appid']}:{openid}", {**left, template: left[template] - 1})
    kept: dict[str, Any] = {"template_id": template, "data": data, "url": body.get("page", "")}
    number = box.store.add_message(
        "template", f"{account['appid']}:{openid}", json.dumps(kept, ensure_ascii=False)
    )
    return ok(msgid=number)


async def consent(request: Request) -> Response:
    """POST /_sandbox/consent {person, appid, template_id, answer}: the person answers the consent question."""
    box, body = box_of(request), await body_of(request)
    person = box.store.get("person", body["person"])
    openid = person["openids"][body["appid"]]
    left = _consents(box, body["appid"], openid)
    added = 1 if body.get("answer") == "accept" else -left.get(body["template_id"], 0)
    changed = {**left, body["template_id"]: left.get(body["template_id"], 0) + added}
    box.store.put("consent", f"{body['appid']}:{openid}", changed)
    account = box.store.get("account", body["appid"])
    item = {"TemplateId": body["template_id"], "SubscribeStatusString": body.get("answer"), "PopupScene": 0}
    fields = {
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": item},
    }
    box.callbacks.tell(account, {"FromUserName": openid, "CreateTime": int(time.time()), **fields})
    return JSONResponse({"ok": True})
