"""Jobs of the reach: dispatch a broadcast on one account, take in delivery reports."""

from __future__ import annotations

from procrastinate.contrib.django import app

from eunion.broadcast.models import Broadcast, Delivery


def start_dispatch(broadcast_id: int) -> None:
    """Defer one dispatch job an account and channel that has something queued, in the caller's transaction."""
    queued = Delivery.objects.filter(broadcast_id=broadcast_id, state=Delivery.State.QUEUED)
    accounts = list(queued.order_by().values_list("channel", "account_id").distinct())
    for channel, account_id in accounts:
        # One dispatcher an account at a time: the account's rate is kept inside one process.
        dispatch.configure(lock=f"account:{channel}:{account_id}").defer(
            broadcast_id=broadcast_id, channel=channel, account_id=account_id
        )
    if not accounts:
        finish.defer(broadcast_id=broadcast_id)


@app.task(name="broadcast.dispatch", queue="send")
async def dispatch(broadcast_id: int, channel: str, account_id: int) -> None:
    """Send what is queued for one account; ends when nothing is left, then asks whether all is done."""
    from eunion.broadcast.dispatch import Dispatcher

    outcome = await Dispatcher(broadcast_id=broadcast_id, channel=channel, account_id=account_id).run()
    if outcome.later_s:
        again = dispatch.configure(
            lock=f"account:{channel}:{account_id}", schedule_in={"seconds": int(outcome.later_s)}
        )
        await again.defer_async(broadcast_id=broadcast_id, channel=channel, account_id=account_id)
    elif outcome.finished:
        await finish.defer_async(broadcast_id=broadcast_id)


@app.task(name="broadcast.finish", queue="send")
def finish(broadcast_id: int) -> None:
    """Mark a broadcast done once nothing of it is queued any more."""
    from django.utils import timezone

    queued = Delivery.objects.filter(broadcast_id=broadcast_id, state=Delivery.State.QUEUED)
    if not queued.exists():
        running = Broadcast.objects.filter(pk=broadcast_id, state=Broadcast.State.SENDING)
        running.update(state=Broadcast.State.DONE, done_at=timezone.now())


@app.periodic(cron="* * * * * */5")
@app.task(name="broadcast.absorb_receipts", queue="send", queueing_lock="broadcast.absorb_receipts")
def absorb_receipts(timestamp: int) -> None:
    """Take in the delivery reports that channels have stored, in blocks."""
    from eunion.broadcast import receipts

    receipts.absorb()
