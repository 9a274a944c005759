"""Jobs of limited places: unpaid places go back, draws are made when their time has come."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * * */10")
@app.task(name="booking.expire", queue="now", queueing_lock="booking.expire")
def expire(timestamp: int) -> None:
    """Take back what was not paid for in time, six times a minute."""
    from eunion.booking.services.expire import expire_due

    expire_due()


@app.periodic(cron="* * * * *")
@app.task(name="booking.draw", queue="now", queueing_lock="booking.draw")
def draw(timestamp: int) -> None:
    """Make the draws whose entries have closed and that wait for nothing else."""
    from eunion.booking.lottery import draw_due

    draw_due()


@app.periodic(cron="41 3 * * *")
@app.task(name="booking.recount", queue="background", queueing_lock="booking.recount")
def recount(timestamp: int) -> None:
    """Compare every coming session's counters with its claims, and say where they differ."""
    from eunion.booking.selectors import miscounted

    miscounted()


@app.periodic(cron="*/5 * * * *")
@app.task(name="booking.remind", queue="background", queueing_lock="booking.remind")
def remind(timestamp: int) -> None:
    """Remind members of what comes near, every five minutes."""
    from eunion.booking.services.remind import remind_due

    remind_due()


@app.periodic(cron="7,27,47 * * * *")
@app.task(name="booking.credit_hours", queue="background", queueing_lock="booking.credit_hours")
def credit_hours(timestamp: int) -> None:
    """Credit volunteers' hours of what has ended."""
    from eunion.booking.services.hours import credit_due

    credit_due()


@app.periodic(cron="23 * * * *")
@app.task(name="booking.mark_no_shows", queue="background", queueing_lock="booking.mark_no_shows")
def mark_no_shows(timestamp: int) -> None:
    """Mark who did not come to what ended a day ago."""
    from eunion.booking.services.no_show import mark_due

    mark_due()


@app.task(name="booking.tell_session", queue="send")
def tell_session(event: str, session_id: int, words: dict[str, str], after: int) -> None:
    """Tell the next slice of a session's members."""
    from eunion.booking.services import tell

    tell.tell_slice(event=event, session_id=session_id, words=words, after=after)


@app.task(name="booking.settle_up", queue="now")
def settle_up(claim_id: int) -> None:
    """Close or refund what belongs to a place that is gone."""
    from eunion.booking.services import pay

    pay.settle_up(claim_id=claim_id)
