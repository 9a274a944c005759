"""A text message goes out at most once, within limits, hours and budget, and says what became of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.channels.base import SendError
from eunion.channels.sms import errors, services
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsAccount, SmsMessage
from eunion.sandbox.tests.box import Box

pytestmark = pytest.mark.django_db
PHONE = "13800000001"
State = SmsMessage.State


def send(key: str = "k1", phone: str = PHONE, kind: str = "code", **params: str) -> SmsMessage:
    return services.send(kind=kind, phone=phone, params=params or {"code": "123456"}, key=key)


def inbox(box: Box, phone: str = PHONE) -> list[str]:
    return [one["text"] for one in box.ask("/_sandbox/sms", phone=phone)]


def older(by: datetime.timedelta) -> None:
    """Make everything in the ledger that much older."""
    for message in SmsMessage.objects.all():
        SmsMessage.objects.filter(pk=message.pk).update(at=message.at - by)


@pytest.mark.parametrize("shape", ["a", "b"])
def test_a_message_arrives_by_either_kind_of_provider(box: Box, shape: str) -> None:
    make_sms_account(shape)
    message = send(phone="+86 138-0000-0001")
    services.deliver(message_id=message.pk)
    message.refresh_from_db()
    assert inbox(box) == ["【区总工会】验证码 123456"]
    assert (message.state, message.params) == (State.SENT, "") and message.remote_id


def test_the_same_key_is_sent_once_however_often_asked_and_run(box: Box) -> None:
    make_sms_account()
    first, second = send(), send()
    assert first.pk == second.pk
    assert ProcrastinateJob.objects.filter(task_name="sms.deliver").count() == 1
    for _ in range(3):
        services.deliver(message_id=first.pk)
    assert len(inbox(box)) == 1
    assert SmsAccount.objects.get().spent_fen == 5


def test_a_call_whose_end_nobody_heard_is_not_made_again(box: Box) -> None:
    make_sms_account()
    message = send()
    services.begin(message.pk)  # and the process dies here
    services.deliver(message_id=message.pk)
    assert inbox(box) == []
    SmsMessage.objects.update(called_at=timezone.now() - services.UNHEARD_FOR * 2)
    services.give_up()
    assert SmsMessage.objects.get().error_code == "unknown"


def test_an_answer_that_never_comes_leaves_the_message_unknown(box: Box, settings: Any) -> None:
    make_sms_account()
    settings.SMS_A_URL = f"{box.url}/phone"  # answers, but not as a provider does
    message = send()
    services.deliver(message_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.error_code) == (State.QUEUED, "unknown") and message.called_at


def test_a_provider_out_of_reach_is_tried_again(box: Box, settings: Any) -> None:
    make_sms_account()
    message, right = send(), settings.SMS_A_URL
    settings.SMS_A_URL = "http://127.0.0.1:9"
    with pytest.raises(SendError) as failed:
        services.deliver(message_id=message.pk)
    assert not failed.value.permanent
    settings.SMS_A_URL = right
    services.deliver(message_id=message.pk)
    assert len(inbox(box)) == 1


@pytest.mark.parametrize(
    ("sent", "every", "words"),
    [
        (1, datetime.timedelta(seconds=30), "一分钟"),
        (5, datetime.timedelta(minutes=10), "一小时"),
        (10, datetime.timedelta(hours=2), "一天"),
    ],
)
def test_a_number_gets_no_more_than_its_share(sent: int, every: datetime.timedelta, words: str) -> None:
    make_sms_account()
    for number in range(sent):
        send(f"k{number}")
        older(every)
    with pytest.raises(errors.TooOften) as refused:
        send("one more")
    assert words in refused.value.message
    send("another number", phone="13800000002")


def test_what_failed_does_not_count_against_the_number() -> None:
    make_sms_account()
    send("k1")
    SmsMessage.objects.update(state=State.FAILED)
    assert send("k2").state == State.QUEUED


def test_the_days_budget_is_not_overspent_and_starts_anew_tomorrow() -> None:
    make_sms_account(daily_budget_fen=10, price_fen=5)
    send("k1", "13800000001")
    send("k2", "13800000002")
    with pytest.raises(errors.OverBudget):
        send("k3", "13800000003")
    SmsAccount.objects.update(spent_on=timezone.localdate() - datetime.timedelta(days=1))
    send("k3", "13800000003")


def test_what_the_provider_refuses_costs_nothing(box: Box) -> None:
    make_sms_account()
    box.faults(refuse=[PHONE])
    message = send()
    services.deliver(message_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.error_code) == (State.FAILED, "isv.BLACK_KEY_CONTROL_LIMIT")
    assert SmsAccount.objects.get().spent_fen == 0


@pytest.mark.parametrize(("hour", "allowed"), [(7, False), (8, True), (19, True), (20, False)])
def test_marketing_waits_for_the_day(monkeypatch: pytest.MonkeyPatch, hour: int, allowed: bool) -> None:
    make_sms_account()
    at = timezone.localtime().replace(hour=hour, minute=30)
    monkeypatch.setattr(timezone, "now", lambda: at)
    if allowed:
        assert send(kind="promotion", title="观影").kind == "promotion"
    else:
        with pytest.raises(errors.MarketingHours):
            send(kind="promotion", title="观影")
        send(kind="code", code="1")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"phone": "12345"}, errors.BadNumber),
        ({"phone": "１３８００００００００"}, errors.BadNumber),
        ({"kind": "nothing"}, errors.NoSuchKind),
        ({"nothing": "x"}, errors.BadParameters),
        ({"code": ""}, errors.BadParameters),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(changed: dict[str, Any], error: type[Exception]) -> None:
    make_sms_account()
    with pytest.raises(error):
        send(**changed)
    assert not SmsMessage.objects.exists()


@pytest.mark.parametrize("shape", ["a", "b"])
def test_a_wrong_secret_is_refused_by_the_far_side_and_tried_again(box: Box, shape: str) -> None:
    make_sms_account(shape, secret="wrong")
    message = send()
    with pytest.raises(SendError) as refused:
        services.deliver(message_id=message.pk)
    assert "Signature" in str(refused.value) and not refused.value.permanent
    message.refresh_from_db()
    assert message.state == State.QUEUED and inbox(box) == []


def test_what_never_goes_out_is_given_up_and_paid_back() -> None:
    make_sms_account()
    send()
    older(services.UNSENT_FOR * 2)
    assert services.give_up() == 1
    message = SmsMessage.objects.get()
    assert (message.state, message.error_code) == (State.FAILED, "gave_up")
    assert SmsAccount.objects.get().spent_fen == 0


def test_the_ledger_shows_no_number_and_no_secret_in_the_logs(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    account = make_sms_account()
    message = send()
    services.deliver(message_id=message.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m::text, a::text FROM sms_smsmessage m JOIN sms_smsaccount a ON a.id = account_id"
        )
        stored = " ".join(cursor.fetchone())
    for hidden in (PHONE, account.secret, account.receipt_token, "123456"):
        assert hidden not in stored and hidden not in caplog.text
    assert message.masked == "138****0001"
