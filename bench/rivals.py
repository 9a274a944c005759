"""The other ways of giving out places that bench/claims.py compares the gate with, each an ASGI application."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import django

django.setup()

from asgiref.sync import ThreadSensitiveContext, sync_to_async  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from eunion.booking import passes  # noqa: E402
from eunion.booking.models import LIVING, Claim, Session  # noqa: E402

LUA = """
local had = redis.call('HGET', KEYS[2], ARGV[1])
if had then return had end
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[2]) then return 0 end
local number = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[1], number)
return number
"""


async def noop(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Read the body and answer two bytes."""
    while (await receive()).get("more_body"):
        pass
    await _send(send, b"{}")


async def _send(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def orm(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Lock the session's row, look, insert, count, as a view would; each request in a thread of its own."""
    asked = await _pass(receive)
    async with ThreadSensitiveContext():
        await _send(send, await sync_to_async(_orm_claim)(asked))


async def _pass(receive: Any) -> Any:
    return passes.read(json.loads((await receive())["body"])["pass"])


def _orm_claim(asked: Any) -> bytes:
    try:
        with transaction.atomic():
            session = Session.objects.select_for_update().get(pk=asked.session)
            held = Claim.objects.filter(session=session, member_id=asked.member, state__in=LIVING).first()
            if held is None and session.taken < session.quota:
                now = timezone.now()
                held = Claim.objects.create(
                    session=session,
                    member_id=asked.member,
                    state="confirmed",
                    arrival=session.arrivals + 1,
                    key=asked.key,
                    device=asked.device,
                    created_at=now,
                    changed_at=now,
                )
                session.taken, session.arrivals = session.taken + 1, session.arrivals + 1
                session.save(update_fields=["taken", "arrivals"])
    finally:
        connection.close()
    return f'{{"answer":"confirmed","claim":"{held.public_id}"}}'.encode() if held else b"{}"


_redis_pool: asyncio.LifoQueue[Any] | None = None
_script: Any = None


async def redis_lean(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Check the pass and run the script, over one of 64 connections that speak the protocol by hand."""
    global _redis_pool  # noqa: PLW0603
    asked = await _pass(receive)
    if _redis_pool is None:
        _redis_pool = asyncio.LifoQueue()
        for _ in range(64):
            _redis_pool.put_nowait(await asyncio.open_unix_connection(os.environ["BENCH_REDIS"]))
    reader, writer = await _redis_pool.get()
    parts = ["EVAL", LUA, "2", "taken", "members", str(asked.member), "1000000"]
    command = f"*{len(parts)}\r\n" + "".join(f"${len(part)}\r\n{part}\r\n" for part in parts)
    writer.write(command.encode())
    line = await reader.readline()
    if line[:1] == b"$":
        line = await reader.readline()
    _redis_pool.put_nowait((reader, writer))
    await _send(send, f'{{"answer":"confirmed","claim":"{line[1:-2].decode()}"}}'.encode())


async def redis_usual(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The same with the usual client: redis-py's asyncio pool and a registered script."""
    global _script  # noqa: PLW0603
    asked = await _pass(receive)
    if _script is None:
        from redis.asyncio import BlockingConnectionPool, Redis, UnixDomainSocketConnection

        pool = BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=os.environ["BENCH_REDIS"], max_connections=64
        )
        _script = Redis(connection_pool=pool).register_script(LUA)
    number = await _script(keys=["taken", "members"], args=[asked.member, 1_000_000])
    await _send(send, f'{{"answer":"confirmed","claim":"{number}"}}'.encode())
