"""Money for places: a held place is paid for, a place that is gone gives its money back, and never the other way round.

Settling locks the payment and then the claim; so whoever holds a claim leaves its payment to a job.
"""

from __future__ import annotations

from django.db import transaction

from eunion.booking.errors import NotYours, WrongState
from eunion.booking.models import LIVING, Claim
from eunion.booking.services import places
from eunion.channels.wechat.models import Payment
from eunion.channels.wechat.services import pay
from eunion.registry.models import Member

PURPOSE = "booking.claim"
_LIVING = (Payment.State.OPEN, Payment.State.PAID)


def purpose_of(claim_id: int) -> str:
    """Return the name under which a claim is paid for."""
    return f"{PURPOSE}:{claim_id}"


def begin_payment(*, claim: Claim, member: Member) -> dict[str, str]:
    """Return what opens the pay sheet. Raises NotYours, WrongState, NotPayable, SendError."""
    return pay.begin(payment=_opened(claim, member))


@transaction.atomic
def _opened(claim: Claim, member: Member) -> Payment:
    """Return the claim's payment; the claim is locked, so that it can't be given up unseen meanwhile."""
    kept = Claim.objects.select_for_update(of=["self"]).select_related("session__offering").get(pk=claim.pk)
    if kept.member_id != member.pk:
        raise NotYours
    if kept.state != Claim.State.HELD or kept.expires_at is None:
        raise WrongState
    return pay.open_payment(
        purpose=purpose_of(kept.pk),
        openid=pay.openid_to_pay(member.pk),
        amount_fen=kept.session.offering.price_fen,
        description=kept.session.offering.title,
        expires_at=kept.expires_at,
    )


def take_payment(payment: Payment) -> None:
    """Confirm the place that was paid for, or send the money back; within the transaction that settles it."""
    claim = Claim.objects.filter(pk=_claim_id(payment)).first()
    if claim is None or not places.mark_paid(claim=claim, at=payment.paid_at):
        _send_back(payment)


def settle_up(*, claim_id: int) -> None:
    """Close or refund the payment of a claim that has no place any more. Safe to repeat."""
    claim = Claim.objects.filter(pk=claim_id).first()
    if claim is None or claim.state in LIVING:
        return
    payment = Payment.objects.filter(purpose=purpose_of(claim_id), state__in=_LIVING).first()
    if payment is None or pay.close(payment=payment):
        return
    # It was paid meanwhile, or had been before.
    payment.refresh_from_db()
    if payment.state == Payment.State.PAID:
        _send_back(payment)


def _send_back(payment: Payment) -> None:
    pay.refund(
        payment=payment, amount_fen=payment.amount_fen, reason="名额已退回，款项原路退还", key="place-gone"
    )


def take_refund(payment: Payment) -> None:
    """Note that the money of a claim is back; a place that still stood goes back too."""
    if payment.refunded_fen < payment.amount_fen:
        return
    claim = Claim.objects.filter(pk=_claim_id(payment)).first()
    if claim is None or Payment.objects.filter(purpose=payment.purpose, state__in=_LIVING).exists():
        return
    if claim.state in (Claim.State.CONFIRMED, Claim.State.CANCELLED):
        session = places.lock(claim.session_id)
        places.leave(session=session, claims=[claim], to=Claim.State.REFUNDED)


def _claim_id(payment: Payment) -> int:
    return int(payment.purpose.partition(":")[2])


def return_money(claim_ids: list[int]) -> None:
    """Have the money of claims that were given up or called off looked after, once that is committed."""
    from eunion.booking import tasks

    priced = Claim.objects.filter(pk__in=claim_ids, session__offering__price_fen__gt=0)
    for claim_id in priced.values_list("pk", flat=True):
        tasks.settle_up.defer(claim_id=claim_id)


def register() -> None:
    """Hear of money and of places that are given up."""
    from eunion.booking import hooks

    pay.PAID[PURPOSE], pay.REFUNDED[PURPOSE] = take_payment, take_refund
    hooks.GIVEN_UP.append(return_money)
    hooks.CALLED_OFF.append(return_money)
