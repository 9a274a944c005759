"""The gate: claims are gathered for a few milliseconds and settled by one statement a batch, answered after the commit.

One Gate an event loop. It keeps two things in memory: when a session opens and closes, and that a pool has nothing
left; both are dropped when the database says that they changed (NOTIFY), and after KEPT_S anyway. Whatever the memory
says, only the statement gives places.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
import weakref
from collections import Counter
from typing import Any

import psycopg

from eunion.booking import answers, statement
from eunion.booking.answers import Answer
from eunion.booking.connections import Connections
from eunion.booking.models import LIVING
from eunion.booking.passes import Pass

logger = logging.getLogger(__name__)
CHANNEL = "booking_session"
BLOCK = 512
GATHER_S = 0.002
ENOUGH = 64
WAITING_MOST = 50_000
KEPT_S = 5.0
SESSIONS_MOST = 2_000
# Bytes to the letters of kernel.ids: an id for each claim, without a call of `secrets` a letter.
_LETTERS = bytes(b"23456789bcdfghjkmnpqrstvwxz"[number % 27] for number in range(256))
_RULES = (
    "SELECT extract(epoch FROM coalesce(s.opens_at, o.opens_at))::float8, "
    "extract(epoch FROM coalesce(s.closes_at, o.closes_at, s.starts_at))::float8, "
    "o.state = 'published' AND s.cancelled_at IS NULL, extract(epoch FROM clock_timestamp())::float8 "
    "FROM booking_session s JOIN booking_offering o ON o.id = s.offering_id WHERE s.id = %s"
)
_HOLDERS = (
    "SELECT coalesce(array_agg(member_id), '{}') FROM booking_claim "  # noqa: S608
    f"WHERE session_id = %s AND state IN {LIVING}"
)
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OSError)
_TALLY = (
    "INSERT INTO booking_tally (session_id, answer, count) "
    "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) "
    "ON CONFLICT (session_id, answer) DO UPDATE SET count = booking_tally.count + excluded.count RETURNING 1"
)
Asked = tuple[Pass, "asyncio.Future[Answer]"]


class Board:
    """What one process knows of one session, and the claims on their way."""

    __slots__ = (
        "closes_at",
        "full_pools",
        "full_until",
        "holders",
        "learning",
        "news",
        "open",
        "opens_at",
        "rules_until",
        "session",
        "storing",
        "waiting",
    )

    def __init__(self, session: int) -> None:
        self.session = session
        self.waiting: list[Asked] = []
        self.storing: asyncio.Task[None] | None = None
        self.learning: asyncio.Task[bool] | None = None
        self.opens_at = self.closes_at = 0.0
        self.open = False
        self.rules_until = self.full_until = 0.0
        self.full_pools: set[int] = set()
        self.holders: frozenset[int] = frozenset()
        self.news = 0

    def knows_full(self, asked: Pass) -> bool:
        """Say whether nothing is left in this member's pool and they hold nothing, as far as we remember."""
        return asked.share in self.full_pools and asked.member not in self.holders

    def forget(self) -> None:
        """Drop what may have changed."""
        self.news += 1
        self.rules_until = self.full_until = 0.0
        self.full_pools.clear()


