"""What the rooms' staff screens share: pages of a list, days and hours that were typed, spreadsheets, menu items."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from wagtail.admin.menu import MenuItem

from eunion.kernel.errors import Invalid

PAGE_SIZE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def paged(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """Return the page that was asked for, and the address's other words for its links."""
    kept = request.GET.copy()
    kept.pop("page", None)
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"pager": pager, "kept": kept.urlencode(), "asked": request.GET}


def moment(day: str, time: str, what: str) -> datetime.datetime:
    """Return a moment typed as a day and a time, in the federation's zone. Raises Invalid, naming `what`."""
    try:
        naive = datetime.datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        raise Invalid(f"{what}请填完整的日期和时间。") from None
    return naive.replace(tzinfo=timezone.get_default_timezone())


def day(text: str | None, otherwise: datetime.date) -> datetime.date:
    """Return a day typed as 2026-01-31, or another one."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def workbook(name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return one sheet to keep, its file named `name` and the day; nothing that anyone typed runs as a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 16)
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    stamp = f"{timezone.localdate():%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


class ScreenItem(MenuItem):
    """A screen in the console's menu, for those with the right (`app.codename`) to look."""

    def __init__(self, label: str, address: str, right: str, **kwargs: Any) -> None:
        self.right = right
        super().__init__(label, reverse_lazy(address), name=address, **kwargs)

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm(self.right)
