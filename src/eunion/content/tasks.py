"""Jobs about pages."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="content.publish_scheduled", queue="background", queueing_lock="content.publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publish what was approved for this minute, and take down what has expired."""
    call_command("publish_scheduled")
