"""The dispatcher: leases blocks of deliveries, sends them concurrently, writes results in blocks.

It may be killed at any moment. A lease that is not answered for runs out and is taken again; the key that every send
carries is the same then, so the far side drops the repeat. Nothing here touches the ORM: psycopg alone, on its own
connections, because this loop is the hot path of 300,000 messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django.utils import connector_params

from eunion.broadcast import quiet, tokens
from eunion.broadcast.models import Broadcast
from eunion.channels.base import SENDERS, Message, SendError

logger = logging.getLogger(__name__)

BLOCK = 500
LEASE_S = 60
FLUSH_EVERY_S = 0.25
ATTEMPTS_MAX = 8
BACKOFF_MAX_S = 300.0
# Of the last sends, so many failures that are not the recipient's own doing stop the broadcast for a person to look.
LAST_SENDS = 200
FAILURES_MAX = 100

_LEASE = """
UPDATE broadcast_delivery SET leased_until = now() + make_interval(secs => %(lease)s), attempt_count = attempt_count + 1
WHERE id IN (
    SELECT id FROM broadcast_delivery
    WHERE broadcast_id = %(broadcast)s AND channel = %(channel)s AND account_id = %(account)s AND state = 'queued'
      AND id > %(after)s AND (leased_until IS NULL OR leased_until < now())
    ORDER BY id LIMIT %(block)s FOR UPDATE SKIP LOCKED)
RETURNING id, address, attempt_count
"""
_WRITE = """
UPDATE broadcast_delivery d
SET state = v.state, remote_id = v.remote_id, error_code = v.code,
    sent_at = CASE WHEN v.state = 'sent' THEN now() END,
    leased_until = now() + make_interval(secs => v.wait)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::float8[]) AS v(id, state, remote_id, code, wait)
WHERE d.id = v.id AND d.state = 'queued'
"""
_NEXT_DUE = """
SELECT extract(epoch FROM min(leased_until) - now()) FROM broadcast_delivery
WHERE broadcast_id = %s AND channel = %s AND account_id = %s AND state = 'queued'
"""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: nothing left, or look again in `later_s` seconds, or stopped by a person."""

    finished: bool = False
    later_s: float = 0.0


# id, state, remote_id, error code, seconds to wait before the next try
Result = tuple[int, str, str, str, float]


def key_of(delivery_id: int) -> str:
    """Return the key (32 characters) by which the far side knows a delivery again."""
    return hashlib.blake2s(f"{settings.PUBLIC_URL}/{delivery_id}".encode(), digest_size=16).hexdigest()


class Rate:
    """Spaces sends evenly: at most `per_s` a second; 0 sets no limit."""

    def __init__(self, per_s: float) -> None:
        self.gap = 1 / per_s if per_s else 0.0
        self.next_at = 0.0

    async def take(self) -> None:
        """Wait for the next free moment."""
        if not self.gap:
            return
        now = time.monotonic()
        self.next_at = max(self.next_at + self.gap, now)
        await asyncio.sleep(self.next_at - now)

    def hold(self, seconds: float) -> None:
        """Let nothing go for a while: the far side is busy or has had enough."""
        self.next_at = max(self.next_at, time.monotonic() + seconds)
        self.gap = self.gap or 1e-6


