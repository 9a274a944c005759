"""Background jobs: procrastinate in PostgreSQL, a job committed with the row that caused it.

Queues by promise: `now` (a person waits), `send` (broadcasts), `background` (imports, exports, upkeep).
"""

from __future__ import annotations

import procrastinate

# A worker that has not sent a heartbeat for this long is dead, and its jobs go back to the queue.
STALLED_AFTER_S = 30


def on_app_ready(app: procrastinate.App) -> None:
    """Add the upkeep tasks that keep jobs of dead workers from waiting for ever."""
    app.add_tasks_from(upkeep, namespace="jobs")


upkeep = procrastinate.Blueprint()


@upkeep.periodic(cron="*/20 * * * * *")
@upkeep.task(name="retry_stalled", queue="now", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers back to the queue, three times a minute."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
    for job in stalled:
        await manager.retry_job(job)


@upkeep.periodic(cron="17 3 * * *")
@upkeep.task(name="remove_old", queue="background", queueing_lock="jobs.remove_old", pass_context=True)
async def remove_old(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget finished jobs after three days; what they did is in the rooms' own tables."""
    await context.app.job_manager.delete_old_jobs(nb_hours=72, include_failed=False)
