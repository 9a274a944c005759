"""The gate's own connections: a handful, outside the ORM, each statement a transaction by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
from procrastinate.contrib.django.utils import connector_params

MOST = 4
# A lock that is not had by then, or a statement that is not done, is answered `busy`; the member asks again.
OPTIONS = "-c statement_timeout=5000 -c lock_timeout=4000 -c application_name=eunion-gate"
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, OSError)


class Connections:
    """Up to MOST connections, opened when first needed and dropped when they fail."""

    def __init__(self, parameters: dict[str, Any] | None = None) -> None:
        self.parameters = parameters
        self.idle: list[psycopg.AsyncConnection[Any]] = []
        self.allowed = asyncio.Semaphore(MOST)

    async def connect(self) -> psycopg.AsyncConnection[Any]:
        """Open one connection in autocommit; raises psycopg.OperationalError."""
        given = self.parameters if self.parameters is not None else connector_params()
        options = f"{given.get('options', '')} {OPTIONS}".strip()
        chosen: dict[str, Any] = {"connect_timeout": 3, "autocommit": True, "prepare_threshold": 0}
        return await psycopg.AsyncConnection.connect(**{**given, **chosen, "options": options})

    async def rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows, after its commit.

        Tried again once on a fresh connection when the first was lost: every statement of the gate may be run twice.
        """
        async with self.allowed:
            try:
                return await self._run(sql, parameters)
            except psycopg.errors.QueryCanceled:
                raise
            except _AWAY:
                await self.close()
                return await self._run(sql, parameters)

    async def _run(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        connection = self.idle.pop() if self.idle else await self.connect()
        try:
            rows = await (await connection.execute(sql, parameters)).fetchall()
        except BaseException:
            await connection.close()
            raise
        self.idle.append(connection)
        return rows

    async def close(self) -> None:
        """Close the idle ones: after a restart of the database all of them are dead."""
        idle, self.idle = self.idle, []
        for connection in idle:
            await connection.close()
