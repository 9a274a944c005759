"""What the lists share: pages, the filters that a page link keeps, days that were typed, spreadsheets."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

PAGE_SIZE = 25
# Encrypted text is searched in Python: this many of the newest rows that the filters keep.
LOOKED_AT = 3000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def paged(request: HttpRequest, rows: Any, size: int = PAGE_SIZE, name: str = "page") -> dict[str, Any]:
    """Return the page that was asked for, and the address's other words for its links."""
    kept = request.GET.copy()
    kept.pop(name, None)
    pager = Paginator(rows, size).get_page(request.GET.get(name))
    return {"pager": pager, "kept": kept.urlencode(), "asked": request.GET}


def day(text: str | None) -> datetime.date | None:
    """Return a day typed as 2026-01-31, or None."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def moment(on: datetime.date) -> datetime.datetime:
    """Return a day's first moment in the federation's time."""
    return datetime.datetime.combine(on, datetime.time(), timezone.get_default_timezone())


def download(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """Return a file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return one sheet; nothing that anyone typed runs as a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
    return buffer.getvalue()
