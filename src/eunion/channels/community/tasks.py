"""Jobs about what the gateway told us."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="community.handle", queue="now", retry=RETRY)
def handle(event_pk: int) -> None:
    """Act on one stored event."""
    from eunion.channels.community import services

    services.handle(event_pk=event_pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="community.forget_old_nonces", queue="background", queueing_lock="community.forget_old_nonces")
def forget_old_nonces(timestamp: int) -> None:
    """Keep the table of nonces small."""
    from eunion.channels.community import services

    services.forget_old_nonces()
