"""Limits and budget hold when several processes send at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

from eunion.channels.sms import errors, services
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsAccount, SmsMessage


def at_once(count: int, what: Callable[[int], object]) -> list[str]:
    """Do something so often at the same moment; return the refusals."""
    refused: list[str] = []
    ready = threading.Barrier(count)

    def one(number: int) -> None:
        ready.wait()
        try:
            what(number)
        except (errors.TooOften, errors.OverBudget) as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_four_codes_for_one_number_at_once_are_one(committed_db: str) -> None:
    accounts = [make_sms_account(), make_sms_account("b")]

    def send(number: int) -> None:
        template = services.template_for("code", accounts[number % 2].pk)
        services.enter(template=template, phone="13800000001", params={"code": "1"}, key=f"k{number}")

    assert at_once(4, send) == ["sms.too_often"] * 3
    assert SmsMessage.objects.count() == 1


def test_the_same_key_at_once_is_one_message(committed_db: str) -> None:
    make_sms_account()

    def send(number: int) -> None:
        services.send(kind="code", phone="13800000001", params={"code": "1"}, key="k")

    assert at_once(4, send) == []
    assert SmsMessage.objects.count() == 1
    assert SmsAccount.objects.get().spent_fen == 5


def test_the_budget_is_kept_by_all_together(committed_db: str) -> None:
    make_sms_account(daily_budget_fen=10, price_fen=5)

    def send(number: int) -> None:
        services.send(kind="code", phone=f"1380000000{number}", params={"code": "1"}, key=f"k{number}")

    assert at_once(6, send) == ["sms.over_budget"] * 4
    assert SmsAccount.objects.get().spent_fen == 10
