"""The API that tests and the demo drive the box with: `/_sandbox/…`, loopback only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox import community
from eunion.sandbox.box import Box, body_of, box_of


async def reset(request: Request) -> Response:
    """POST /_sandbox/reset: forget everything."""
    box = box_of(request)
    await box.store.reset()
    box.recording.rows.clear()
    box.codes.clear()
    box.media.clear()
    box.quotas.used.clear()
    box.quotas.cleared.clear()
    return JSONResponse({"ok": True})


async def seed(request: Request) -> Response:
    """POST /_sandbox/seed: add or replace accounts, people, followers, groups, staff."""
    box, body = box_of(request), await body_of(request)
    store = box.store
    for account in body.get("accounts", []):
        store.put("account", account["appid"], account)
        if account.get("menu"):
            store.put("menu", account["appid"], account["menu"])
    for person in body.get("people", []):
        store.put("person", person["id"], person)
        for appid, openid in person.get("openids", {}).items():
            # Those named in `strangers` know the account by its QR code only; they have yet to follow.
            if appid not in person.get("strangers", []):
                _follow(box, appid, openid, person.get("unionid", ""))
    for one in body.get("followers", []):
        _follow(box, one["appid"], one["openid"], one.get("unionid", ""), one.get("subscribe_time", 0))
    for kind, key in (("groups", "group"), ("staff", "staff")):
        for one in body.get(kind, []):
            store.put(key, one.get("id") or one["username"], one)
    if "community" in body:
        store.put("community", "gateway", body["community"])
    if "followers_range" in body:
        store.put("range", body["followers_range"]["prefix"], body["followers_range"])
    await store.flush()
    return JSONResponse({"ok": True})


def _follow(box: Box, appid: str, openid: str, unionid: str, at: int = 0) -> None:
    key = f"{appid}:{openid}"
    if box.store.get("follower", key) is None:
        box.store.put(
            "follower", key, {"subscribe": 1, "unionid": unionid, "subscribe_time": at or int(time.time())}
        )


async def faults(request: Request) -> Response:
    """GET or PUT /_sandbox/faults."""
    box = box_of(request)
    if request.method == "PUT":
        body = await body_of(request)
        if body.pop("expire_token", False):
            box.tokens.expire_all()
        for name, value in body.items():
            if name in box.faults.shown():
                setattr(box.faults, name, value)
    return JSONResponse(box.faults.shown())


async def stats(request: Request) -> Response:
    """GET /_sandbox/stats: what arrived, for how many, how much of it twice."""
    box = box_of(request)
    template, custom, group = [await box.store.count(kind) for kind in ("template", "custom", "group")]
    return JSONResponse(
        {
            "template": {
                "accepted": template["accepted"],
                "recipients": template["owners"],
                "doubled": template["doubled"],
            },
            "custom": custom["accepted"],
            "community": {
                "accepted": group["accepted"],
                "groups": group["owners"],
                "doubled": group["doubled"],
            },
            "callbacks": {**box.callbacks.counts, "pending": box.callbacks.queue.qsize()},
        }
    )


async def messages(request: Request) -> Response:
    """GET /_sandbox/messages?appid&openid | ?group, optionally &after."""
    query, store = request.query_params, box_of(request).store
    owner = query.get("group") or f"{query.get('appid', '')}:{query.get('openid', '')}"
    return JSONResponse(await store.messages(owner, int(query.get("after", "0"))))


async def say(request: Request) -> Response:
    """POST /_sandbox/say: a person types to the account, or in a group."""
    box, body = box_of(request), await body_of(request)
    person, text = box.store.get("person", body.get("person", "")), str(body.get("text", ""))[:600]
    if person is None or not text.strip():
        return JSONResponse({"error": "person and text wanted"}, 400)
    if body.get("group"):
        community.mention(box, person, body["group"], text)
    else:
        account = box.store.get("account", body.get("appid", ""))
        event(box, account, person, {"MsgType": "text", "Content": text})
        said = json.dumps({"from": "me", "text": text}, ensure_ascii=False)
        box.store.add_message("said", f"{account['appid']}:{person['openids'][account['appid']]}", said)
    return JSONResponse({"ok": True})


async def scan(request: Request) -> Response:
    """POST /_sandbox/scan {person, ticket | scene + appid}: a person scans a QR code with a scene."""
    box, body = box_of(request), await body_of(request)
    person = box.store.get("person", body.get("person", ""))
    code = box.store.get("qrcode", body.get("ticket", "")) or next(
        (
            one
            for one in box.store.things["qrcode"].values()
            if one["scene"] == body.get("scene") and one["appid"] == body.get("appid", one["appid"])
        ),
        None,
    )
    if person is None or code is None:
        return JSONResponse({"error": "unknown person or code"}, 404)
    account = box.store.get("account", code["appid"])
    key = f"{code['appid']}:{person['openids'][code['appid']]}"
    follower = box.store.get("follower", key) or {"subscribe": 0}
    if follower["subscribe"]:
        event(box, account, person, {"MsgType": "event", "Event": "SCAN", "EventKey": code["scene"]})
    else:
        now = int(time.time())
        kept = {**follower, "subscribe": 1, "scene": code["scene"], "subscribe_time": now}
        box.store.put("follower", key, {"unionid": person.get("unionid", ""), **kept})
        fields = {"MsgType": "event", "Event": "subscribe", "EventKey": f"qrscene_{code['scene']}"}
        event(box, account, person, fields)
    return JSONResponse({"ok": True, "appid": code["appid"]})


async def recording(request: Request) -> Response:
    """GET /_sandbox/recording.jsonl: the last requests to the emulated services, one JSON object a line."""
    headers = {"Content-Disposition": 'attachment; filename="requests.jsonl"'}
    return Response(box_of(request).recording.lines(), media_type="application/x-ndjson", headers=headers)


async def act(request: Request) -> Response:
    """POST /_sandbox/act: a person follows, unfollows or taps a menu button."""
    box, body = box_of(request), await body_of(request)
    person, account = box.store.get("person", body["person"]), box.store.get("account", body["appid"])
    key = f"{account['appid']}:{person['openids'][account['appid']]}"
    fields = {"MsgType": "event", "Event": body["event"], "EventKey": body.get("key", "")}
    if body["event"] in ("subscribe", "unsubscribe"):
        kept = {"unionid": person.get("unionid", ""), **(box.store.get("follower", key) or {})}
        if body["event"] == "subscribe":
            kept["subscribe_time"] = int(time.time())
        box.store.put("follower", key, {**kept, "subscribe": int(body["event"] == "subscribe")})
    event(box, account, person, fields)
    return JSONResponse({"ok": True})


def event(box: Box, account: dict[str, Any], person: dict[str, Any], fields: dict[str, Any]) -> None:
    """Tell the platform what a person did; that opens the 48-hour window for customer-service messages."""
    openid = person["openids"][account["appid"]]
    key, now = f"{account['appid']}:{openid}", int(time.time())
    follower = box.store.get("follower", key) or {"subscribe": 1}
    box.store.put("follower", key, {**follower, "last_action": now, "since_action": 0})
    box.store.last_id += 1
    number = {} if fields["MsgType"] == "event" else {"MsgId": box.store.last_id}
    box.callbacks.tell(account, {"FromUserName": openid, "CreateTime": now, **fields, **number})


def totp(secret: str, at: float) -> str:
    """Return the six digits of RFC 6238 (SHA-1, 30 s) for a base32 secret."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


async def codes(request: Request) -> Response:
    """GET /_sandbox/totp: the demo staff with their current codes, or one by ?username."""
    staff = box_of(request).store.things["staff"]
    rows = [
        {
            "username": one["username"],
            "name": one["name"],
            "role": one["role"],
            "code": totp(one["totp_secret"], time.time()),
        }
        for one in staff.values()
    ]
    name = request.query_params.get("username")
    if name:
        return JSONResponse(next((row for row in rows if row["username"] == name), None))
    return JSONResponse({"staff": rows, "seconds_left": 30 - int(time.time()) % 30})
