"""What the far side knows: a few things in memory, everything in SQLite, written in groups."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLUSH_EVERY_S = 0.05
DEDUPE_S = 600

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS things (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, kind TEXT, owner TEXT, dedupe TEXT, body TEXT, at REAL);
CREATE INDEX IF NOT EXISTS messages_of_owner ON messages (owner, id);
"""


@dataclass
class FollowersRange:
    """Followers of a load test: openids are prefix + a zero-padded number, none of them kept one by one."""

    appid: str
    prefix: str
    count: int

    def holds(self, appid: str, openid: str) -> bool:
        """Say whether the openid is one of the range."""
        number = openid[len(self.prefix) :]
        return (
            appid == self.appid
            and openid.startswith(self.prefix)
            and number.isdecimal()
            and int(number) < self.count
        )


class Store:
    """The state of the box. Dicts by kind hold JSON-able values; messages live in SQLite alone."""

    KINDS = (
        "account",
        "person",
        "follower",
        "group",
        "community",
        "staff",
        "range",
        "menu",
        "conditional",
        "tag",
        "draft",
        "article",
        "mass",
        "material",
        "qrcode",
        "consent",
        "sms",
        "wecom",
        "wecom_task",
        "merchant",
        "pay_platform",
        "pay_order",
        "pay_refund",
    )

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(folder / "sandbox.db", check_same_thread=False)
        self.database.executescript(_SCHEMA)
        self.things: dict[str, dict[str, Any]] = {kind: {} for kind in self.KINDS}
        self.ranges: list[FollowersRange] = []
        self.seen: dict[str, int] = {}
        self.waiting: list[tuple[Any, ...]] = []
        self.waiting_things: list[tuple[str, str, str]] = []
        self.flushing, self.ending = asyncio.Lock(), asyncio.Event()
        self.news = asyncio.Event()
        self._load()

    def _load(self) -> None:
        for kind, key, value in self.database.execute("SELECT kind, key, value FROM things"):
            self.things[kind][key] = json.loads(value)
        self.ranges = [FollowersRange(**value) for value in self.things["range"].values()]
        (self.last_id,) = self.database.execute("SELECT coalesce(max(id), 1000) FROM messages").fetchone()
        recent = "SELECT dedupe, id FROM messages WHERE dedupe <> '' AND at > ?"
        self.seen = dict(self.database.execute(recent, [time.time() - DEDUPE_S]))

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep a thing under its key."""
        self.things[kind][key] = value
        self.waiting_things.append((kind, key, json.dumps(value, ensure_ascii=False)))
        if kind == "range":
            self.ranges = [FollowersRange(**one) for one in self.things["range"].values()]

    def get(self, kind: str, key: str) -> Any:
        """Return a thing, or None."""
        return self.things[kind].get(key)

    def follows(self, appid: str, openid: str) -> bool | None:
        """Return whether the openid follows the account; None when WeChat knows no such openid."""
        follower = self.things["follower"].get(f"{appid}:{openid}")
        if follower is not None:
            return bool(follower["subscribe"])
        return True if any(one.holds(appid, openid) for one in self.ranges) else None

    def add_message(self, kind: str, owner: str, body: str, dedupe: str = "") -> int:
        """Append a message (body: JSON text) to its owner's chat; return its number."""
        self.last_id += 1
        self.waiting.append((self.last_id, kind, owner, dedupe, body, time.time()))
        if dedupe:
            self.seen[dedupe] = self.last_id
        self.news.set()
        return self.last_id

    async def messages(self, owner: str, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
        """Return an owner's newest messages after a number, oldest first."""
        await self.flush()
        rows = self.database.execute(
            "SELECT id, kind, body, at FROM messages WHERE owner = ? AND id > ? ORDER BY id DESC LIMIT ?",
            [owner, after, limit],
        ).fetchall()
        return [{"id": i, "kind": kind, "at": at, **json.loads(body)} for i, kind, body, at in reversed(rows)]

    async def count(self, kind: str) -> dict[str, int]:
        """Return how many messages of a kind there are, for how many owners, and how many were stored twice."""
        await self.flush()
        return await asyncio.to_thread(self._count, kind)

    def _count(self, kind: str) -> dict[str, int]:
        accepted, owners = self.database.execute(
            "SELECT count(*), count(DISTINCT owner) FROM messages WHERE kind = ?", [kind]
        ).fetchone()
        (doubled,) = self.database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM messages WHERE kind = ? GROUP BY owner, body HAVING count(*) > 1)",
            [kind],
        ).fetchone()
        return {"accepted": accepted, "owners": owners, "doubled": doubled}

    async def flush(self) -> None:
        """Write what waits, off the event loop."""
        async with self.flushing:
            rows, self.waiting = self.waiting, []
            things, self.waiting_things = self.waiting_things, []
            if rows or things:
                await asyncio.to_thread(self._write, rows, things)

    def _write(self, rows: list[tuple[Any, ...]], things: list[tuple[str, str, str]]) -> None:
        with self.database:
            self.database.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", rows)
            self.database.executemany("INSERT OR REPLACE INTO things VALUES (?, ?, ?)", things)

    async def keep_flushing(self) -> None:
        """Write in groups until `ending` is set, then the rest: a write that has begun is never cut off."""
        while not self.ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), FLUSH_EVERY_S)
            await self.flush()

    async def reset(self) -> None:
        """Forget everything."""
        await self.flush()
        with self.database:
            self.database.execute("DELETE FROM messages")
            self.database.execute("DELETE FROM things")
        self.things = {kind: {} for kind in self.KINDS}
        self.ranges, self.seen = [], {}
