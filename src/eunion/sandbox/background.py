"""What the far side does after it has answered: posts to the platform, a few tries, loopback addresses alone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

import aiohttp

TRIES = 3
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_running: set[asyncio.Task[Any]] = set()


def later(what: Coroutine[Any, Any, Any]) -> None:
    """Run in the background and keep hold of it until it is done."""
    task = asyncio.create_task(what)
    _running.add(task)
    task.add_done_callback(_running.discard)


async def post(session: aiohttp.ClientSession | None, url: str, **request: Any) -> int:
    """POST up to three times until the answer is 2xx; return the last status, 0 for none."""
    assert session
    status = 0
    if urlsplit(url).hostname not in LOOPBACK:
        return status
    for attempt in range(TRIES):
        try:
            async with session.post(url, **request) as response:
                status = response.status
            if status < 300:
                break
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(0.3 * attempt)
    return status
