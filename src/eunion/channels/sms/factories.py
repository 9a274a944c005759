"""Test data of the text messages."""

from __future__ import annotations

import itertools
from typing import Any

from eunion.channels.sms.models import SmsAccount, SmsTemplate

_numbers = itertools.count(1)


def make_sms_account(shape: str = "a", **fields: Any) -> SmsAccount:
    """Return an active account with the templates `code`, `notice` and `promotion` (marketing)."""
    number = next(_numbers)
    account = SmsAccount.objects.create(
        **{
            "slug": f"sms{number}",
            "name": "测试短信",
            "shape": shape,
            "key_id": f"testId-{shape}",
            "secret": "testSecret",
            "app_id": "1400000001",
            "sign_name": "区总工会",
            "receipt_token": "receipt-token",
            **fields,
        }
    )
    for kind, parameters in (("code", ["code"]), ("notice", ["title", "url"]), ("promotion", ["title"])):
        SmsTemplate.objects.create(
            account=account,
            kind=kind,
            code=f"SMS_{kind}",
            parameters=parameters,
            marketing=kind == "promotion",
        )
    return account
