"""The columns of an enrolment list, and what their cells may hold."""

from __future__ import annotations

import io
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter

from eunion.cases.models import MedicalPlan
from eunion.cases.reading.benefit import yuan
from eunion.registry.roster import columns
from eunion.registry.roster.columns import CellError, Heading

TITLES = {"name": "姓名", "id_number": "身份证号", "fee": "缴费金额（元）"}
_SYNONYMS = {
    "name": ("姓名", "职工姓名", "会员姓名", "名字"),
    "id_number": ("身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "身份证"),
    "fee": ("缴费金额", "金额", "缴费", "互助费", "费用", "缴纳金额", "会费"),
}
_FIELD_OF = {synonym: field for field, names in _SYNONYMS.items() for synonym in names}
FEE_MOST = 1_000_000  # fen; more than this for one person is a slip of the hand


def find_heading(rows: list[list[Any]]) -> Heading | None:
    """Find the row that names the columns; None if one is missing."""
    return columns.find_heading(rows, _FIELD_OF, tuple(TITLES))


_DIGITS_MOST = 12


def fee_of(cell: Any, *, most: int | None = FEE_MOST) -> int:
    """Return an amount in fen. Raises CellError."""
    text = re.sub(r"[,，元¥￥\s]", "", columns.text_of(cell))
    try:
        yuan = Decimal(text)
    except InvalidOperation:
        raise CellError("金额要写成数字，例如 80 或 80.00") from None
    if not yuan.is_finite() or yuan.adjusted() > _DIGITS_MOST:
        raise CellError("金额要写成数字，例如 80 或 80.00")
    fen = yuan * 100
    if fen != fen.to_integral_value() or fen < 0:
        raise CellError("金额最多两位小数，不能是负数")
    if most is not None and fen > most:
        raise CellError(f"一个人的金额超过 {most // 100} 元，请核对")
    return int(fen)


def template(plan: MedicalPlan) -> bytes:
    """Return an empty list whose number column is text already, with a sheet that explains it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("参加名单"), book.add_format({"num_format": "@"})
        for place, width in enumerate((12, 24, 16)):
            sheet.set_column(place, place, width, text if place < 2 else None)
        sheet.write_row(0, 0, list(TITLES.values()), book.add_format({"bold": True, "bg_color": "#F6E3E1"}))
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 16)
        notes.set_column(1, 1, 70)
        for place, line in enumerate(
            (
                ("计划", str(plan)),
                ("姓名", "必填，和名册一致"),
                ("身份证号", "必填，18 位；整列已设为文本，请勿改成数字"),
                ("缴费金额", f"必填，每人不少于 {yuan(plan.fee_fen)} 元"),
            )
        ):
            notes.write_row(place, 0, line)
    return buffer.getvalue()