class Gate:
    """All claims of one event loop."""

    def __init__(self, connections: Connections | None = None, call: str = "") -> None:
        self.connections = connections or Connections()
        self.call = call or statement.call()
        self.boards: dict[int, Board] = {}
        self.clock_ahead = 0.0  # the database's clock minus ours, in seconds
        self.listening: asyncio.Task[None] | None = None
        self.telling: asyncio.Task[None] | None = None
        # (session, answer) → how often, since the last time it was written down for the staff's live board.
        self.told: Counter[tuple[int, str]] = Counter()
        self.hears = False

    async def claim(self, asked: Pass) -> Answer:
        """Answer one claim; a claim that was given something is committed when this returns."""
        board = self.boards.get(asked.session) or self._board(asked.session)
        now = time.time() + self.clock_ahead
        if board.rules_until < now:
            # All who come meanwhile wait for the same look.
            board.learning = board.learning or asyncio.create_task(self._learn(board))
            if not await asyncio.shield(board.learning):
                return answers.CONSTANT["busy"]
            now = time.time() + self.clock_ahead
        if now < board.opens_at and board.open:
            return answers.early(now, board.opens_at)
        if self.hears and now < board.full_until and board.knows_full(asked):
            return answers.CONSTANT["sold_out"]
        if len(board.waiting) >= WAITING_MOST:
            return answers.CONSTANT["busy"]
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        board.waiting.append((asked, done))
        if board.storing is None:
            board.storing = asyncio.create_task(self._store_all(board))
        return await done

    def _board(self, session: int) -> Board:
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())
            self.telling = asyncio.create_task(self._tell())
        if len(self.boards) >= SESSIONS_MOST:
            self.boards = {key: board for key, board in self.boards.items() if board.waiting or board.storing}
        return self.boards.setdefault(session, Board(session))

    async def _learn(self, board: Board) -> bool:
        """Read a session's windows and the database's clock; say whether that was possible."""
        news, begun = board.news, time.time()
        try:
            row = (await self.connections.rows(_RULES, [board.session]) or [(None, 0.0, False, begun)])[0]
        except _AWAY as error:
            logger.error("gate: rules of %s not read: %s", board.session, type(error).__name__)
            return False
        finally:
            board.learning = None
        board.opens_at, board.closes_at, board.open = row[0] or 0.0, row[1], row[2]
        self.clock_ahead = row[3] - (begun + time.time()) / 2
        if news == board.news:
            board.rules_until = time.time() + self.clock_ahead + KEPT_S
        return True

    async def _store_all(self, board: Board) -> None:
        """Settle batch after batch, one at a time, so that the order of arrival is the order of places."""
        try:
            while board.waiting:
                if len(board.waiting) < ENOUGH:
                    await asyncio.sleep(GATHER_S)
                batch, board.waiting = board.waiting[:BLOCK], board.waiting[BLOCK:]
                await self._store(board, batch)
        finally:
            board.storing = None

    async def _store(self, board: Board, batch: list[Asked]) -> None:
        told: dict[int, Answer] = {}
        news = board.news
        try:
            rows = await self.connections.rows(
                self.call, parameters(board.session, [one for one, _ in batch])
            )
            told = {row[0]: _answer(board, row) for row in rows}
            if any(row[1] == "sold_out" for row in rows):
                await self._remember_full(board, batch, told, news)
        except _AWAY as error:
            logger.error("gate: batch of %s not answered: %s", len(batch), type(error).__name__)
        except Exception:
            logger.exception("gate: batch of %s failed", len(batch))
        for asked, done in batch:
            if not done.done():
                done.set_result(told.get(asked.member, answers.CONSTANT["busy"]))

    async def _remember_full(
        self, board: Board, batch: list[Asked], told: dict[int, Answer], news: int
    ) -> None:
        """Note the pools that have nothing left, and who holds something: those are told the same as before."""
        sold_out = answers.CONSTANT["sold_out"]
        pools = {asked.share for asked, _ in batch if told.get(asked.member) is sold_out}
        now = time.time() + self.clock_ahead
        if board.full_until < now:
            board.full_pools.clear()
        holders = (await self.connections.rows(_HOLDERS, [board.session]))[0][0]
        if news == board.news:
            board.holders = frozenset(holders)
            board.full_pools |= pools
            board.full_until = now + KEPT_S

    async def _listen(self) -> None:
        """Hear of places that came back and rules that changed; while deaf, nothing is answered from memory."""
        while True:
            try:
                async with await self.connections.connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    for board in self.boards.values():
                        board.forget()
                    self.hears = True
                    async for told in connection.notifies():
                        if told.payload.isdigit() and (known := self.boards.get(int(told.payload))):
                            known.forget()
            except _AWAY as error:
                logger.warning("gate: not hearing the database: %s", type(error).__name__)
            finally:
                self.hears = False
            await asyncio.sleep(1)

    async def _tell(self) -> None:
        """Write down each second what was answered, for the live board; a second's figures may be lost."""
        while True:
            await asyncio.sleep(1)
            if self.told:
                told, self.told = sorted(self.told.items()), Counter()
                sessions, names, counts = zip(*((*key, count) for key, count in told), strict=True)
                arrays = [statement.array(list(part)) for part in (sessions, names, counts)]
                with contextlib.suppress(*_AWAY):
                    await self.connections.rows(_TALLY, arrays)

    async def close(self) -> None:
        """Let go of the connections (tests; a process just ends)."""
        for task in filter(None, (self.listening, self.telling)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.connections.close()


def parameters(session: int, batch: list[Pass]) -> list[Any]:
    """Return the statement's parameters for passes in order of arrival."""
    letters = os.urandom(16 * len(batch)).translate(_LETTERS).decode()
    return [
        session,
        statement.array([one.member for one in batch]),
        statement.array([one.share for one in batch]),
        statement.array([letters[at : at + 16] for at in range(0, len(letters), 16)]),
        statement.array([one.key for one in batch]),
        statement.array([one.device for one in batch]),
    ]


def _answer(board: Board, row: tuple[Any, ...]) -> Answer:
    _, told, claim, line, deadline = row
    if claim is not None:
        return answers.placed(told, claim, line, deadline)
    if told == "early":
        # The database's clock decides; ours was ahead of it.
        return answers.early(time.time(), board.opens_at)
    return answers.CONSTANT[told]


_gates: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Gate] = weakref.WeakKeyDictionary()


def of_this_loop() -> Gate:
    """Return the running loop's gate."""
    loop = asyncio.get_running_loop()
    gate = _gates.get(loop)
    if gate is None:
        gate = _gates[loop] = Gate()
    return gate
