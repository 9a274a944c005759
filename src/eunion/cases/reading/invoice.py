"""Hospital invoices (医疗收费票据), electronic or pre-printed."""

from __future__ import annotations

import re

from eunion.cases.reading import grammar
from eunion.cases.reading.labels import Field, Found

CLUES = {
    "收费票据": 4, "专用票据": 4, "收费专用": 1, "票据号码": 3, "票据代码": 3, "发票号码": 3, "开票日期": 3, "交款人": 2, "大写": 2,
    "小写": 1,
}  # fmt: skip


def _number_after_no(text: str) -> str | None:
    found = re.match(r"N[oO0º°][.:]?", text)
    return grammar.invoice_number(text[found.end() :]) if found else None


FIELDS = {
    "invoice_number": Field(("票据号码", "发票号码"), grammar.invoice_number, anywhere=_number_after_no),
    "name": Field(("交款人", "姓名", "患者姓名"), grammar.name),
    "id_number": Field(("交款人统一社会信用代码", "身份证号"), grammar.id_number),
    "hospital": Field(
        ("收款单位(章)", "收款单位", "收费单位(章)", "收费单位"), grammar.hospital, anywhere=grammar.hospital
    ),
    "issued": Field(("开票日期",), grammar.date),
    "total": Field(("小写",), grammar.amount),
    "total_in_capitals": Field(("大写",), grammar.amount_in_capitals),
}


def settle(found: dict[str, Found]) -> dict[str, Found]:
    """Hold the total in figures against the one in capitals: one stands in for the other, two that differ are no reading."""
    capitals = found.pop("total_in_capitals", None)
    if capitals and "total" not in found:
        found["total"] = capitals
    elif capitals and found["total"].value != capitals.value:
        del found["total"]
    return found