@dataclass
class Dispatcher:
    """Sends one broadcast on one channel account."""

    broadcast_id: int
    channel: str
    account_id: int
    results: list[Result] = field(default_factory=list)
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=LAST_SENDS))
    after: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> Outcome:
        """Send until nothing is left or someone stops it; raises what the database or a programming error raises."""
        self.broadcast = await Broadcast.objects.select_related("notice").aget(pk=self.broadcast_id)
        wait_s = quiet.seconds_until_allowed(timezone.now(), urgent=self.broadcast.urgent)
        if wait_s:
            return Outcome(later_s=wait_s)
        self.url = settings.PUBLIC_URL + await sync_to_async(self.broadcast.notice.get_url)()
        self.sent_on = timezone.localtime(self.broadcast.created_at)
        sender = SENDERS[self.channel](self.account_id)
        async with sender, self._connection() as leases, self._connection() as writes:
            self.sender, self.leases, self.writes = sender, leases, writes
            self.rate = Rate(sender.rate_per_s)
            self.queue: asyncio.Queue[tuple[int, str, int]] = asyncio.Queue(maxsize=BLOCK)
            return await self._send_all()

    def _connection(self) -> contextlib.AbstractAsyncContextManager[psycopg.AsyncConnection[Any]]:
        @contextlib.asynccontextmanager
        async def opened() -> Any:
            async with await psycopg.AsyncConnection.connect(
                **connector_params(), autocommit=True
            ) as connection:
                yield connection

        return opened()

    async def _send_all(self) -> Outcome:
        """Run lessor, workers and writer together; the first to fail ends them all."""
        flushing = asyncio.create_task(self._keep_flushing())
        workers = [asyncio.create_task(self._work()) for _ in range(self.sender.concurrency)]
        helping: list[asyncio.Task[None]] = [flushing, *workers]
        lessor = asyncio.create_task(self._lease_all())
        try:
            await asyncio.wait({lessor, *helping}, return_when=asyncio.FIRST_COMPLETED)
            for helper in helping:
                if helper.done():
                    helper.result()
            outcome = await lessor
            await self.queue.join()
        finally:
            # The writer ends by itself: cancelled in the middle of a write it would lose what it holds.
            self.ending.set()
            for task in (lessor, *workers):
                task.cancel()
            await asyncio.gather(lessor, *helping, return_exceptions=True)
            await self._flush()
        return await self._look_again() if outcome.finished else outcome

    async def _lease_all(self) -> Outcome:
        """Feed the queue until nothing is left to lease or the broadcast no longer runs."""
        while await self._is_running():
            parameters = {
                "lease": LEASE_S,
                "broadcast": self.broadcast_id,
                "channel": self.channel,
                "account": self.account_id,
                "after": self.after,
                "block": BLOCK,
            }
            rows = await (await self.leases.execute(_LEASE, parameters)).fetchall()
            if not rows and not self.after:
                return Outcome(finished=True)
            # Walking forward skips what is already done; an empty block starts over for what has come due again.
            self.after = max((row[0] for row in rows), default=0)
            for row in rows:
                await self.queue.put(row)
        return Outcome()

    async def _is_running(self) -> bool:
        cursor = await self.leases.execute(
            "SELECT state FROM broadcast_broadcast WHERE id = %s", [self.broadcast_id]
        )
        row = await cursor.fetchone()
        return row is not None and row[0] == Broadcast.State.SENDING

    async def _look_again(self) -> Outcome:
        """Say when what is still queued (backed off, or leased by a dead run) comes due."""
        cursor = await self.leases.execute(_NEXT_DUE, [self.broadcast_id, self.channel, self.account_id])
        row = await cursor.fetchone()
        if row is None or row[0] is None:
            return Outcome(finished=True)
        return Outcome(later_s=min(max(float(row[0]), 1.0), BACKOFF_MAX_S))

    async def _work(self) -> None:
        while True:
            delivery_id, address, attempt = await self.queue.get()
            await self.rate.take()
            # Two steps on purpose: the list is exchanged while this waits, and must be looked up afterwards.
            result = await self._send(delivery_id, address, attempt)
            self.results.append(result)
            self.queue.task_done()

    async def _send(self, delivery_id: int, address: str, attempt: int) -> Result:
        """Send one message and say what became of it."""
        try:
            receipt = await self.sender.send(self._message(delivery_id, address))
        except SendError as error:
            return await self._failed(delivery_id, attempt, error)
        self.recent.append(True)
        return delivery_id, "sent", receipt.remote_id, "", 0.0

    def _message(self, delivery_id: int, address: str) -> Message:
        return Message(
            key=key_of(delivery_id),
            address=address,
            title=self.broadcast.title,
            text=self.broadcast.summary,
            url=f"{self.url}?d={tokens.make(delivery_id)}",
            source=self.broadcast.source,
            at=self.sent_on,
        )

    async def _failed(self, delivery_id: int, attempt: int, error: SendError) -> Result:
        """A refusal is final; anything else waits longer each time, and too much of it pauses the broadcast."""
        if error.permanent:
            return delivery_id, "refused" if error.refused else "unreachable", "", error.code, 0.0
        self.recent.append(False)
        if self.recent.count(False) >= FAILURES_MAX:
            await sync_to_async(_pause)(self.broadcast, f"最近 {LAST_SENDS} 条里失败过多：{error}")
        wait = max(error.retry_after_s, min(2.0**attempt, BACKOFF_MAX_S))
        if error.retry_after_s:
            self.rate.hold(error.retry_after_s)
        if attempt >= ATTEMPTS_MAX:
            return delivery_id, "unreachable", "", error.code, 0.0
        return delivery_id, "queued", "", error.code, wait

    async def _keep_flushing(self) -> None:
        while not self.ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), FLUSH_EVERY_S)
            await self._flush()

    async def _flush(self) -> None:
        """Write the results so far as one statement."""
        done, self.results = self.results, []
        if done:
            await self.writes.execute(_WRITE, [list(column) for column in zip(*done, strict=True)])


def _pause(broadcast: Broadcast, because: str) -> None:
    """Pause for a person to look, unless someone has already."""
    from eunion.broadcast import services
    from eunion.broadcast.errors import WrongState

    with contextlib.suppress(WrongState):
        services.pause(broadcast=broadcast, user=None, because=because[:200])
        logger.warning("broadcast %s paused by itself", broadcast.pk)
