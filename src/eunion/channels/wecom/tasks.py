"""Jobs of WeCom: answers, posts of robots, tasks for customer groups."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

# The asker waits: about two minutes of tries.
RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="wecom.handle", queue="now", retry=RETRY)
def handle(mention_id: int) -> None:
    """Pass one stored mention on."""
    from eunion.channels.wecom import services

    services.handle(mention_id=mention_id)


@app.task(name="wecom.deliver_post", queue="send")
def deliver_post(post_id: int) -> None:
    """Send one post of a robot, or put it off until its minute has room."""
    from eunion.channels.wecom import robots

    robots.deliver(post_id=post_id)


@app.task(name="wecom.create_group_task", queue="send", retry=RETRY)
def create_group_task(task_id: int) -> None:
    """Create one task at WeCom."""
    from eunion.channels.wecom import groups

    groups.create(task_id=task_id)


@app.task(name="wecom.fetch_results", queue="background", retry=RETRY)
def fetch_results(task_id: int) -> None:
    """Ask what became of one task."""
    from eunion.channels.wecom import groups

    groups.fetch_results(task_id=task_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="wecom.fetch_all_results", queue="background", queueing_lock="wecom.fetch_all_results")
def fetch_all_results(timestamp: int) -> None:
    """Ask about every task that its group owner has not wholly confirmed."""
    from eunion.channels.wecom import groups

    groups.defer_fetching()


@app.periodic(cron="*/10 * * * *")
@app.task(name="wecom.give_up", queue="background", queueing_lock="wecom.give_up")
def give_up(timestamp: int) -> None:
    """Fail posts whose call nobody heard the end of."""
    from eunion.channels.wecom import robots

    robots.give_up()
