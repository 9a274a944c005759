"""互助統計: enrolled, claims and benefit paid, per plan and union."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.medical import selectors
from eunion.cases.models import MedicalPlan
from eunion.kernel import audit
from eunion.kernel.console import paged, workbook
from eunion.registry.scope import signed_in

HEADS = (
    "计划", "缴费工会", "参加人数", "其中续保", "收费（元）", "申请件数", "审定件数", "审定金额（元）", "已发件数", "已发金额（元）",
)  # fmt: skip


@require_GET
@permission_required("cases.view_enrolment", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/medical/statistics/?plan=…: the figures within one's scope."""
    found = selectors.figures(signed_in(request), request.GET.get("plan", ""))
    names = ("enrolled", "renewed", "fees", "claims", "granted", "granted_fen", "paid", "paid_fen")
    context = paged(request, found) | {
        "plans": MedicalPlan.objects.exclude(state=MedicalPlan.State.DRAFT),
        "sums": {name: sum(getattr(one, name) for one in found) for name in names},
    }
    return render(request, "cases/medical/admin/statistics.html", context)


@require_POST
@permission_required("cases.export_medical", raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """POST /admin/medical/statistics/export/?plan=…: the figures as XLSX. Logged."""
    user = signed_in(request)
    found = selectors.figures(user, request.GET.get("plan", ""))
    audit.record(actor=user, action="medical.statistics", target=user, data={"rows": len(found)})
    return workbook("medical", "互助统计", HEADS, (one.line() for one in found))
