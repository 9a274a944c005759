"""Jobs of the text messages."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

# A code is wanted now or never: about two minutes of tries.
RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="sms.deliver", queue="now", retry=RETRY)
def deliver(message_id: int) -> None:
    """Send one queued message."""
    from eunion.channels.sms import services

    services.deliver(message_id=message_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="sms.give_up", queue="background", queueing_lock="sms.give_up")
def give_up(timestamp: int) -> None:
    """Fail what was never sent or never heard of."""
    from eunion.channels.sms import services

    services.give_up()
