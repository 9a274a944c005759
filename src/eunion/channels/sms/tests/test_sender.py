"""Notices by text message: once for a key, and the dispatcher is told what may pass and what may not."""

from __future__ import annotations

import datetime

import pytest
from asgiref.sync import async_to_sync

from eunion.channels.base import SENDERS, Message, Receipt, SendError
from eunion.channels.sms import client
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsAccount, SmsMessage
from eunion.sandbox.tests.box import Box

pytestmark = pytest.mark.django_db
PHONE = "13800000001"


@pytest.fixture
def account(box: Box) -> SmsAccount:
    return make_sms_account()


def send(account: SmsAccount, key: str = "k1", phone: str = PHONE) -> Receipt:
    at = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    message = Message(key, phone, "高温补贴", "内容", "http://127.0.0.1/n/1?d=x", "区总工会", at)

    async def one() -> Receipt:
        async with SENDERS["sms"](account.pk) as sender:
            return await sender.send(message)

    return async_to_sync(one)()


def test_a_notice_arrives_with_its_link(account: SmsAccount, box: Box) -> None:
    receipt = send(account)
    (message,) = box.ask("/_sandbox/sms", phone=PHONE)
    assert message["text"] == "【区总工会】高温补贴 http://127.0.0.1/n/1?d=x"
    assert message["sid"] == receipt.remote_id


def test_the_same_delivery_sent_again_is_the_same_message(account: SmsAccount, box: Box) -> None:
    assert send(account) == send(account)
    assert len(box.ask("/_sandbox/sms", phone=PHONE)) == 1


def test_a_number_that_has_had_enough_is_tried_later_without_holding_the_others(account: SmsAccount) -> None:
    send(account)
    with pytest.raises(SendError) as refused:
        send(account, key="k2")
    assert not refused.value.permanent
    assert refused.value.retry_after_s == client.NUMBER_LIMIT_S


def test_a_wrong_number_is_never_tried_again(account: SmsAccount) -> None:
    with pytest.raises(SendError) as refused:
        send(account, phone="10086")
    assert refused.value.permanent


def test_a_person_who_unsubscribed_has_refused(account: SmsAccount, box: Box) -> None:
    box.faults(refuse=[PHONE])
    for _ in range(2):  # also when the dispatcher asks again
        with pytest.raises(SendError) as refused:
            send(account)
        assert refused.value.permanent


def test_a_call_whose_end_nobody_heard_is_left_to_the_last_mile(account: SmsAccount, box: Box) -> None:
    send(account)
    SmsMessage.objects.update(state=SmsMessage.State.QUEUED)
    with pytest.raises(SendError) as unknown:
        send(account)
    assert unknown.value.permanent
    assert len(box.ask("/_sandbox/sms", phone=PHONE)) == 1


@pytest.mark.parametrize(
    ("code", "permanent"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", True),
        ("InvalidParameterValue.IncorrectPhoneNumber", True),
        ("isv.BUSINESS_LIMIT_CONTROL", False),
        ("LimitExceeded.PhoneNumberDailyLimit", False),
        ("isv.AMOUNT_NOT_ENOUGH", False),
        ("SignatureDoesNotMatch", False),
        ("Throttling.User", False),
        ("never heard of", False),
    ],
)
def test_each_code_says_whether_to_try_again(code: str, permanent: bool) -> None:
    error = client.error_of(code, "")
    assert error.permanent == permanent
    assert bool(error.retry_after_s) != permanent
