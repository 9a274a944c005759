"""Every change of money: opened, paid, closed, refunded, reconciled. WeChat's word counts, told or asked for."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from eunion.channels.base import SendError
from eunion.channels.wechat import pay_client, tasks
from eunion.channels.wechat.errors import NoMerchant, NotPayable
from eunion.channels.wechat.models import Follower, Merchant, Payment, Refund
from eunion.kernel.ids import new_public_id

logger = logging.getLogger(__name__)
States = Payment.State
GONE = {"ORDER_NOT_EXIST", "ORDERNOTEXIST"}
# Purpose before the colon → what another room does when it is paid, or has been refunded; within the transaction.
PAID: dict[str, Callable[[Payment], None]] = {}
REFUNDED: dict[str, Callable[[Payment], None]] = {}


def merchant() -> Merchant:
    """Return the merchant that takes money. Raises NoMerchant."""
    found = Merchant.objects.filter(active=True).select_related("account").order_by("id").first()
    if found is None:
        raise NoMerchant
    return found


@transaction.atomic
def open_payment(
    *, purpose: str, openid: str, amount_fen: int, description: str, expires_at: datetime.datetime
) -> Payment:
    """Return the living payment for a purpose, made if there is none. Raises NoMerchant."""
    made, _ = Payment.objects.get_or_create(
        purpose=purpose,
        state__in=[States.OPEN, States.PAID],
        defaults={
            "merchant": merchant(),
            "out_trade_no": new_public_id() + new_public_id()[:8],
            "purpose": purpose,
            "openid": openid,
            "description": description[:60],
            "amount_fen": amount_fen,
            "expires_at": expires_at,
        },
    )
    return made


def openid_to_pay(member_id: int) -> str:
    """Return the openid by which a member can pay: the one at the merchant's own account. Raises NotPayable."""
    rows = Follower.objects.filter(member_id=member_id, account=merchant().account_id)
    openid = rows.values_list("openid", flat=True).first()
    if openid is None:
        raise NotPayable("请在微信里打开本站再支付。")
    return openid


def begin(*, payment: Payment) -> dict[str, str]:
    """Return what opens the pay sheet on the phone. Raises NotPayable, SendError."""
    kept = Payment.objects.select_related("merchant__account").get(pk=payment.pk)
    if kept.state == States.PAID:
        raise NotPayable("这一笔已经付过了。")
    if kept.state != States.OPEN or kept.expires_at <= timezone.now():
        raise NotPayable("支付时间已过，名额已退回。")
    if not kept.prepay_id:
        kept.prepay_id = _prepay(kept)
        Payment.objects.filter(pk=kept.pk).update(prepay_id=kept.prepay_id)
    return pay_client.sheet(kept.merchant, kept.prepay_id)


def _prepay(kept: Payment) -> str:
    answer = pay_client.call(
        pay_client.client(kept.merchant).pay,
        description=kept.description,
        out_trade_no=kept.out_trade_no,
        amount={"total": kept.amount_fen, "currency": "CNY"},
        payer={"openid": kept.openid},
        time_expire=timezone.localtime(kept.expires_at).isoformat(timespec="seconds"),
        notify_url=f"{settings.PUBLIC_URL}/wechat/pay/{kept.merchant.mchid}/notice",
    )
    return str(answer["prepay_id"])


def take_notice(*, merchant: Merchant, opened: dict[str, Any]) -> None:
    """Act on a notice whose signature was good; told twice or late is told once. An unknown number is noted."""
    resource = opened["resource"]
    if str(resource.get("mchid", merchant.mchid)) != merchant.mchid:
        logger.warning("a notice of another merchant came to %s", merchant.mchid)
        return
    payment = Payment.objects.filter(merchant=merchant, out_trade_no=resource.get("out_trade_no", "")).first()
    if payment is None:
        logger.warning("a notice of an order that is not ours")
        return
    if "refund_status" in resource:
        _settle_refund(str(resource.get("out_refund_no", "")), str(resource["refund_status"]), resource)
    else:
        settle(payment_id=payment.pk, told=resource)


@transaction.atomic
def settle(*, payment_id: int, told: dict[str, Any]) -> None:
    """Write down what WeChat says of an order. The same again changes nothing; a sum that differs is no payment."""
    kept = Payment.objects.select_for_update().get(pk=payment_id)
    if told.get("trade_state") not in ("SUCCESS", "REFUND") or kept.transaction_id:
        return
    if (told.get("amount") or {}).get("total") != kept.amount_fen or told.get(
        "out_trade_no"
    ) != kept.out_trade_no:
        logger.error("payment %s: WeChat tells another sum or number", kept.pk)
        return
    late = kept.state != States.OPEN
    kept.transaction_id = str(told["transaction_id"])[:40]
    kept.paid_at = parse_datetime(str(told.get("success_time", ""))) or timezone.now()
    # A purpose that lives on in a newer payment can't be paid twice: this money goes back.
    kept.came_late = late
    kept.state = States.CLOSED if late else States.PAID
    kept.save(update_fields=["transaction_id", "paid_at", "came_late", "state"])
    if late:
        refund(payment=kept, amount_fen=kept.amount_fen, reason="名额已退回，款项原路退还", key="late")
        return
    hook = PAID.get(kept.purpose.partition(":")[0])
    if hook:
        hook(kept)


