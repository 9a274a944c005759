"""Jobs about pages."""

from __future__ import annotations

import procrastinate
from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="content.publish_scheduled", queue="background", queueing_lock="content.publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publish what was approved for this minute, and take down what has expired."""
    call_command("publish_scheduled")


# WeChat is away for minutes at times; an article can wait, but not be forgotten.
RETRY = procrastinate.RetryStrategy(max_attempts=30, wait=5, linear_wait=20)


@app.task(name="content.publish", queue="now", retry=RETRY)
def publish(publication_id: int) -> None:
    """Take a publication as far as WeChat lets it."""
    from eunion.content import publishing

    publishing.run(publication_id=publication_id)


@app.task(name="content.withdraw", queue="now", retry=RETRY)
def withdraw(publication_id: int) -> None:
    """Take an article back at WeChat."""
    from eunion.content import publishing

    publishing.withdraw(publication_id=publication_id)
