"""The columns of a roster: their names, what people call them, and what their cells may hold."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TITLES = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "手机号",
    "employer": "工作单位",
    "employer_uscc": "单位统一社会信用代码",
    "union": "所属工会",
    "grid": "网格编号",
    "tags": "标签",
    "joined_on": "入会日期",
}
REQUIRED = ("name", "id_number", "union")
_SYNONYMS = {
    "name": ("姓名", "职工姓名", "会员姓名", "名字"),
    "id_number": ("身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "身份证"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "联系方式", "电话"),
    "employer": ("工作单位", "单位", "单位名称", "用人单位", "公司"),
    "employer_uscc": ("单位统一社会信用代码", "统一社会信用代码", "信用代码"),
    "union": ("所属工会", "工会", "工会名称", "基层工会", "所在工会"),
    "grid": ("网格编号", "网格", "网格编码", "所在网格"),
    "tags": ("标签", "类别", "人员类别"),
    "joined_on": ("入会日期", "入会时间", "加入工会日期"),
}
_FIELD_OF = {synonym: field for field, names in _SYNONYMS.items() for synonym in names}
HEADING_WITHIN = 12
EXCEL_EPOCH = datetime.date(1899, 12, 30)
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?月?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_INVISIBLE = re.compile(r"[​‌‍﻿  　\s]+")
# A double holds 15 digits for certain; an ID number kept as a number has lost its last three.
EXACT_BELOW = 10**15


class CellError(Exception):
    """A cell that can't be taken; the text says why, to the person who filled it in."""


@dataclass(frozen=True)
class Heading:
    """Where the columns are: field → position; `row` is the heading's own number (from 0)."""

    row: int
    places: dict[str, int]


def find_heading(
    rows: list[list[Any]],
    fields: Mapping[str, str] = _FIELD_OF,
    required: Sequence[str] = REQUIRED,
) -> Heading | None:
    """Find the row that names the columns, below any titles and merged headings; None if required ones are missing.

    `fields` maps what people call a column to its field; the roster's own unless another list brings its names.
    """
    best: Heading | None = None
    for number, row in enumerate(rows[:HEADING_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            field = fields.get(_heading_text(cell))
            if field and field not in places:
                places[field] = place
        if all(field in places for field in required) and (best is None or len(places) > len(best.places)):
            best = Heading(number, places)
    return best


def _heading_text(cell: Any) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(cell or "")))
    return re.sub(r"[（(].*?[)）]|[*＊:：]", "", text)


def text_of(cell: Any) -> str:
    """Return a cell's text as people meant it: half-width, without stray spaces, whole numbers without '.0'."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, datetime.date):
        return cell.strftime("%Y-%m-%d")
    return _INVISIBLE.sub(" ", unicodedata.normalize("NFKC", str(cell))).strip().lstrip("'")


def digits_of(cell: Any) -> str:
    """Return a number that is really a text (ID, phone, code); raises CellError when Excel has rounded it."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= EXACT_BELOW:
        raise CellError("Excel 把这一列当成了数字，后几位已变成 0；请把列格式改为“文本”后重新填写")
    text = text_of(cell).replace(" ", "").replace("-", "").upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text):
        raise CellError("Excel 用科学计数法显示，后几位已丢失；请把列格式改为“文本”后重新填写")
    return text[:-2] if re.fullmatch(r"\d{11}\.0", text) else text


def date_of(cell: Any) -> datetime.date | None:
    """Return a date from a date cell, Excel's day number or text in common forms; None for an empty cell."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    if text.isdecimal() and 10_000 <= int(text) <= 80_000:
        return EXCEL_EPOCH + datetime.timedelta(days=int(text))
    found = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text.split(" ")[0])
    if not found:
        raise CellError("日期看不懂，请写成 2024-05-01 的样子")
    year, month, day = found.groups()
    try:
        return datetime.date(int(year), int(month), int(day or 1))
    except ValueError:
        raise CellError("没有这一天，请检查日期") from None


def tags_of(cell: Any) -> list[str]:
    """Return the tags in a cell, separated by commas, 、 or ；, each once."""
    parts = re.split(r"[,，、;；|/]", text_of(cell))
    tags = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if any(len(tag) > 20 for tag in tags):
        raise CellError("每个标签最多 20 个字，用顿号或逗号隔开")
    return tags
