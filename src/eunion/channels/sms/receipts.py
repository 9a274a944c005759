"""Delivery receipts as the providers post them to us."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from eunion.channels.plain import plain
from eunion.channels.sms.errors import BadReceipt, ReceiptRefused
from eunion.channels.sms.models import SmsAccount, SmsMessage

BYTES_MAX = 512 * 1024
AT_ONCE_MAX = 1000


@dataclass(frozen=True)
class Told:
    """What a receipt says of one message; the key is empty where the provider does not tell it back."""

    key: str
    remote_id: str
    delivered: bool
    code: str


def account_for(slug: str, token: str) -> SmsAccount:
    """Return the account whose receipt address was called; raises ReceiptRefused."""
    account = SmsAccount.objects.filter(slug=slug, active=True).first()
    wanted = account.receipt_token if account else ""
    if account is None or not wanted or not hmac.compare_digest(wanted.encode(), token.encode()):
        raise ReceiptRefused
    return account


def _text(value: Any) -> str:
    return plain(value, 64)


def read(account: SmsAccount, body: bytes) -> list[Told]:
    """Return what a receipt says; raises BadReceipt for anything that is not a list of objects."""
    if len(body) > BYTES_MAX:
        raise BadReceipt("回执太大。")
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        raise BadReceipt("不是有效的 JSON。") from None
    if not isinstance(rows, list) or len(rows) > AT_ONCE_MAX or not all(isinstance(r, dict) for r in rows):
        raise BadReceipt
    return [_form(row) if account.shape == SmsAccount.Shape.A else _json(row) for row in rows]


def _form(row: dict[str, Any]) -> Told:
    delivered = row.get("success") in (True, "true")
    return Told(_text(row.get("out_id")), _text(row.get("biz_id")), delivered, _text(row.get("err_code")))


def _json(row: dict[str, Any]) -> Told:
    delivered = row.get("report_status") == "SUCCESS"
    return Told("", _text(row.get("sid")), delivered, _text(row.get("errmsg")))


@transaction.atomic
def take_receipts(*, account: SmsAccount, body: bytes) -> int:
    """Move the messages that receipts speak of; return how many moved. Told again, nothing moves. Raises BadReceipt."""
    return sum(_take(account, told) for told in read(account, body))


def _take(account: SmsAccount, told: Told) -> int:
    who = Q(remote_id=told.remote_id) if told.remote_id else Q(pk=None)
    if told.key:
        who |= Q(key=told.key)
    state = SmsMessage.State
    # Delivered is final; a failure that only we suspected is corrected by the provider's word.
    waiting = [state.QUEUED, state.SENT, *([state.FAILED] if told.delivered else [])]
    found = SmsMessage.objects.filter(who, account=account, state__in=waiting, called_at__isnull=False)
    changed = {"state": state.DELIVERED, "error_code": ""}
    if not told.delivered:
        changed = {"state": state.FAILED, "error_code": told.code or "failed"}
    return found.update(**changed, params="")
