"""A worker process that would rather die than linger: the supervisor starts a fresh one.

Procrastinate's worker outlives a lost database connection in ways that strand jobs: its heartbeat task may end
silently, or the outcome of a job may never be written while the worker goes on. The watchdog sees both from a
connection of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import Any

import procrastinate
import psycopg
from procrastinate.contrib.django.utils import connector_params
from procrastinate.worker import Worker

from eunion.kernel.jobs import STALLED_AFTER_S

logger = logging.getLogger(__name__)

# One look costs a short query; three missed looks end the process before others call its jobs stalled.
WATCH_EVERY_S = 4.0
LOST_AFTER_S = 20.0
EXIT_LOST = 75

_HEARTBEAT_AGE = "SELECT extract(epoch FROM now() - last_heartbeat) FROM procrastinate_workers WHERE id = %s"
_DOING = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %s"


class WorkerLostError(Exception):
    """The worker can no longer be trusted to finish its jobs."""


class Watchdog:
    """Looks after one worker from outside its connections."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.stranded_since: dict[int, float] = {}
        self.last_seen_well = time.monotonic()

    async def watch(self) -> None:
        """Look for ever; raises WorkerLostError once the worker has been unwell for LOST_AFTER_S seconds."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            try:
                well = await asyncio.wait_for(self._is_well(), WATCH_EVERY_S * 2)
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("watchdog: database not answering: %s", type(error).__name__)
                well = False
            if well:
                self.last_seen_well = time.monotonic()
            elif time.monotonic() - self.last_seen_well > LOST_AFTER_S:
                raise WorkerLostError("heartbeat lost or jobs stranded")

    async def _is_well(self) -> bool:
        """Return whether the heartbeat is fresh and no job is 'doing' in the table but not in the process."""
        if self.worker.worker_id is None:
            return True
        async with await psycopg.AsyncConnection.connect(
            **connector_params(), connect_timeout=3
        ) as connection:
            row = await (await connection.execute(_HEARTBEAT_AGE, [self.worker.worker_id])).fetchone()
            doing = await (await connection.execute(_DOING, [self.worker.worker_id])).fetchall()
        fresh = row is not None and row[0] < STALLED_AFTER_S * 2 / 3
        return fresh and not self._stranded({job_id for (job_id,) in doing})

    def _stranded(self, doing: set[int]) -> bool:
        """Return whether a job has been 'doing' without running here for two looks in a row."""
        running = {context.job.id for context in self.worker._running_jobs.values()}
        now = time.monotonic()
        self.stranded_since = {job: self.stranded_since.get(job, now) for job in doing - running}
        return any(now - since > WATCH_EVERY_S for since in self.stranded_since.values())


async def run(app: procrastinate.App, *, queues: list[str] | None, concurrency: int) -> None:
    """Run one worker until it is told to stop, or leave the process at once when it is lost.

    The exit is abrupt on purpose: a graceful one would wait for connections that will not answer.
    """
    # The app's defaults carry the middleware that drops dead Django connections around each task.
    options: dict[str, Any] = {
        "queues": queues,
        "concurrency": concurrency,
        "fetch_job_polling_interval": 2,
        "shutdown_graceful_timeout": 8,
        "stalled_worker_timeout": STALLED_AFTER_S,
    }
    app.perform_import_paths()
    worker = Worker(app=app, **{**app.worker_defaults, **options})
    working = asyncio.create_task(worker.run(), name="worker")
    watching = asyncio.create_task(Watchdog(worker).watch(), name="watchdog")
    await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        logger.error("worker lost, leaving for the supervisor to start a new one: %s", watching.exception())
        os._exit(EXIT_LOST)
    watching.cancel()
    await working
