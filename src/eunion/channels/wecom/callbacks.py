"""Reading what WeCom posts for the smart robot: signature, time, encryption, JSON of the expected shape."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from eunion.channels.plain import plain
from eunion.channels.wecom.errors import CallbackRefused
from eunion.channels.wecom.models import Corp

SKEW_S = 600
BYTES_MAX = 256 * 1024
TEXT_MAX = 2000
_CALLED = re.compile(r"^\s*@\S+\s+")


@dataclass(frozen=True)
class Told:
    """One message to the robot."""

    msgid: str
    kind: str
    userid: str
    chatid: str
    text: str
    response_url: str


def signature(*parts: str) -> str:
    """Return WeCom's signature: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()  # noqa: S324  WeCom's own scheme


def unseal(aes_key: str, sealed: str) -> tuple[str, str]:
    """Return a sealed text and its receiveid; raises CallbackRefused whatever is wrong with it."""
    try:
        key, body = base64.b64decode(f"{aes_key}="), base64.b64decode(sealed, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain_bytes = decryptor.update(body) + decryptor.finalize()
        plain_bytes = plain_bytes[: -plain_bytes[-1]]
        (length,) = struct.unpack(">I", plain_bytes[16:20])
        if len(plain_bytes) < 20 + length:
            raise ValueError("shorter than it says")
        return plain_bytes[20 : 20 + length].decode(), plain_bytes[20 + length :].decode()
    except (ValueError, IndexError, struct.error, binascii.Error):
        raise CallbackRefused("解密没有通过。") from None


def _opened(corp: Corp, query: Mapping[str, str], sealed: str) -> str:
    """Return what a signed, fresh and encrypted text says; the receiveid may be empty, but not another's."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    wanted = signature(corp.token, timestamp, nonce, sealed)
    if not corp.token or not hmac.compare_digest(
        wanted.encode(), query.get("msg_signature", "").encode("utf-8", "replace")
    ):
        raise CallbackRefused("签名不对。")
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(time.time() - int(timestamp)) > SKEW_S:
        raise CallbackRefused("时间相差太多。")
    text, receiveid = unseal(corp.aes_key, sealed)
    if receiveid not in ("", corp.corpid):
        raise CallbackRefused("接收方不对。")
    return text


def echo(corp: Corp, query: Mapping[str, str]) -> str:
    """Return the plain echostr of WeCom's check of our address; raises CallbackRefused."""
    return _opened(corp, query, query.get("echostr", ""))


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise CallbackRefused("不是有效的 JSON。") from None
    if not isinstance(value, dict):
        raise CallbackRefused("不是有效的 JSON。")
    return value


def read(corp: Corp, query: Mapping[str, str], body: bytes) -> Told:
    """Return what was told; raises CallbackRefused for anything not signed, not ours or without a sender."""
    if len(body) > BYTES_MAX:
        raise CallbackRefused("内容太大。")
    sealed = _object(body).get("encrypt")
    if not isinstance(sealed, str):
        raise CallbackRefused("缺少密文。")
    told = _object(_opened(corp, query, sealed))
    msgid, sender = plain(told.get("msgid"), 64), told.get("from")
    userid = plain(sender.get("userid"), 64) if isinstance(sender, dict) else ""
    if not msgid or not userid:
        raise CallbackRefused("缺少消息编号或发送人。")
    kind = plain(told.get("msgtype"), 20)
    said = told.get(kind)
    text = plain(said.get("content"), TEXT_MAX) if isinstance(said, dict) else ""
    url = plain(told.get("response_url"), 1000)
    return Told(msgid, kind, userid, plain(told.get("chatid"), 64), _CALLED.sub("", text), url)
