"""Jobs of cases: the clocks, reading papers, telling colleagues."""

from __future__ import annotations

import procrastinate
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


@app.task(name="cases.check_enrolments", queue="background")
def check_enrolments(list_id: int) -> None:
    """Dry-run a list of members to enrol; run again, it goes on after the last committed block."""
    from eunion.cases.medical.enrolling import services

    services.run_check(list_id=list_id)


@app.task(name="cases.apply_enrolments", queue="background")
def apply_enrolments(list_id: int) -> None:
    """Enrol a confirmed list; run again, it goes on after the last committed block."""
    from eunion.cases.medical.enrolling import apply
    from eunion.cases.models import EnrolmentList

    apply.run(EnrolmentList.objects.get(pk=list_id))


@app.task(name="cases.tell_payments", queue="background")
def tell_payments(list_id: int) -> None:
    """Close the cases that the bank paid and ask for another card where it could not; safe to run twice."""
    from eunion.cases.medical.paying import results

    results.tell(list_id=list_id)


# The applicant waits for it, but not at any cost: for about two minutes.
RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="cases.tell", queue="now", retry=RETRY)
def tell(event_id: int) -> None:
    """Tell the applicant of an event."""
    from eunion.cases.services.tell import carry_out

    carry_out(event_id=event_id)


@app.task(name="cases.tell_staff", queue="background")
def tell_staff(user_id: int, title: str, text: str, url: str) -> None:
    """Tell a colleague something about a case."""
    from eunion.cases.services import tell

    tell.tell_staff(user_id=user_id, title=title, text=text, url=url)


@app.periodic(cron="7 0-12 * * *")  # UTC: 8:07 to 20:07 here
@app.task(name="cases.legal_limits", queue="background", queueing_lock="cases.legal_limits")
def legal_limits(timestamp: int) -> None:
    """In the daytime: tell of limits of arbitration that come near."""
    from eunion.cases.legal.services import clock

    clock.tick()


@app.periodic(cron="*/15 0-12 * * *")
@app.task(name="cases.legal_reminders", queue="background", queueing_lock="cases.legal_reminders")
def legal_reminders(timestamp: int) -> None:
    """In the daytime: remind of the lawyers' half hours of the next day."""
    from eunion.cases.legal.services import appointments

    appointments.remind_due()
