"""Jobs of cases: the clock, and reading papers."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.tick", queue="background", queueing_lock="cases.tick")
def tick(timestamp: int) -> None:
    """Every five minutes: end public notices, send late cases up, remind of what was asked for."""
    from eunion.cases.services import clock

    while clock.tick() >= 200:
        pass


@app.periodic(cron="10 6 * * *")
@app.task(name="cases.hardship_rechecks", queue="background", queueing_lock="cases.hardship_rechecks")
def hardship_rechecks(timestamp: int) -> None:
    """Every morning: make the hardship re-checks that come due, send late ones up."""
    from eunion.cases.hardship.services import rechecks

    while rechecks.make_due() >= 500:
        pass


@app.task(name="cases.read_pages", queue="background")
def read_pages(page_ids: list[int]) -> None:
    """Read pages by OCR; a page that was read is left alone."""
    from eunion.cases.services import reading

    reading.read_pages(page_ids=page_ids)
