"""帮扶標準: the rule book's figures from a day on, and the programmes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from eunion.cases import forms, shown
from eunion.cases.application import Answers
from eunion.cases.declaration import Field
from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.services import standards
from eunion.cases.models import HardshipProgramme, HardshipStandard
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import signed_in

ASKED = [
    Field("effective_on", "从哪天起", "date"),
    Field("monthly_fen", "低保标准（每人每月，元）", "money"),
    Field("relative_percent", "相对困难线（低保标准的百分之几）", "number", least=100, most=1000),
    Field("accident_percent", "意外致困线（全年收入的百分之几）", "number", least=1, most=1000),
    Field("notice_workdays", "公示多少个工作日", "number", least=1, most=60),
    Field("recheck_months", "几个月复核一次", "number", least=1, most=60),
    Field("source", "依据的文件", help="文件名称和文号，申请人也看得到。"),
]
_DEFAULTS = {
    "relative_percent": "200",
    "accident_percent": "80",
    "notice_workdays": "5",
    "recheck_months": "12",
}


@require_http_methods(["GET", "POST"])
@permission_required(policies.STANDARDS, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/hardship/standards/: the figures, newest first; POST adds those of a new day."""
    if request.method == "GET":
        return _show(request, _DEFAULTS)
    typed = forms.taken(ASKED, request.POST)
    try:
        read = Answers(ASKED, typed)
        if read.errors:
            raise Invalid("有几处没填好，请按提示改一改。", errors=read.errors)
        standards.add_standard(user=signed_in(request), **read.values)
    except DomainError as problem:
        errors = problem.detail.get("errors") or {}
        return _show(request, typed, error=problem.message, errors=errors, status=problem.status)
    flash.success(request, "新的标准已录入，到日子自动生效。")
    return redirect("hardship_standards")


def _show(request: HttpRequest, typed: dict[str, Any], **more: Any) -> HttpResponse:
    context = {
        "fields": shown.fields_of(ASKED, typed, more.get("errors") or {}),
        "standards": HardshipStandard.objects.select_related("added_by")[:50],
        "current": selectors.standard_on(),
        "today": timezone.localdate(),
        "programmes": HardshipProgramme.objects.all(),
        "may_set": request.user.has_perm(policies.SET),
        **more,
    }
    return render(request, "cases/hardship/admin/standards.html", context, status=more.get("status", 200))


@permission_required(policies.SET, raise_exception=True)
@require_POST
def programme(request: HttpRequest) -> HttpResponse:
    """POST /admin/hardship/programmes/ (name, source, active): add a programme, or take it out of use."""
    try:
        standards.keep_programme(
            user=signed_in(request),
            name=request.POST.get("name", ""),
            source=request.POST.get("source", ""),
            active=bool(request.POST.get("active")),
        )
    except DomainError as problem:
        return _show(request, _DEFAULTS, error=problem.message, status=problem.status)
    flash.success(request, "救助项目已保存。")
    return redirect("hardship_standards")
