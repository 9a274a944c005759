"""The far side of the community gateway: residents' groups, signed calls both ways."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import Box, box_of

SKEW_S = 300
MENTIONS = ("@雲博士", "@云博士")


def sign(secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature over method, path, timestamp, nonce and the body's digest."""
    text = "\n".join([method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _problem(status: int, title: str, **headers: str) -> Response:
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status}, status, headers, "application/problem+json"
    )


async def _refusal(request: Request, box: Box) -> Response | None:
    """Return why a call is refused: not signed, altered, too old, said before, or a fault."""
    us, headers = box.store.get("community", "gateway"), request.headers
    if us is None or headers.get("X-Community-Key") != us["app_key"]:
        return _problem(401, "unknown key")
    timestamp, nonce = headers.get("X-Community-Timestamp", ""), headers.get("X-Community-Nonce", "")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = sign(us["secret"], request.method, path, timestamp, nonce, await request.body())
    if not hmac.compare_digest(wanted.encode(), headers.get("X-Community-Signature", "").encode()):
        return _problem(401, "bad signature")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > SKEW_S:
        return _problem(401, "timestamp too far off")
    if len(nonce) < 16 or f"nonce|{nonce}" in box.store.seen:
        return _problem(401, "nonce used before")
    box.store.seen[f"nonce|{nonce}"] = 1
    trouble = await box.faults.strike()
    if trouble:
        return _problem(429 if trouble[0] == 45009 else 503, trouble[1], **{"Retry-After": "2"})
    return None


async def post_message(request: Request) -> Response:
    """POST /community/v1/groups/{group_id}/messages."""
    box = box_of(request)
    refusal = await _refusal(request, box)
    if refusal:
        return refusal
    body, group = json.loads(await request.body()), request.path_params["group_id"]
    if box.store.get("group", group) is None:
        return _problem(404, "unknown group")
    dedupe = f"{group}|{body.get('key', '')}"
    if dedupe in box.store.seen:
        return JSONResponse({"message_id": str(box.store.seen[dedupe]), "duplicate": True})
    shown = {**body, "robot": True, "from": "云博士" if body.get("reply_to") else "区总工会"}
    number = box.store.add_message("group", group, json.dumps(shown, ensure_ascii=False), dedupe)
    if not body.get("reply_to"):
        event = {
            "kind": "delivered",
            "group_id": group,
            "message_id": str(number),
            "key": body.get("key", ""),
        }
        _later(tell(box, event))
    return JSONResponse({"message_id": str(number), "duplicate": False})


async def list_groups(request: Request) -> Response:
    """GET /community/v1/groups?after&limit."""
    box = box_of(request)
    refusal = await _refusal(request, box)
    if refusal:
        return refusal
    after, limit = request.query_params.get("after", ""), int(request.query_params.get("limit", "500"))
    names = sorted(key for key in box.store.things["group"] if key > after)
    page = names[:limit]
    groups = [
        {name: box.store.get("group", one)[name] for name in ("id", "name", "member_count")} for one in page
    ]
    return JSONResponse({"groups": groups, "next": page[-1] if len(names) > limit else None})


_running: set[asyncio.Task[None]] = set()
_at_once = asyncio.Semaphore(4)


def _later(what: Any) -> None:
    """Run in the background and keep hold of it until it is done."""
    task = asyncio.create_task(what)
    _running.add(task)
    task.add_done_callback(_running.discard)


async def tell(box: Box, event: dict[str, Any]) -> None:
    """Tell the platform an event, signed, up to three times."""
    us = box.store.get("community", "gateway")
    if not us or not us.get("callback_url") or not box.faults.callbacks:
        return
    event = {"event_id": secrets.token_hex(12), "sent_at": int(time.time()), **event}
    body = json.dumps(event, ensure_ascii=False).encode()
    # A person waits for the answer to a mention; delivery reports may queue up.
    async with _at_once if event["kind"] == "delivered" else contextlib.nullcontext():
        for _ in range(3):
            try:
                await _post(box, us, body)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(1)
            else:
                return


async def _post(box: Box, us: dict[str, Any], body: bytes) -> None:
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    path = urlsplit(us["callback_url"]).path
    headers = {
        "Content-Type": "application/json",
        "X-Community-Key": us["app_key"],
        "X-Community-Timestamp": timestamp,
        "X-Community-Nonce": nonce,
        "X-Community-Signature": sign(us["secret"], "POST", path, timestamp, nonce, body),
    }
    session = box.callbacks.session
    assert session
    async with session.post(us["callback_url"], data=body, headers=headers) as response:
        response.raise_for_status()


def mention(box: Box, person: dict[str, Any], group: str, text: str) -> None:
    """Show what a person typed in a group, and tell the platform if 雲博士 is meant."""
    shown = {"from": person["name"], "sender": person["id"], "text": text}
    box.store.add_message("said", group, json.dumps(shown, ensure_ascii=False))
    if any(word in text for word in MENTIONS):
        sender = {"id": person["id"], "name": person["name"]}
        _later(tell(box, {"kind": "mention", "group_id": group, "sender": sender, "text": text}))
