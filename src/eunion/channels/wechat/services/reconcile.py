"""The nightly reconciliation: every fen of WeChat's bill stands in our ledger, and the other way round."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import io
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wechat import pay_client
from eunion.channels.wechat.models import Merchant, Payment, Reconciliation, Refund


def reconcile(*, merchant: Merchant, day: datetime.date) -> Reconciliation:
    """Compare a day's bill with the ledger and keep what differs. Safe to repeat. Raises SendError."""
    paid, refunded = _bill(merchant, day)
    ours_paid = dict(
        _of_day(Payment.objects.filter(merchant=merchant), "paid_at", day).values_list(
            "out_trade_no", "amount_fen"
        )
    )
    rows = Refund.objects.filter(payment__merchant=merchant, state=Refund.State.DONE)
    ours_refunded = dict(_of_day(rows, "done_at", day).values_list("out_refund_no", "amount_fen"))
    found = _differences("收款", paid, ours_paid) + _differences("退款", refunded, ours_refunded)
    found += _without_place(merchant)
    kept, _ = Reconciliation.objects.update_or_create(
        merchant=merchant,
        day=day,
        defaults={
            "paid_fen": sum(ours_paid.values()),
            "refunded_fen": sum(ours_refunded.values()),
            "differences": found,
        },
    )
    return kept


def _of_day(rows: Any, field: str, day: datetime.date) -> Any:
    begin = datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
    return rows.filter(**{f"{field}__gte": begin, f"{field}__lt": begin + datetime.timedelta(days=1)})


def _bill(merchant: Merchant, day: datetime.date) -> tuple[dict[str, int], dict[str, int]]:
    """Return what WeChat's bill says was paid and refunded: fen by our number. A day without trade has no bill."""
    client = pay_client.client(merchant)
    try:
        where = pay_client.call(client.trade_bill, bill_date=day.isoformat())
    except SendError as error:
        if error.code == "NO_STATEMENT_EXIST":
            return {}, {}
        raise
    status, content = client.download_bill(where["download_url"])
    text = gzip.decompress(content) if status == 200 else b""
    digest = hashlib.sha1(text).hexdigest()  # noqa: S324  WeChat Pay's own scheme
    if digest != where["hash_value"].lower():
        raise SendError("bill", "the bill's digest does not agree", permanent=False, retry_after_s=60)
    return _read(text.decode("utf-8-sig"))


def _read(text: str) -> tuple[dict[str, int], dict[str, int]]:
    paid: dict[str, int] = {}
    refunded: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(text)):
        cells = {str(name): str(value or "").lstrip("`") for name, value in row.items()}
        if cells.get("交易状态") == "SUCCESS":
            paid[cells["商户订单号"]] = int(Decimal(cells["订单金额"]) * 100)
        elif cells.get("交易状态") == "REFUND":
            refunded[cells["商户退款单号"]] = int(Decimal(cells["退款金额"]) * 100)
    return paid, refunded


def _differences(kind: str, theirs: dict[str, int], ours: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "number": number, "theirs_fen": theirs.get(number), "ours_fen": ours.get(number)}
        for number in sorted(theirs.keys() | ours.keys())
        if theirs.get(number) != ours.get(number)
    ]


def _without_place(merchant: Merchant) -> list[dict[str, Any]]:
    """Return money that is neither for something nor on its way back."""
    stray = Payment.objects.filter(merchant=merchant, came_late=True).exclude(state=Payment.State.REFUNDED)
    failed = Refund.objects.filter(payment__merchant=merchant, state=Refund.State.FAILED)
    total = failed.aggregate(total=Sum("amount_fen"))["total"] or 0
    found = [{"kind": "无主款项", "number": one.out_trade_no, "ours_fen": one.amount_fen} for one in stray]
    return found + ([{"kind": "退款失败", "number": "", "ours_fen": total}] if total else [])
