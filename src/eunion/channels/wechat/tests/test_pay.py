"""Money by WeChat Pay: paid once, told any number of times; what is late goes back; the books balance."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.channels.base import SendError
from eunion.channels.wechat import pay_client
from eunion.channels.wechat.errors import NotPayable
from eunion.channels.wechat.models import Account, Merchant, Payment, Refund
from eunion.channels.wechat.services import pay
from eunion.channels.wechat.services.reconcile import reconcile
from eunion.sandbox.tests.box import Box

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
States = Payment.State


@pytest.fixture
def merchant(service: Account, box: Box, settings: Any) -> Merchant:
    settings.WECHAT_PAY_URL = box.url
    body = {
        "mchid": "1900000001",
        "serial_no": "A1B2",
        "public_key": PUBLIC,
        "apiv3_key": "k" * 32,
        "appids": [service.appid],
    }
    platform = requests.post(f"{box.url}/_sandbox/pay/seed", json=body, timeout=10).json()
    pay_client._client.cache_clear()
    return Merchant.objects.create(
        account=service,
        mchid="1900000001",
        serial_no="A1B2",
        private_key=PRIVATE,
        apiv3_key="k" * 32,
        platform_key_id=platform["public_key_id"],
        platform_key=platform["public_key"],
    )


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the room that sells was told."""
    told: list[str] = []
    monkeypatch.setitem(pay.PAID, "test", lambda payment: told.append(f"paid {payment.purpose}"))
    monkeypatch.setitem(pay.REFUNDED, "test", lambda payment: told.append(f"refunded {payment.purpose}"))
    return told


def payment(merchant: Merchant, purpose: str = "test:1", fen: int = 100, minutes: int = 30) -> Payment:
    until = timezone.now() + datetime.timedelta(minutes=minutes)
    return pay.open_payment(
        purpose=purpose, openid="o1", amount_fen=fen, description="一元观影", expires_at=until
    )


def on_the_phone(box: Box, one: Payment, outcome: str = "ok") -> None:
    """Open the pay sheet and do something there; WeChat's notices are the test's own business."""
    sheet = pay.begin(payment=one)
    body = {"prepay_id": sheet["package"].removeprefix("prepay_id="), "outcome": outcome, "notices": 0}
    requests.post(f"{box.url}/_sandbox/pay", json=body, timeout=10)


def notice(box: Box, client: Client, one: Payment, **changed: Any) -> int:
    """Post the notice of a paid order as WeChat does; return how it was answered."""
    told = {**box.ask("/_sandbox/pay/notice", number=one.out_trade_no), **changed}
    answer = client.post(
        "/wechat/pay/1900000001/notice",
        data=told["body"].encode(),
        content_type="application/json",
        headers=told["headers"],
    )
    return answer.status_code


def do_jobs() -> None:
    """Run the deferred money jobs, as workers do."""
    for job in ProcrastinateJob.objects.filter(task_name__startswith="wechat."):
        if job.task_name == "wechat.refund":
            pay.carry_out_refund(refund_id=job.args["refund_id"])
        elif job.task_name == "wechat.close_payment":
            pay.close_at_wechat(payment_id=job.args["payment_id"])
        elif job.task_name == "wechat.ask_payment":
            pay.ask(payment_id=job.args["payment_id"])


def state(one: Payment) -> str:
    return Payment.objects.get(pk=one.pk).state


def test_a_notice_makes_it_paid_however_often_it_comes(
    merchant: Merchant, box: Box, client: Client, heard: list[str]
) -> None:
    one = payment(merchant)
    on_the_phone(box, one)
    assert [notice(box, client, one) for _ in range(3)] == [204, 204, 204]
    assert state(one) == States.PAID
    assert heard == ["paid test:1"]


def test_the_same_purpose_is_one_payment_and_one_order(merchant: Merchant) -> None:
    one = payment(merchant)
    assert payment(merchant) == one
    assert pay.begin(payment=one)["package"] == pay.begin(payment=one)["package"]


def test_forged_stale_and_altered_notices_change_nothing(
    merchant: Merchant, box: Box, client: Client, heard: list[str]
) -> None:
    one = payment(merchant)
    on_the_phone(box, one)
    good = box.ask("/_sandbox/pay/notice", number=one.out_trade_no)
    old = {**good["headers"], "Wechatpay-Timestamp": "1600000000"}
    stranger = {**good["headers"], "Wechatpay-Serial": "PUB_KEY_ID_other"}
    assert notice(box, client, one, headers=old) == 401
    assert notice(box, client, one, headers=stranger) == 401
    assert notice(box, client, one, headers={}) == 401
    assert notice(box, client, one, body=good["body"].replace("SUCCESS", "success")) == 401
    assert notice(box, client, one, body="{}") == 401
    assert state(one) == States.OPEN
    assert heard == []


def test_a_lost_notice_is_asked_for(merchant: Merchant, box: Box, heard: list[str]) -> None:
    one = payment(merchant)
    on_the_phone(box, one)
    Payment.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=2))
    pay.tend()
    do_jobs()
    assert state(one) == States.PAID
    assert heard == ["paid test:1"]


