"""The callback's fast path: messages are gathered for a few milliseconds and stored by one statement a block.

The answer is sent after the commit, so what WeChat was told to have been taken is never lost; what could not be
stored in time is answered 503, and WeChat tells it again (three times in all, five seconds each).
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from eunion.channels.wechat import callbacks
from eunion.channels.wechat.errors import CallbackRefused
from eunion.channels.wechat.models import Account
from eunion.channels.wechat.services import accounts, inbound

logger = logging.getLogger(__name__)
ANSWER_WITHIN_S = 4.0
BLOCK = 400
KEPT_S = 3.0

Answer = tuple[int, str]
_known: dict[str, tuple[float, Account | None]] = {}


class Blocks:
    """Messages on their way into the database, for one event loop: while a block is stored, the next one gathers."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, callbacks.Told, asyncio.Future[None]]] = []
        self.storing: asyncio.Task[None] | None = None

    async def put(self, account_id: int, told: callbacks.Told) -> None:
        """Return once the message is committed; raises what the database raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((account_id, told, done))
        if self.storing is None:
            self.storing = asyncio.create_task(self._store_all())
        await done

    async def _store_all(self) -> None:
        while self.waiting:
            block, self.waiting = self.waiting[:BLOCK], self.waiting[BLOCK:]
            try:
                await sync_to_async(_store)([(account_id, told) for account_id, told, _ in block])
            except Exception as error:  # noqa: BLE001  each waiting caller gets it
                for _, _, done in block:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, _, done in block:
                    if not done.done():
                        done.set_result(None)
        self.storing = None


def _store(block: list[tuple[int, callbacks.Told]]) -> None:
    if not connection.in_atomic_block:
        close_old_connections()
    inbound.store(block)


_blocks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Blocks] = weakref.WeakKeyDictionary()


def forget_accounts() -> None:
    """Drop the accounts kept in memory."""
    _known.clear()


async def _account(slug: str) -> Account | None:
    """Return an active account, read again every few seconds."""
    known = _known.get(slug)
    if known is None or known[0] < time.monotonic():
        found = await Account.objects.filter(slug=slug, active=True).afirst()
        # Unknown slugs are not kept, or anyone could fill the memory with them.
        if found is None:
            return None
        known = _known[slug] = (time.monotonic() + KEPT_S, found)
    return known[1]


async def answer(slug: str, method: str, query: dict[str, str], body: bytes) -> Answer:
    """Answer WeChat's check (GET), or store what it tells (POST) and say so; returns status and text."""
    try:
        account = await _account(slug)
        if account is None:
            return 404, ""
        if method == "GET":
            callbacks.check_query(account, query)
            await sync_to_async(accounts.note_verified)(account_id=account.pk)
            return 200, query.get("echostr", "")
        told = callbacks.read(account, query, body)
        blocks = _blocks.setdefault(asyncio.get_running_loop(), Blocks())
        await asyncio.wait_for(blocks.put(account.pk, told), ANSWER_WITHIN_S)
    except CallbackRefused as refused:
        logger.warning("wechat callback of %s refused: %s", slug, refused.message)
        return refused.status, ""
    except (DatabaseError, InterfaceError, TimeoutError) as error:
        # A handler's time limit and a database away look the same to WeChat: not taken, tell it again.
        logger.error("wechat callback of %s not stored: %s", slug, type(error).__name__)
        return 503, ""
    return 200, "success"


Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def slug_of(path: str) -> str:
    """Return the account's slug in a callback's path, '' for any other path."""
    parts = path.split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "wechat" and parts[3] == "callback" else ""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the callback as a bare ASGI application, beside Django and its middleware."""
    body = await _body(receive)
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if scope["method"] not in ("GET", "POST"):
        status, text = 405, ""
    elif body is None:
        status, text = 413, ""
    else:
        status, text = await answer(slug_of(scope["path"]), scope["method"], query, body)
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def _body(receive: Receive) -> bytes | None:
    """Return the request's body, or None when it is larger than any message of WeChat's."""
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > callbacks.BYTES_MAX:
            return None
        if not part.get("more_body"):
            return body
