"""Knowledge as files: a list of objects in JSON, or one row an entry in XLSX; both read back as they were written."""

from __future__ import annotations

import datetime
import io
import json
import re
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from eunion.assistant.errors import BadFile
from eunion.assistant.models import KnowledgeEntry
from eunion.channels.plain import plain

# Column → what stands in the row of an entry. Lists take one line each within a cell.
COLUMNS = {
    "编号": "key",
    "问题": "question",
    "其他问法": "alternatives",
    "回答": "answer",
    "主题": "topic",
    "依据": "legal_basis",
    "来源": "source",
    "来源日期": "source_date",
    "链接": "links",
    "生效日期": "valid_from",
    "失效日期": "valid_until",
}
DATES = ("source_date", "valid_from", "valid_until")
ROWS_MAX, BYTES_MAX = 20_000, 20 * 1024 * 1024
_LINK = re.compile(r"^(?P<label>.*?)[\s:：]+(?P<url>(?:/|https://)\S+)$")


def read(*, name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the entries of a file, each checked; raises BadFile with every row that is wrong (the first twenty)."""
    if len(content) > BYTES_MAX:
        raise BadFile("文件太大：最多 20 MB。")
    rows = _rows_of_json(content) if name.lower().endswith(".json") else _rows_of_xlsx(content)
    if not rows:
        raise BadFile("文件里没有内容。")
    if len(rows) > ROWS_MAX:
        raise BadFile(f"一次最多导入 {ROWS_MAX} 条。")
    entries, wrong = [], []
    for place, row in rows:
        try:
            entries.append(_entry(row))
        except ValueError as error:
            wrong.append(f"{place}：{error}")
    if wrong:
        raise BadFile("；".join(wrong[:20]), rows=wrong[:200])
    return entries


def _rows_of_json(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise BadFile(f"不是有效的 JSON（{error}）。") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadFile("JSON 里应当是一个列表，每条知识一个对象。")
    return [(f"第 {number} 条", one) for number, one in enumerate(found, 1)]


def _rows_of_xlsx(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError, OSError):
        raise BadFile("打不开这个表格，请另存为 .xlsx 再试。") from None
    if not sheet:
        return []
    head = [str(cell).strip() for cell in sheet[0]]
    missing = [name for name in ("问题", "回答") if name not in head]
    if missing:
        raise BadFile(f"第 1 行应当是表头，缺少：{'、'.join(missing)}。可以先导出一份，照着填。")
    rows = []
    for number, cells in enumerate(sheet[1:], 2):
        row = {COLUMNS[name]: cell for name, cell in zip(head, cells, strict=False) if name in COLUMNS}
        if any(str(cell).strip() for cell in row.values()):
            rows.append((f"第 {number} 行", row))
    return rows


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the fields of an entry; raises ValueError in words."""
    key = str(row.get("key") or row.get("id") or "").strip()
    said = {
        "question": _text(row, "question", 120),
        "alternatives": lines(row.get("alternatives"), 120),
        "answer": _text(row, "answer", 1200),
        "topic": _text(row, "topic", 20),
        "legal_basis": _text(row, "legal_basis", 200) or basis_text(row.get("basis") or []),
        "source": _text(row, "source", 80),
        "links": links(row.get("links")),
        **{name: _date(row.get(name)) for name in DATES},
    }
    if not said["question"] or not said["answer"]:
        raise ValueError("问题和回答都要写")
    return {"key": key[:60], **said}


def _text(row: dict[str, Any], name: str, most: int) -> str:
    raw = str(row.get(name) or "")
    value = plain(raw, len(raw)).strip()
    if len(value) > most:
        label = next((label for label, field in COLUMNS.items() if field == name), name)
        raise ValueError(f"{label}太长（{len(value)} 字，最多 {most} 字）")
    return value


def lines(value: Any, most: int) -> list[str]:
    """Return a list, or text of one item a line, as a list without repeats; raises ValueError in words."""
    parts = value if isinstance(value, list) else str(value or "").splitlines()
    said = (plain(part, len(str(part))).strip() for part in parts)
    found = list(dict.fromkeys(part for part in said if part))
    if any(len(line) > most for line in found):
        raise ValueError(f"有一句其他问法太长（最多 {most} 字）")
    return found


def links(value: Any) -> list[dict[str, str]]:
    """Return links written as a list or as lines of “名称 地址”; raises ValueError in words."""
    if isinstance(value, list):
        found = [
            (str(one.get("label", "")), str(one.get("url", ""))) for one in value if isinstance(one, dict)
        ]
    else:
        typed = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        matches = [_LINK.match(line) for line in typed]
        if not all(matches):
            raise ValueError("链接每行一个，写成“名称 地址”，地址以 / 或 https:// 开头")
        found = [(match["label"], match["url"]) for match in matches if match]
    if any(not url.startswith(("/", "https://")) or url.startswith("//") for _, url in found):
        raise ValueError("链接地址应以 / 或 https:// 开头")
    return [{"label": label[:40], "url": url[:300]} for label, url in found]


def _date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    text = str(value or "").strip().replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return datetime.date(*(int(part) for part in text.split("-")))
    except (TypeError, ValueError):
        raise ValueError(f"日期“{text}”不对，应写成 2026-01-31") from None


def basis_text(basis: list[dict[str, str]]) -> str:
    """Return [{"law", "article"}, …] as one line: 《劳动合同法》第十条、第八十二条；《劳动法》第三十六条."""
    by_law: dict[str, list[str]] = {}
    for one in basis:
        by_law.setdefault(one["law"], []).append(one.get("article", ""))
    return "；".join(f"《{law}》{'、'.join(filter(None, articles))}" for law, articles in by_law.items())


def row_of(entry: KnowledgeEntry) -> dict[str, Any]:
    """Return an entry as an object for JSON."""
    row = {field: getattr(entry, field) for field in COLUMNS.values()}
    return row | {name: row[name].isoformat() if row[name] else None for name in DATES}


def as_json(entries: list[KnowledgeEntry]) -> bytes:
    """Return entries as a JSON list that `read` takes back."""
    return json.dumps([row_of(entry) for entry in entries], ensure_ascii=False, indent=1).encode()


def as_xlsx(entries: list[KnowledgeEntry]) -> bytes:
    """Return entries as a workbook that `read` takes back."""
    buffer = io.BytesIO()
    # Nothing that an editor typed may run as a formula.
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, wrap = book.add_worksheet("知识"), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 24, wrap)
        sheet.write_row(0, 0, list(COLUMNS), book.add_format({"bold": True}))
        for number, entry in enumerate(entries, 1):
            sheet.write_row(number, 0, [_cell(field, value) for field, value in row_of(entry).items()])
    return buffer.getvalue()


def _cell(field: str, value: Any) -> str:
    if field == "links":
        return "\n".join(f"{one['label']} {one['url']}" for one in value)
    return "\n".join(value) if isinstance(value, list) else str(value or "")