def test_who_does_not_pay_in_time_loses_the_order_at_wechat_too(merchant: Merchant, box: Box) -> None:
    one = payment(merchant)
    on_the_phone(box, one, "cancel")
    Payment.objects.update(expires_at=timezone.now())
    pay.tend()
    do_jobs()
    assert state(one) == States.CLOSED
    with pytest.raises(NotPayable):
        pay.begin(payment=one)
    told = pay_client.call(pay_client.client(merchant).query, out_trade_no=one.out_trade_no)
    assert told["trade_state"] == "CLOSED"


def test_what_is_paid_after_closing_goes_back_by_itself(
    merchant: Merchant, box: Box, client: Client, heard: list[str]
) -> None:
    one = payment(merchant)
    on_the_phone(box, one)
    pay.close(payment=one)
    do_jobs()  # WeChat says ORDERPAID: we ask, and send it back
    do_jobs()
    assert notice(box, client, one) == 204
    one.refresh_from_db()
    assert (one.state, one.came_late, one.refunded_fen) == (States.REFUNDED, True, 100)
    assert Refund.objects.get().state == Refund.State.DONE
    assert "paid test:1" not in heard


def test_a_refund_is_made_once_and_never_for_more_than_was_paid(
    merchant: Merchant, box: Box, client: Client, heard: list[str]
) -> None:
    one = payment(merchant, fen=300)
    on_the_phone(box, one)
    notice(box, client, one)
    made = pay.refund(payment=one, amount_fen=200, reason="取消", key="cancel")
    assert pay.refund(payment=one, amount_fen=200, reason="取消", key="cancel") == made
    with pytest.raises(NotPayable):
        pay.refund(payment=one, amount_fen=200, reason="再来", key="again")
    for _ in range(3):
        pay.carry_out_refund(refund_id=made.pk)
    assert Refund.objects.get().state == Refund.State.DONE
    assert heard == ["paid test:1", "refunded test:1"]


def test_a_sum_that_differs_is_no_payment(merchant: Merchant, box: Box) -> None:
    one = payment(merchant)
    told = {
        "trade_state": "SUCCESS",
        "transaction_id": "42",
        "amount": {"total": 1},
        "out_trade_no": one.out_trade_no,
    }
    pay.settle(payment_id=one.pk, told=told)
    assert state(one) == States.OPEN


def test_a_bad_day_at_wechat_is_for_the_job_to_try_again(merchant: Merchant, box: Box) -> None:
    one = payment(merchant)
    box.faults(busy_rate=1)
    with pytest.raises(SendError) as caught:
        pay.begin(payment=one)
    assert not caught.value.permanent
    box.faults(busy_rate=0)
    assert pay.begin(payment=one)


def test_a_wrong_key_is_refused_for_good(merchant: Merchant) -> None:
    Merchant.objects.update(serial_no="FFFF")
    with pytest.raises(SendError) as caught:
        pay.begin(payment=payment(Merchant.objects.get()))
    assert caught.value.permanent
    assert caught.value.code == "SIGN_ERROR"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_the_notices_the_books_balance(
    merchant: Merchant, box: Box, client: Client, heard: list[str], seed: int
) -> None:
    """Notices lost, doubled, late, out of order and forged; closings and refunds between them."""
    rng = random.Random(seed)
    many = [payment(merchant, f"test:{number}", fen=rng.choice((100, 250, 999))) for number in range(12)]
    for one in many:
        on_the_phone(box, one, rng.choice(("ok", "ok", "cancel")))
    acts = [
        (one, act)
        for one in many
        for act in ("notice", "notice", "close", "refund", "forge")
        if rng.random() < 0.5
    ]
    rng.shuffle(acts)
    for one, act in acts:
        _do(act, one, box, client)
    Payment.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=2))
    for _ in range(3):
        pay.tend()
        do_jobs()
    for one in Payment.objects.all():
        assert one.state != States.OPEN or not one.transaction_id
        assert heard.count(f"paid {one.purpose}") <= 1
        assert (one.state == States.PAID) <= (heard.count(f"paid {one.purpose}") == 1)
    assert reconcile(merchant=merchant, day=timezone.localdate()).differences == []


def _do(act: str, one: Payment, box: Box, client: Client) -> None:
    one.refresh_from_db()
    if act == "close":
        pay.close(payment=one)
    elif act == "refund" and one.state == States.PAID:
        pay.refund(payment=one, amount_fen=one.amount_fen, reason="取消", key="cancel")
    elif act == "forge":
        assert notice(box, client, one, headers={"Wechatpay-Signature": "AAAA"}) == 401
    elif act == "notice" and _paid_at_wechat(one):
        assert notice(box, client, one) == 204


def _paid_at_wechat(one: Payment) -> bool:
    merchant = Merchant.objects.select_related("account").get()
    told = pay_client.call(pay_client.client(merchant).query, out_trade_no=one.out_trade_no)
    return told["trade_state"] in ("SUCCESS", "REFUND")


def test_a_fen_that_is_missing_in_either_book_is_named(merchant: Merchant, box: Box, client: Client) -> None:
    one = payment(merchant)
    on_the_phone(box, one)
    missing = reconcile(merchant=merchant, day=timezone.localdate()).differences
    assert [(row["kind"], row["theirs_fen"], row["ours_fen"]) for row in missing] == [("收款", 100, None)]
    notice(box, client, one)
    assert reconcile(merchant=merchant, day=timezone.localdate()).differences == []
    Payment.objects.filter(pk=one.pk).update(amount_fen=90)
    assert len(reconcile(merchant=merchant, day=timezone.localdate()).differences) == 1
