"""The far side of WeCom: tokens, app messages, group robots, customer groups, a smart robot that is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import struct
import time
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox import background
from eunion.sandbox.box import Box, Refused, body_of, box_of, error, ok

ROBOT_PER_MINUTE = 20
RESPONSE_S = 3600
TOUSER_MAX = 1000


def seal(aes_key: str, text: str, receiveid: str) -> str:
    """Encrypt a callback: 16 random bytes, length, text, receiveid; AES-256-CBC, PKCS#7 to 32 bytes."""
    key, raw = base64.b64decode(aes_key + "="), text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(raw)) + raw + receiveid.encode()
    fill = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def sign(*parts: str) -> str:
    """Return the SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  WeCom's own scheme


async def get_token(request: Request) -> Response:
    """GET /cgi-bin/gettoken: the same token until near its end."""
    box, query = box_of(request), request.query_params
    corp = box.store.get("wecom", query.get("corpid", ""))
    if corp is None:
        return error(40013, "invalid corpid")
    if query.get("corpsecret") != corp["secret"]:
        return error(40001, "invalid credential")
    return ok(**box.tokens.issue_stable(corp["corpid"], force=False))


async def _corp_of(request: Request) -> dict[str, Any]:
    """Return the corp whose token the call carries; raises Refused."""
    box = box_of(request)
    corpid = box.tokens.owner(request.query_params.get("access_token", ""))
    corp = box.store.get("wecom", corpid) if corpid else None
    if corp is None:
        raise Refused(40014, "invalid access_token")
    if box.faults.block_ip:
        raise Refused(60020, "not allow to access from your ip, from ip: 127.0.0.1")
    trouble = await box.faults.strike()
    if trouble:
        raise Refused(*trouble)
    return dict(corp)


async def agent_get(request: Request) -> Response:
    """GET /cgi-bin/agent/get: the app whose secret made the token, and no other."""
    corp = await _corp_of(request)
    if request.query_params.get("agentid") != str(corp["agentid"]):
        return error(301002, "not allow operate another agent with this accesstoken")
    people = [{"userid": one} for one in corp["users"]]
    return ok(
        agentid=corp["agentid"], name=corp.get("name", "工会"), allow_userinfos={"user": people}, close=0
    )


async def message_send(request: Request) -> Response:
    """POST /cgi-bin/message/send: to staff; `enable_duplicate_check` drops the same content sent again."""
    corp, body, box = await _corp_of(request), await body_of(request), box_of(request)
    if body.get("agentid") != corp["agentid"]:
        return error(40056, "invalid agentid")
    kind = str(body.get("msgtype", ""))
    if kind not in ("text", "textcard", "markdown") or not isinstance(body.get(kind), dict):
        return error(40008, "invalid message type")
    wanted = [one for one in str(body.get("touser", "")).split("|") if one]
    if len(wanted) > TOUSER_MAX:
        return error(40058, "touser too many")
    known = [one for one in wanted if one in corp["users"]]
    if not known:
        return error(81013, "user & party & tag all invalid")
    if _is_repeat(box, corp, body):
        return ok(msgid=secrets.token_hex(16), invaliduser="")
    for userid in known:
        shown = {"type": kind, "content": body[kind], "agentid": corp["agentid"]}
        box.store.add_message(
            "wecom", f"wecom:{corp['corpid']}:{userid}", json.dumps(shown, ensure_ascii=False)
        )
    return ok(msgid=secrets.token_hex(16), invaliduser="|".join(sorted(set(wanted) - set(known))))


def _is_repeat(box: Box, corp: dict[str, Any], body: dict[str, Any]) -> bool:
    """Return whether the same was sent within the interval, if the caller asks for that check."""
    if not body.get("enable_duplicate_check"):
        return False
    interval = min(int(body.get("duplicate_check_interval", 1800)), 14_400)
    what = json.dumps([corp["corpid"], body.get("touser"), body[body["msgtype"]]], sort_keys=True)
    key, now = f"wecom-same|{hashlib.sha256(what.encode()).hexdigest()}", int(time.time())
    repeat = now - box.store.seen.get(key, 0) < interval
    box.store.seen[key] = now
    return repeat


def _webhook_text(body: dict[str, Any]) -> str:
    """Return what a robot's post looks like as text; raises Refused for kinds and sizes that WeCom does not take."""
    kind = str(body.get("msgtype", ""))
    content = body.get(kind)
    if kind not in ("text", "markdown", "image", "news", "file") or not isinstance(content, dict):
        raise Refused(40008, "invalid message type")
    if kind in ("text", "markdown"):
        text = str(content.get("content", ""))
        if not text:
            raise Refused(44004, "empty content")
        if len(text.encode()) > (2048 if kind == "text" else 4096):
            raise Refused(40058, "content exceed max length")
        return text
    if kind == "news":
        if not 1 <= len(content.get("articles") or []) <= 8:
            raise Refused(40063, "some parameters are empty")
        return str(content["articles"][0].get("title", ""))
    needed = ("base64", "md5") if kind == "image" else ("media_id",)
    if not all(content.get(name) for name in needed):
        raise Refused(40063, "some parameters are empty")
    return "[图片]" if kind == "image" else "[文件]"


