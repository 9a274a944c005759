"""`manage work`: one worker process of the supervised group."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app

from eunion.kernel import warm, worker


class Command(BaseCommand):
    """Run jobs until told to stop; ends by itself if the database goes away, for the supervisor to restart."""

    help = "执行后台任务"

    def add_arguments(self, parser: CommandParser) -> None:
        """Choose queues (comma-separated, default all) and how many jobs run at once."""
        parser.add_argument("--queues", default="")
        parser.add_argument("--concurrency", type=int, default=8)

    def handle(self, *args: Any, queues: str, concurrency: int, **options: Any) -> None:
        """Run the worker in this process."""
        # Only where somebody waits for the first answer.
        if not queues or "now" in queues:
            warm.begin()
        asyncio.run(self._work([q for q in queues.split(",") if q], concurrency))

    async def _work(self, queues: list[str], concurrency: int) -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            await worker.run(worker_app, queues=queues or None, concurrency=concurrency)
