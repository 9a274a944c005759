"""Background jobs: procrastinate in PostgreSQL, a job committed with the row that caused it.

Queues by promise: `now` (a person waits), `send` (broadcasts), `background` (imports, exports, upkeep).
"""

from __future__ import annotations

import asyncio

import procrastinate
import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import exceptions
from procrastinate.jobs import Job

# A worker that has not sent a heartbeat for this long is dead, and its jobs go back to the queue.
STALLED_AFTER_S = 30


# What says nothing about the job itself: the database was away, or the worker was asked to stop.
_PASSING = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    exceptions.ConnectorException,
    exceptions.JobAborted,
    asyncio.CancelledError,
)


class RetryPassing(procrastinate.BaseRetryStrategy):
    """The default of every task: try again after three seconds, for ten minutes, what failed by no fault of its own."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """Return when to try again, or None to leave the job failed."""
        if job.attempts >= 200 or not isinstance(exception, _PASSING):
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": 3})


def on_app_ready(app: procrastinate.App) -> None:
    """Add the upkeep tasks, and the default retry to every task that names none."""
    app.add_tasks_from(upkeep, namespace="jobs")
    for task in app.tasks.values():
        task.retry_strategy = task.retry_strategy or RetryPassing()


upkeep = procrastinate.Blueprint()


@upkeep.periodic(cron="* * * * * */10")
@upkeep.task(name="retry_stalled", queue="now", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers back to the queue, six times a minute."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
    for job in stalled:
        await manager.retry_job(job)


@upkeep.periodic(cron="17 3 * * *")
@upkeep.task(name="remove_old", queue="background", queueing_lock="jobs.remove_old", pass_context=True)
async def remove_old(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget finished jobs after three days; what they did is in the rooms' own tables."""
    await context.app.job_manager.delete_old_jobs(nb_hours=72, include_failed=False)
