"""Money and places: every fen has its place, and no place that costs something is confirmed unpaid."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.booking import selectors
from eunion.booking.errors import NotYours, TooLateToCancel, WrongState
from eunion.booking.factories import SessionFactory, in_hours, make_claim
from eunion.booking.models import Claim, Session
from eunion.booking.services import pay
from eunion.booking.services.cancel import cancel
from eunion.booking.services.expire import expire_due
from eunion.booking.tests.conftest import Take
from eunion.broadcast.factories import make_account
from eunion.channels.wechat.models import Follower, Merchant, Payment, Refund
from eunion.channels.wechat.services import pay as money
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def payers(monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    """Eight members who can pay; WeChat itself is played by the test."""
    account = make_account(slug="pay")
    merchant = {"mchid": "1900000009", "serial_no": "1", "private_key": "k", "apiv3_key": "k"}
    Merchant.objects.create(account=account, **merchant, platform_key_id="k", platform_key="k")
    monkeypatch.setattr(money, "_prepay", lambda kept: f"wx{kept.pk}")
    monkeypatch.setattr(money.pay_client, "sheet", lambda merchant, prepay: {"package": prepay})
    members = [MemberFactory(user=UserFactory()) for _ in range(8)]
    for place, member in enumerate(members):
        Follower.objects.create(account=account, openid=f"pay{place}", member=member)
    return members


def told(payment: Payment) -> None:
    """Say that an order is paid, as a notice or an answer does."""
    answer = {"trade_state": "SUCCESS", "transaction_id": f"t{payment.pk}"}
    total = {"amount": {"total": payment.amount_fen}, "out_trade_no": payment.out_trade_no}
    money.settle(payment_id=payment.pk, told=answer | total)


def do_jobs() -> None:
    """Run the jobs of places and money twice: each is safe to repeat."""
    for _ in range(2):
        for job in ProcrastinateJob.objects.order_by("id"):
            if job.task_name == "booking.settle_up":
                pay.settle_up(**job.args)
    for refund in Refund.objects.all():
        money._settle_refund(refund.out_refund_no, "SUCCESS", {})


def held(member: Member, session: Session | None = None) -> Claim:
    session = session or SessionFactory(offering__price_fen=100)
    return make_claim(session, member, "held", expires_at=in_hours(3))


def state(claim: Claim) -> str:
    return Claim.objects.get(pk=claim.pk).state


def test_a_payment_confirms_the_place_however_often_it_is_told(payers: list[Member]) -> None:
    claim = held(payers[0])
    assert pay.begin_payment(claim=claim, member=payers[0]) == pay.begin_payment(
        claim=claim, member=payers[0]
    )
    payment = Payment.objects.get()
    assert (payment.purpose, payment.amount_fen, payment.expires_at) == (
        f"booking.claim:{claim.pk}",
        100,
        claim.expires_at,
    )
    for _ in range(3):
        told(payment)
    assert state(claim) == "confirmed" and not Refund.objects.exists()
    with pytest.raises(WrongState):
        pay.begin_payment(claim=claim, member=payers[0])


def test_nobody_pays_for_somebody_else(payers: list[Member]) -> None:
    with pytest.raises(NotYours):
        pay.begin_payment(claim=held(payers[0]), member=payers[1])


def test_a_paid_place_that_is_given_back_gives_its_money_back(payers: list[Member]) -> None:
    claim = held(payers[0])
    pay.begin_payment(claim=claim, member=payers[0])
    told(Payment.objects.get())
    cancel(claim=claim, user=payers[0].user)
    do_jobs()
    assert state(claim) == "refunded"
    assert Refund.objects.get().amount_fen == 100
    assert not selectors.miscounted()


def test_money_for_a_place_that_is_gone_goes_back_before_and_after_the_job(payers: list[Member]) -> None:
    early, late = held(payers[0]), held(payers[1])
    for claim, member in ((early, payers[0]), (late, payers[1])):
        pay.begin_payment(claim=claim, member=member)
    first, second = Payment.objects.order_by("pk")
    with time_machine.travel(in_hours(3.1)):
        assert expire_due() == 2
        told(first)
        do_jobs()
        told(second)
        do_jobs()
    assert {state(early), state(late)} == {"expired"}
    assert set(Payment.objects.values_list("state", "refunded_fen")) == {("refunded", 100)}


def test_money_that_staff_send_back_frees_the_place_for_who_waits(payers: list[Member], take: Take) -> None:
    session = SessionFactory(quota=1, offering__price_fen=100, offering__waiting_size=3)
    take(session, payers[0].pk, payers[1].pk)
    first, second = Claim.objects.order_by("pk")
    pay.begin_payment(claim=first, member=payers[0])
    told(Payment.objects.get())
    money.refund(payment=Payment.objects.get(), amount_fen=100, reason="特殊情况", key="staff")
    do_jobs()
    assert (state(first), state(second)) == ("refunded", "held")
    assert not selectors.miscounted()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_between_every_fen_has_its_place(
    payers: list[Member], take: Take, seed: int
) -> None:
    """Notices lost, doubled, late and out of order; cancelling, expiry and promotion between them."""
    rng = random.Random(seed)
    session = SessionFactory(quota=3, offering__price_fen=100, offering__waiting_size=8)
    take(session, *(member.pk for member in payers))
    paid_at_wechat: set[int] = set()
    acts: dict[str, Any] = {"begin": 4, "notice": 5, "cancel": 1, "expire": 1, "jobs": 2}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(80):
            clock.shift(rng.choice((60, 60, 1200, 5000)))
            _do(rng.choices(list(acts), list(acts.values()))[0], rng, session, paid_at_wechat)
        for payment in Payment.objects.filter(pk__in=paid_at_wechat):
            told(payment)  # what was lost is asked for
        clock.shift(4 * 3600)
        expire_due()
        for _ in range(2):
            do_jobs()
            money.tend()
        _books_balance(paid_at_wechat)


def _do(act: str, rng: random.Random, session: Session, paid: set[int]) -> None:
    if act == "expire":
        expire_due()
    elif act == "jobs":
        do_jobs()
    elif act == "notice" and paid:
        told(Payment.objects.get(pk=rng.choice(sorted(paid))))
    elif act == "cancel":
        living = Claim.objects.filter(state__in=("held", "confirmed", "waiting")).order_by("pk")
        if living:
            with contextlib.suppress(TooLateToCancel):
                claim = rng.choice(list(living))
                cancel(claim=claim, user=claim.member.user)
    elif act == "begin":
        for claim in Claim.objects.filter(state="held", expires_at__gt=timezone.now()):
            pay.begin_payment(claim=claim, member=claim.member)
        opened = list(Payment.objects.exclude(prepay_id="").values_list("pk", flat=True))
        paid |= {one for one in opened if rng.random() < 0.4}


def _books_balance(paid: set[int]) -> None:
    kept = set(Payment.objects.filter(state=Payment.State.PAID).values_list("purpose", flat=True))
    confirmed = Claim.objects.filter(state="confirmed")
    assert kept == {pay.purpose_of(claim.pk) for claim in confirmed}
    assert not Payment.objects.filter(pk__in=paid, state__in=["open", "closed"]).exists()
    assert all(refund.state == Refund.State.DONE for refund in Refund.objects.all())
    assert not selectors.miscounted()
    for session in Session.objects.all():
        assert session.taken <= session.quota
