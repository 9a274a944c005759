"""The whole ledger in scope: sums by year and programme, the lines, the spreadsheet."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.backoffice.files import may_view
from eunion.cases.models import HardshipEntry, HardshipProgramme
from eunion.kernel import audit
from eunion.kernel.console import paged, workbook
from eunion.registry.scope import scope_of, signed_in

EXPORTED_MOST = 50_000
HEADS = (
    "档案号", "户主", "类型", "所属工会", "救助项目", "金额（元）", "发放日期", "谁决定的", "凭证号", "说明", "冲正", "登记人",
)  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"year": str(timezone.localdate().year), **request.GET.dict()}


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/ledger/?year=…&programme=…&q=…: the ledger in scope, this year's at first."""
    asked = _asked(request)
    rows = selectors.entries(scope_of(signed_in(request)), asked)
    context: dict[str, Any] = paged(request, rows)
    sums = selectors.sums(rows)
    this_year = timezone.localdate().year
    context |= {
        "sums": sums,
        "total": sum(row["fen"] for row in sums),
        "year": asked["year"],
        "years": range(this_year, this_year - 6, -1),
        "programmes": HardshipProgramme.objects.all(),
    }
    return render(request, "cases/hardship/admin/ledger.html", context)


@permission_required(policies.EXPORT, raise_exception=True)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """POST /admin/hardship/ledger/export/?…: what the list shows, as XLSX. Logged."""
    user, asked = signed_in(request), _asked(request)
    rows = selectors.entries(scope_of(user), asked)[:EXPORTED_MOST]
    audit.record(actor=user, action="hardship.export", target=user, data={"rows": len(rows), **asked})
    return workbook("hardship", "救助台账", HEADS, (_line(one) for one in rows))


def _line(one: HardshipEntry) -> tuple[Any, ...]:
    return (
        one.file.number,
        one.file.name,
        one.file.get_kind_display(),
        one.file.union.name,
        one.programme.name,
        one.amount_fen / 100,
        f"{one.paid_on}",
        one.decided_by,
        one.proof,
        one.note,
        "冲正" if one.corrects_id else "",
        str(one.recorded_by),
    )
