"""Reading what WeChat posts to us: signature, time, encryption, XML without surprises."""

from __future__ import annotations

import functools
import hashlib
import hmac
import struct
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from eunion.channels.wechat.errors import CallbackRefused
from eunion.channels.wechat.models import Account

SKEW_S = 600
BYTES_MAX = 64 * 1024
DEPTH_MAX = 4


@dataclass(frozen=True)
class Told:
    """One message or event: the key is the same each time WeChat tells it."""

    key: str
    openid: str
    kind: str
    payload: dict[str, Any]


def signature(*parts: str) -> str:
    """Return WeChat's signature (SHA-1 over the sorted parts)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  WeChat's own scheme


@functools.lru_cache(maxsize=64)
def _crypto(token: str, aes_key: str, appid: str) -> WeChatCrypto:
    """Return wechatpy's crypto for an account; setting it up costs as much as opening a message."""
    return WeChatCrypto(token, aes_key, appid)


def check_query(account: Account, query: dict[str, str]) -> None:
    """Raise CallbackRefused unless the query is signed with the account's token and fresh."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    wanted = signature(account.token, timestamp, nonce)
    if not hmac.compare_digest(wanted.encode(), query.get("signature", "").encode()):
        raise CallbackRefused("签名不对。")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > SKEW_S:
        raise CallbackRefused("时间相差太多。")


def read(account: Account, query: dict[str, str], body: bytes) -> Told:
    """Return what WeChat told; raises CallbackRefused for anything not signed, not ours or not plain XML."""
    check_query(account, query)
    if len(body) > BYTES_MAX:
        raise CallbackRefused("内容太大。")
    if query.get("encrypt_type") == "aes":
        if account.mode == Account.Mode.PLAIN or not account.aes_key:
            raise CallbackRefused("本账号用的是明文模式。")
        body = _decrypted(account, query, body)
    elif account.mode == Account.Mode.SAFE:
        raise CallbackRefused("本账号只接受加密消息。")
    fields = _fields(body)
    if account.mode == Account.Mode.COMPATIBLE and "Encrypt" in fields:
        # The plain copy beside it is what a tamperer would change; the sealed one is what counts.
        fields = _fields(_decrypted(account, query, body))
    openid, kind = str(fields.get("FromUserName", "")), str(fields.get("MsgType", ""))
    if not openid or not kind:
        raise CallbackRefused("缺少发送人或类型。")
    if kind == "event":
        key = f"{openid}:{fields.get('CreateTime', '')}:{fields.get('Event', '')}:{fields.get('MsgID', '')}"
        return Told(key[:120], openid[:64], f"event.{fields.get('Event', '')}"[:32], fields)
    return Told(str(fields.get("MsgId", ""))[:120], openid[:64], kind[:32], fields)


def _decrypted(account: Account, query: dict[str, str], body: bytes) -> bytes:
    envelope = _fields(body)
    crypto = _crypto(account.token, account.aes_key, account.appid)
    try:
        xml = crypto.decrypt_message(
            {"Encrypt": envelope.get("Encrypt", "")},
            query.get("msg_signature", ""),
            query.get("timestamp", ""),
            query.get("nonce", ""),
        )
    except (
        InvalidSignatureException,
        InvalidAppIdException,
        ValueError,
        TypeError,
        IndexError,
        AssertionError,
        struct.error,
    ) as error:
        raise CallbackRefused("解密没有通过。") from error
    return xml.encode() if isinstance(xml, str) else bytes(xml)


def _fields(body: bytes) -> dict[str, Any]:
    """Return the child elements as a flat dict; refuses document types, so no entity is ever expanded."""
    if b"<!DOCTYPE" in (upper := body.upper()) or b"<!ENTITY" in upper:
        raise CallbackRefused("不接受带实体的 XML。")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        raise CallbackRefused("不是有效的 XML。") from None
    return {child.tag: _value(child, DEPTH_MAX) for child in root}


def _value(element: ElementTree.Element, depth: int) -> Any:
    """Return an element's text, or its children as a dict (a list for those that repeat)."""
    if not len(element) or not depth:
        return (element.text or "").replace("\x00", "")
    found: dict[str, Any] = {}
    for child in element:
        value = _value(child, depth - 1)
        if child.tag in found:
            kept = found[child.tag]
            found[child.tag] = [*kept, value] if isinstance(kept, list) else [kept, value]
        else:
            found[child.tag] = value
    return found
