"""Messages and events that WeChat tells the platform, signed and (in safe mode) encrypted; up to three tries."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import secrets
import time
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import aiohttp
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import to_text

if TYPE_CHECKING:
    from eunion.sandbox.faults import Faults
    from eunion.sandbox.store import Store

TIMEOUT_S = 5
TRIES = 3
AT_ONCE = 4
WAITING_MAX = 400_000


def as_xml(fields: dict[str, Any]) -> str:
    """Return WeChat's XML of a message: text in CDATA, numbers bare."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: dict[str, Any]) -> str:
    return "".join(f"<{escape(name)}>{_text(value)}</{escape(name)}>" for name, value in fields.items())


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, int):
        return str(value)
    return f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def signature(*parts: str) -> str:
    """Return the SHA-1 over the sorted parts, as callbacks are signed."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  WeChat's own scheme


class Callbacks:
    """A bounded queue of things to tell, worked off by a few tasks so that senders never wait."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self.store = store
        self.faults = faults
        self.queue: asyncio.Queue[tuple[dict[str, Any], dict[str, Any]]] = asyncio.Queue(WAITING_MAX)
        self.counts = {"delivered": 0, "failed": 0}
        self.session: aiohttp.ClientSession | None = None
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the connections and begin to tell."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        self.session = aiohttp.ClientSession(
            timeout=timeout, connector=aiohttp.TCPConnector(limit=AT_ONCE * 2)
        )
        self.tasks = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]

    async def stop(self) -> None:
        """Stop telling; what waits is forgotten, as after an outage of WeChat."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.session:
            await self.session.close()

    def tell(self, account: dict[str, Any], fields: dict[str, Any]) -> None:
        """Queue a message or event for an account's callback, if it has one and callbacks are on."""
        if account.get("callback_url") and self.faults.callbacks:
            with contextlib.suppress(asyncio.QueueFull):
                self.queue.put_nowait((account, fields))

    async def _work(self) -> None:
        while True:
            account, fields = await self.queue.get()
            try:
                reply = await self._deliver(account, fields)
                self.counts["delivered"] += 1
                self._show_reply(account, fields["FromUserName"], reply)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self.counts["failed"] += 1

    async def _deliver(self, account: dict[str, Any], fields: dict[str, Any]) -> str:
        """Post a message up to three times; return the platform's answer; raises the last error."""
        for attempt in range(1, TRIES + 1):
            try:
                return await self._post(account, as_xml({"ToUserName": account["appid"], **fields}))
            except (aiohttp.ClientError, TimeoutError):
                if attempt == TRIES:
                    raise
        raise ConnectionError

    async def _post(self, account: dict[str, Any], xml: str) -> str:
        assert self.session
        nonce, timestamp = secrets.token_hex(8), str(int(time.time()))
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": signature(account["token"], timestamp, nonce),
        }
        crypto = None
        if account.get("aes_key"):
            crypto = WeChatCrypto(account["token"], account["aes_key"], account["appid"])
            xml = to_text(crypto.encrypt_message(xml, nonce, timestamp))
            encrypted = xml.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
            sealed = signature(account["token"], timestamp, nonce, encrypted)
            query |= {"encrypt_type": "aes", "msg_signature": sealed}
        async with self.session.post(account["callback_url"], params=query, data=xml.encode()) as response:
            response.raise_for_status()
            answer = await response.text()
        return self._opened(crypto, answer)

    def _opened(self, crypto: WeChatCrypto | None, answer: str) -> str:
        if crypto is None or "<Encrypt>" not in answer:
            return answer
        values = {
            name: answer.split(f"<{name}>")[1]
            .split(f"</{name}>")[0]
            .removeprefix("<![CDATA[")
            .removesuffix("]]>")
            for name in ("MsgSignature", "TimeStamp", "Nonce")
        }
        return to_text(
            crypto.decrypt_message(answer, values["MsgSignature"], values["TimeStamp"], values["Nonce"])
        )

    def _show_reply(self, account: dict[str, Any], openid: str, reply: str) -> None:
        """Put a passive text reply into the person's chat."""
        if "<Content>" in reply:
            text = (
                reply.split("<Content>")[1]
                .split("</Content>")[0]
                .removeprefix("<![CDATA[")
                .removesuffix("]]>")
            )
            body = json.dumps({"from": "account", "text": text}, ensure_ascii=False)
            self.store.add_message("custom", f"{account['appid']}:{openid}", body)
