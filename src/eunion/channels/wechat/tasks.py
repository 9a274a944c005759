"""Jobs about what WeChat told us and what we keep in step with it."""

from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

# A reply that could not be sent is tried again for about two minutes; the asker waits.
RETRY = procrastinate.RetryStrategy(max_attempts=8, wait=1, linear_wait=3)


@app.task(name="wechat.handle", queue="now", retry=RETRY)
def handle(inbound_ids: list[int]) -> None:
    """Act on a slice of stored messages."""
    from eunion.channels.wechat.services import inbound

    inbound.handle(inbound_ids=inbound_ids)


@app.task(name="wechat.sync_followers", queue="background", retry=RETRY)
def sync_followers(account_id: int) -> None:
    """Read an account's followers from WeChat, page by page, then bring its tags up to date."""
    from eunion.channels.wechat.services import followers, tags

    followers.sync(account_id=account_id)
    tags.apply_all(account_id=account_id)


@app.periodic(cron="40 2 * * *")
@app.task(name="wechat.sync_all", queue="background", queueing_lock="wechat.sync_all")
def sync_all(timestamp: int) -> None:
    """Do so for every account, at night."""
    from eunion.channels.wechat.models import Account

    for account_id in (
        Account.objects.filter(active=True).exclude(kind="miniprogram").values_list("id", flat=True)
    ):
        sync_followers.configure(queueing_lock=f"wechat.sync:{account_id}").defer(account_id=account_id)


# Money is worth asking for a whole day: at first often, later every ten minutes.
MONEY = procrastinate.RetryStrategy(max_attempts=150, wait=2, linear_wait=10)


@app.task(name="wechat.close_payment", queue="now", retry=MONEY)
def close_payment(payment_id: int) -> None:
    """Close an order at WeChat Pay."""
    from eunion.channels.wechat.services import pay

    pay.close_at_wechat(payment_id=payment_id)


@app.task(name="wechat.ask_payment", queue="now", retry=RETRY)
def ask_payment(payment_id: int) -> None:
    """Ask what became of an order."""
    from eunion.channels.wechat.services import pay

    pay.ask(payment_id=payment_id)


@app.task(name="wechat.refund", queue="now", retry=MONEY)
def carry_out_refund(refund_id: int) -> None:
    """Have money go back."""
    from eunion.channels.wechat.services import pay

    pay.carry_out_refund(refund_id=refund_id)


@app.periodic(cron="* * * * *")
@app.task(name="wechat.tend_payments", queue="now", queueing_lock="wechat.tend_payments")
def tend_payments(timestamp: int) -> None:
    """Every minute: close what was not paid in time, ask about what may have been paid unheard."""
    from eunion.channels.wechat.services import pay

    pay.tend()


# WeChat Pay makes yesterday's bill at about nine in the morning (u).
@app.periodic(cron="30 2 * * *")
@app.task(name="wechat.reconcile", queue="background", queueing_lock="wechat.reconcile", retry=MONEY)
def reconcile(timestamp: int) -> None:
    """Compare yesterday's bill with the ledger (10:30 in China)."""
    import datetime

    from django.utils import timezone

    from eunion.channels.wechat.models import Merchant
    from eunion.channels.wechat.services.reconcile import reconcile as compare

    day = timezone.localdate() - datetime.timedelta(days=1)
    for merchant in Merchant.objects.filter(active=True).select_related("account"):
        compare(merchant=merchant, day=day)


@app.task(name="wechat.send_kind", queue="now", retry=RETRY)
def send_kind(member_id: int, kind: str, values: dict[str, str], url: str, key: str) -> None:
    """Tell one member something, by whichever account reaches them."""
    from eunion.channels.wechat.services import messages
    from eunion.registry.models import Member

    member = Member.objects.get(pk=member_id)
    messages.send_to_member(member=member, kind=kind, values=values, url=url, key=key)
