"""Jobs that only leave a mark, to count them after a crash."""

from __future__ import annotations

import time

from django.db import connection
from procrastinate.contrib.django import app


@app.task(name="crash.mark", queue="background")
def mark(number: int, seconds: float) -> None:
    """Work for a while, then write down that this number was done (twice is harmless)."""
    time.sleep(seconds)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO crash_marks VALUES (%s) ON CONFLICT DO NOTHING", [number])