async def webhook_send(request: Request) -> Response:
    """POST /cgi-bin/webhook/send: twenty a minute for one robot."""
    box, body, key = box_of(request), await body_of(request), request.query_params.get("key", "")
    if key not in {one for corp in box.store.things["wecom"].values() for one in corp.get("robots", [])}:
        return error(93000, "invalid webhook url")
    trouble = await box.faults.strike()
    if trouble:
        return error(*trouble)
    content = _webhook_text(body)
    now, times = time.time(), box.codes.setdefault(f"robot:{key}", {"at": []})["at"]
    times[:] = [at for at in times if at > now - 60]
    if len(times) >= ROBOT_PER_MINUTE:
        return error(45009, "api freq out of limit")
    times.append(now)
    shown = {"type": str(body["msgtype"]), "text": content, "robot": True}
    box.store.add_message("robot", f"robot:{key}", json.dumps(shown, ensure_ascii=False))
    return ok()


async def group_list(request: Request) -> Response:
    """POST /cgi-bin/externalcontact/groupchat/list: by pages, by owner if wanted."""
    corp, body = await _corp_of(request), await body_of(request)
    owners = (body.get("owner_filter") or {}).get("userid_list") or []
    limit = int(body.get("limit", 0))
    if not 1 <= limit <= 1000:
        return error(40058, "invalid limit")
    chats = sorted(
        (one for one in corp.get("chats", []) if not owners or one["owner"] in owners),
        key=lambda one: str(one["chat_id"]),
    )
    rest = [one for one in chats if one["chat_id"] > str(body.get("cursor", ""))]
    page = rest[:limit]
    more = {"next_cursor": page[-1]["chat_id"]} if len(rest) > limit else {}
    return ok(group_chat_list=[{"chat_id": one["chat_id"], "status": 0} for one in page], **more)


async def group_get(request: Request) -> Response:
    """POST /cgi-bin/externalcontact/groupchat/get."""
    corp, body = await _corp_of(request), await body_of(request)
    for chat in corp.get("chats", []):
        if chat["chat_id"] == body.get("chat_id"):
            return ok(group_chat={"notice": "", "member_list": [], "admin_list": [], **chat})
    return error(40050, "invalid chat_id")


async def add_template(request: Request) -> Response:
    """POST /cgi-bin/externalcontact/add_msg_template: a task that the group's owner has yet to confirm."""
    corp, body, box = await _corp_of(request), await body_of(request), box_of(request)
    sender = str(body.get("sender", ""))
    owned = [one["chat_id"] for one in corp.get("chats", []) if one["owner"] == sender]
    if body.get("chat_type") != "group" or not (body.get("text") or body.get("attachments")):
        return error(40058, "invalid request parameter")
    if not owned:
        return error(41048, "no customer to send")
    wanted = body.get("chat_id_list") or owned
    chats = [one for one in wanted if one in owned]
    msgid = "msg" + secrets.token_hex(16)
    task = {"corpid": corp["corpid"], "sender": sender, "chats": chats, "body": body, "confirmed": []}
    box.store.put("wecom_task", msgid, task)
    return ok(fail_list=[one for one in wanted if one not in owned], msgid=msgid)


def _status(task: dict[str, Any], chat: str) -> int:
    """Return 1 for sent, 3 for a group that had its message of the day, 0 while the owner has not confirmed."""
    return 1 if chat in task["confirmed"] else 3 if chat in task.get("full", []) else 0


async def task_result(request: Request) -> Response:
    """POST /cgi-bin/externalcontact/get_groupmsg_send_result: a row a group; 0 waits, 1 sent, 3 had one today."""
    corp, body = await _corp_of(request), await body_of(request)
    task = box_of(request).store.get("wecom_task", str(body.get("msgid", "")))
    if task is None or task["corpid"] != corp["corpid"]:
        return error(41063, "invalid msgid")
    rows = [
        {"chat_id": chat, "userid": task["sender"], "status": _status(task, chat)} for chat in task["chats"]
    ]
    start, limit = int(body.get("cursor") or 0), int(body.get("limit", 500))
    more = {"next_cursor": str(start + limit)} if start + limit < len(rows) else {}
    return ok(send_list=rows[start : start + limit], **more)


async def aibot_response(request: Request) -> Response:
    """POST /cgi-bin/aibot/response?response_code: an answer to a mention, once, within the hour."""
    box, body = box_of(request), await body_of(request)
    code = request.query_params.get("response_code", "")
    asked = box.codes.pop(f"aibot:{code}", None)
    if asked is None or time.time() - asked["at"] > RESPONSE_S:
        return error(40094, "invalid response_code")
    kind = str(body.get("msgtype", ""))
    content = (body.get(kind) or {}).get("content", "") if kind in ("text", "markdown") else ""
    if not content:
        return error(40008, "invalid message type")
    shown = {"type": kind, "text": content, "to": asked["msgid"]}
    box.store.add_message("aibot", f"aibot:{asked['msgid']}", json.dumps(shown, ensure_ascii=False))
    return ok()


