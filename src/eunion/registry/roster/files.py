"""Reading rosters (XLSX, XLS, CSV in UTF-8 or GBK) and writing them: template, export, rejected rows."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from eunion.registry.errors import UnreadableRoster
from eunion.registry.models import Member, Membership, RosterRow, Union
from eunion.registry.roster.columns import TITLES

ROWS_MAX = 200_000
WIDTHS = (12, 22, 14, 28, 24, 30, 16, 20, 14)
# A reader lays a sheet out in full: one cell far away costs as much as all that lie between.
COLUMNS_MAX, CELLS_MAX, UNPACKED_MAX = 200, 8_000_000, 400 << 20
_PLACE = re.compile(rb"""\sr\s*=\s*["']([^"']{0,40})["']""")
_CELL = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
_CHUNK, _OVERLAP = 1 << 20, 64
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> list[list[Any]]:
    """Return the rows of the first sheet with anything on it, or of a CSV; raises UnreadableRoster."""
    if content[:4] == ZIP:
        _check_extent(content)
    rows = _read_workbook(content) if content[:4] in (ZIP, OLE) else _read_csv(content)
    if len(rows) > ROWS_MAX:
        raise UnreadableRoster(f"一次最多导入 {ROWS_MAX:,} 行，这个文件太长，请分成几个文件。")
    return rows


def _read_csv(content: bytes) -> list[list[Any]]:
    text = _decoded(content)
    if "\0" in text:
        raise UnreadableRoster("文件里有看不懂的字符。请另存为 .xlsx 再上传。")
    try:
        # One more than is taken tells that there are too many, and no more are read.
        return [list(row) for row in islice(csv.reader(io.StringIO(text)), ROWS_MAX + 1)]
    except csv.Error as error:
        raise UnreadableRoster("这个文件不像表格。请另存为 .xlsx 再上传。") from error


def _check_extent(content: bytes) -> None:
    """Refuse a workbook whose cells lie so far apart, or unpack to so much, that laying it out takes the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise UnreadableRoster("请另存为 .xlsx 或 CSV 再上传。")
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_MAX:
                raise UnreadableRoster("文件展开以后太大，请只留要导入的那张表。")
            for one in packed.infolist():
                if one.filename.lower().endswith(".bin") and "sheet" in one.filename.lower():
                    raise UnreadableRoster("请另存为 .xlsx 或 CSV 再上传。")
                with packed.open(one) as part:
                    _check_part(part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableRoster("这个文件打不开，可能已损坏或设了密码。请另存为 .xlsx 再上传。") from error


def _check_part(part: IO[bytes]) -> None:
    columns, rows, kept = 0, 0, b""
    while chunk := part.read(_CHUNK):
        text = kept + chunk
        for place in _PLACE.findall(text):
            cell = _CELL.fullmatch(place)
            if cell:
                columns, rows = max(columns, _number(cell[1])), max(rows, int(cell[2]))
            elif b"&" in place:
                raise UnreadableRoster("这个文件打不开，可能已损坏。请另存为 .xlsx 再上传。")
        kept = text[-_OVERLAP:]
    if columns > COLUMNS_MAX or columns * rows > CELLS_MAX:
        raise UnreadableRoster(
            "表格右边或下面很远的地方还有内容或格式，请删掉空白的行和列，只留要导入的部分。"
        )


def _number(letters: bytes) -> int:
    """Return a column's number from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _read_workbook(content: bytes) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if rows:
                return rows
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableRoster("这个文件打不开，可能已损坏或设了密码。请另存为 .xlsx 再上传。") from error
    raise UnreadableRoster("文件里没有内容。")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableRoster("看不懂文件的编码。请另存为 .xlsx 再上传。")


def template() -> bytes:
    """Return an empty roster whose number columns are text already, with a sheet that explains each column."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = _sheet(book, "名册")
        sheet.data_validation(
            1, 6, 1, 6, {"validate": "any", "input_title": "网格编号", "input_message": "不知道可以不填"}
        )
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 70)
        for place, line in enumerate(EXPLAINED):
            notes.write_row(place, 0, line)
    return buffer.getvalue()


EXPLAINED = (
    ("姓名", "必填"),
    ("身份证号", "必填，18 位；整列已设为文本，请勿改成数字"),
    ("手机号", "11 位"),
    ("工作单位", "与劳动合同一致"),
    ("单位统一社会信用代码", "18 位，可不填"),
    ("所属工会", "必填，工会全称或统一社会信用代码"),
    ("网格编号", "可不填"),
    ("标签", "多个用顿号隔开，例如：农民工、女职工"),
    ("入会日期", "例如 2024-05-01，可不填"),
)


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name)
    text = book.add_format({"num_format": "@"})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width, text)
    sheet.write_row(0, 0, list(TITLES.values()), book.add_format({"bold": True, "bg_color": "#F6E3E1"}))
    sheet.freeze_panes(1, 0)
    return sheet


def export(memberships: Iterable[Membership]) -> bytes:
    """Return current memberships (with member, grid and union) as a roster that imports unchanged."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = _sheet(book, "名册")
        for place, membership in enumerate(memberships, 1):
            sheet.write_row(place, 0, _cells(membership.member, membership.union, membership))
    return buffer.getvalue()


def _cells(member: Member, union: Union, membership: Membership) -> list[str]:
    return [
        member.name,
        member.id_number,
        member.phone,
        member.employer,
        member.employer_uscc,
        union.name,
        member.grid.code if member.grid else "",
        "、".join(member.tags),
        f"{membership.joined_on:%Y-%m-%d}" if membership.joined_on else "",
    ]


def rejects(rows: Iterable[RosterRow]) -> bytes:
    """Return the rejected rows, one line a problem: row, name, column, value (masked), reason."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("不能导入的行")
        sheet.write_row(
            0, 0, ["行号", "姓名", "列", "内容（已遮盖）", "原因"], book.add_format({"bold": True})
        )
        sheet.set_column(1, 3, 20)
        sheet.set_column(4, 4, 60)
        line = 1
        for row in rows:
            for note in row.notes:
                sheet.write_row(
                    line, 0, [row.number, row.name, note["column"], note["value"], note["reason"]]
                )
                line += 1
    return buffer.getvalue()