def ask(*, payment_id: int) -> None:
    """Ask WeChat what became of an order whose notice may be lost. Raises SendError."""
    kept = Payment.objects.select_related("merchant__account").get(pk=payment_id)
    try:
        told = pay_client.call(pay_client.client(kept.merchant).query, out_trade_no=kept.out_trade_no)
    except SendError as error:
        if error.code not in GONE:
            raise
        return
    settle(payment_id=kept.pk, told=told)


@transaction.atomic
def close(*, payment: Payment) -> bool:
    """Close an open payment here and have a job close it at WeChat; False when it is paid or closed already."""
    kept = Payment.objects.select_for_update().get(pk=payment.pk)
    if kept.state != States.OPEN:
        return False
    kept.state, kept.closed_at = States.CLOSED, timezone.now()
    kept.save(update_fields=["state", "closed_at"])
    if kept.prepay_id:
        tasks.close_payment.defer(payment_id=kept.pk)
    return True


def close_at_wechat(*, payment_id: int) -> None:
    """Close an order at WeChat; one that was paid meanwhile is settled, and so refunded. Raises SendError."""
    kept = Payment.objects.select_related("merchant__account").get(pk=payment_id)
    try:
        pay_client.call(pay_client.client(kept.merchant).close, out_trade_no=kept.out_trade_no)
    except SendError as error:
        if error.code == "ORDERPAID":
            ask(payment_id=payment_id)
        elif error.code not in GONE | {"ORDER_CLOSED"}:
            raise


@transaction.atomic
def refund(*, payment: Payment, amount_fen: int, reason: str, key: str) -> Refund:
    """Ask for money to go back; the same key is the same refund. Raises NotPayable for more than is left."""
    kept = Payment.objects.select_for_update().get(pk=payment.pk)
    number = f"{kept.out_trade_no}-{key}"[:64]
    known = Refund.objects.filter(out_refund_no=number).first()
    if known:
        return known
    if not kept.transaction_id or kept.refunded_fen + amount_fen > kept.amount_fen:
        raise NotPayable("可退金额不足。")
    kept.refunded_fen += amount_fen
    if kept.refunded_fen == kept.amount_fen:
        kept.state = States.REFUNDED
    kept.save(update_fields=["refunded_fen", "state"])
    made = Refund.objects.create(
        payment=kept, out_refund_no=number, amount_fen=amount_fen, reason=reason[:80]
    )
    tasks.carry_out_refund.defer(refund_id=made.pk)
    return made


def carry_out_refund(*, refund_id: int) -> None:
    """Have WeChat pay it back; WeChat keeps the number, so again is once. Raises SendError for what may pass."""
    made = Refund.objects.select_related("payment__merchant__account").get(pk=refund_id)
    if made.state != Refund.State.ASKED:
        return
    paid = made.payment
    try:
        answer = pay_client.call(
            pay_client.client(paid.merchant).refund,
            out_refund_no=made.out_refund_no,
            out_trade_no=paid.out_trade_no,
            reason=made.reason,
            amount={"refund": made.amount_fen, "total": paid.amount_fen, "currency": "CNY"},
            notify_url=f"{settings.PUBLIC_URL}/wechat/pay/{paid.merchant.mchid}/notice",
        )
    except SendError as error:
        if not error.permanent:
            raise
        Refund.objects.filter(pk=made.pk).update(state=Refund.State.FAILED, problem=str(error)[:200])
        logger.error("refund %s failed: %s", made.pk, error.code)
        return
    _settle_refund(made.out_refund_no, str(answer.get("status", "")), answer)


@transaction.atomic
def _settle_refund(number: str, status: str, told: dict[str, Any]) -> None:
    made = Refund.objects.select_for_update().filter(out_refund_no=number).select_related("payment").first()
    if made is None or made.state == Refund.State.DONE or status != "SUCCESS":
        return
    made.state, made.refund_id = Refund.State.DONE, str(told.get("refund_id", ""))[:40]
    made.done_at, made.problem = timezone.now(), ""
    made.save(update_fields=["state", "refund_id", "done_at", "problem"])
    hook = REFUNDED.get(made.payment.purpose.partition(":")[0])
    if hook:
        hook(made.payment)


def tend() -> None:
    """Close what was not paid in time and ask about what may have been paid unheard. Safe to repeat."""
    now = timezone.now()
    for payment in Payment.objects.filter(state=States.OPEN, expires_at__lte=now)[:500]:
        close(payment=payment)
    unheard = Payment.objects.filter(state=States.OPEN, created_at__lte=now - datetime.timedelta(minutes=1))
    for payment_id in unheard.exclude(prepay_id="").values_list("id", flat=True)[:200]:
        tasks.ask_payment.defer(payment_id=payment_id)
