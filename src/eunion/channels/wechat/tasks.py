"""Jobs about what WeChat told us."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

# A reply that could not be sent is tried again for about two minutes; the asker waits.
RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="wechat.handle", queue="now", retry=RETRY)
def handle(inbound_id: int) -> None:
    """Act on one stored message."""
    from eunion.channels.wechat import services

    services.handle(inbound_id=inbound_id)