async def seed(request: Request) -> Response:
    """POST /_sandbox/wecom/seed: `{"corps": [{corpid, agentid, secret, token, aes_key, users, robots, chats,
    callback_url}]}`."""
    box = box_of(request)
    for corp in (await body_of(request)).get("corps", []):
        box.store.put("wecom", corp["corpid"], corp)
    await box.store.flush()
    return JSONResponse({"ok": True})


async def desk(request: Request) -> Response:
    """GET /_sandbox/wecom: what the page of WeCom shows: tasks that wait for a group's owner, posts of robots."""
    store, rows = box_of(request).store, []
    for corp in store.things["wecom"].values():
        tasks = [
            {
                "msgid": msgid,
                "sender": one["sender"],
                "text": (one["body"].get("text") or {}).get("content", ""),
            }
            | {
                "chats": len(one["chats"]),
                "waiting": len(set(one["chats"]) - set(one["confirmed"]) - set(one.get("full", []))),
            }
            for msgid, one in store.things["wecom_task"].items()
            if one["corpid"] == corp["corpid"]
        ]
        posts = [row for key in corp.get("robots", []) for row in await store.messages(f"robot:{key}")]
        names = {name: corp.get(name, "") for name in ("corpid", "name")}
        rows.append({**names, "users": corp["users"], "tasks": tasks[::-1], "posts": posts[::-1][:20]})
    return JSONResponse(rows)


async def confirm(request: Request) -> Response:
    """POST /_sandbox/wecom/confirm `{msgid, chats?}`: the group's owner taps "send"."""
    box, body = box_of(request), await body_of(request)
    task = box.store.get("wecom_task", str(body.get("msgid", "")))
    if task is None:
        return JSONResponse({"error": "no such task"}, 404)
    wanted, today = body.get("chats") or task["chats"], time.strftime("%Y-%m-%d")
    # A customer group takes one such message a day, whoever's task it is.
    chats = [one for one in wanted if box.codes.get(f"chat:{one}:{today}") is None]
    for chat in chats:
        box.codes[f"chat:{chat}:{today}"] = {"at": time.time()}
    full = [one for one in wanted if one not in chats and one not in task["confirmed"]]
    changed = {"confirmed": [*task["confirmed"], *chats], "full": [*task.get("full", []), *full]}
    box.store.put("wecom_task", body["msgid"], {**task, **changed})
    shown = json.dumps({"text": (task["body"].get("text") or {}).get("content", "")}, ensure_ascii=False)
    for chat in chats:
        box.store.add_message("wecom_group", f"chat:{chat}", shown)
    return JSONResponse({"ok": True})


def _mention(box: Box, corp: dict[str, Any], body: dict[str, Any], base: str) -> dict[str, Any]:
    """Return the callback of a mention; its answer is awaited at a response_url of ours."""
    code, msgid = secrets.token_urlsafe(24), str(body.get("msgid") or secrets.token_hex(16))
    box.codes[f"aibot:{code}"] = {"msgid": msgid, "at": time.time()}
    chat = str(body.get("chatid", ""))
    return {
        "msgid": msgid,
        "aibotid": corp.get("aibotid", "aib1"),
        **({"chatid": chat, "chattype": "group"} if chat else {"chattype": "single"}),
        "from": {"userid": str(body.get("userid", "zhangsan"))},
        "msgtype": "text",
        "text": {"content": str(body.get("text", ""))[:600]},
        "response_url": f"{base}/cgi-bin/aibot/response?response_code={code}",
    }


async def mention(request: Request) -> Response:
    """POST /_sandbox/wecom/mention `{corpid, userid, text, chatid?, msgid?}`: someone asks the smart robot.

    GET ?msgid: what it answered.
    """
    box = box_of(request)
    if request.method == "GET":
        return JSONResponse(await box.store.messages(f"aibot:{request.query_params.get('msgid', '')}"))
    body = await body_of(request)
    corp = box.store.get("wecom", str(body.get("corpid", "")))
    if corp is None:
        return JSONResponse({"error": "no such corp"}, 404)
    told = _mention(box, corp, body, str(request.base_url).rstrip("/"))
    sealed = seal(corp["aes_key"], json.dumps(told, ensure_ascii=False), corp.get("receiveid", ""))
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    query = {"timestamp": timestamp, "nonce": nonce}
    query["msg_signature"] = sign(corp["token"], timestamp, nonce, sealed)
    status = await background.post(
        box.callbacks.session, corp["callback_url"], params=query, json={"encrypt": sealed}
    )
    return JSONResponse({"msgid": told["msgid"], "status": status})
