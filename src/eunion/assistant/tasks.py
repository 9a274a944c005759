"""Jobs of 雲博士: what is overdue goes up, what was asked is learned from."""

from __future__ import annotations

import datetime

import procrastinate
from procrastinate.contrib.django import app

# About half an hour of tries: a message about danger that comes later than that is of no use.
TELL = procrastinate.RetryStrategy(max_attempts=12, wait=5, linear_wait=25)


@app.task(name="assistant.tell_owner", queue="now", retry=TELL)
def tell_owner(hand_over_id: int, owner_id: int) -> None:
    """Tell the owner of an urgent question that it waits."""
    from eunion.assistant.services import telling

    telling.tell_owner(hand_over_id=hand_over_id, owner_id=owner_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="assistant.escalate", queue="background", queueing_lock="assistant.escalate")
def escalate(timestamp: int) -> None:
    """Open what waits without an owner, and give what is overdue to the level above."""
    from eunion.assistant.services import hand_overs

    hand_overs.open_missing()
    hand_overs.escalate_overdue()


@app.periodic(cron="7 * * * *")
@app.task(name="assistant.find_trends", queue="background", queueing_lock="assistant.find_trends")
def find_trends(timestamp: int) -> None:
    """Look every hour for topics on the rise in this week."""
    from eunion.assistant import weeks
    from eunion.assistant.services import trends

    trends.find_trends(weeks.monday())


@app.periodic(cron="37 2 * * *")
@app.task(name="assistant.learn", queue="background", queueing_lock="assistant.learn", lock="assistant.learn")
def learn(timestamp: int) -> None:
    """Bring the questions of this week and the last that were not answered into gaps, every night."""
    from eunion.assistant import weeks, wiring
    from eunion.assistant.services import gaps, learning

    this = weeks.monday()
    for week in (this - datetime.timedelta(weeks=1), this):
        learning.note_rephrasings(*weeks.bounds(week), wiring.embed)
        gaps.find_gaps(week, wiring.embed)


@app.periodic(cron="17 4 * * 1")
@app.task(
    name="assistant.evaluate",
    queue="background",
    queueing_lock="assistant.evaluate",
    lock="assistant.evaluate",
)
def evaluate(timestamp: int) -> None:
    """Run the question files, once a week and when someone asks for it."""
    from eunion.assistant import wiring
    from eunion.assistant.services import evaluation

    evaluation.evaluate_all(wiring.ask)


@app.task(name="assistant.embed_missing", queue="background")
def embed_missing() -> None:
    """Compute the meaning of passages that have none yet."""
    from eunion.assistant import retrieval

    retrieval.embed_missing()
