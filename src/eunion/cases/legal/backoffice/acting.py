"""Who acts in a case: suggestions with conflicts named, the assignment, the work and its report."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.backoffice.workbench import case_of, shown_to
from eunion.cases.forms import FenField
from eunion.cases.legal import conflicts, policies, selectors
from eunion.cases.legal.rules import rules
from eunion.cases.legal.services import assigning, work
from eunion.cases.legal.shown import clock_of
from eunion.cases.models import Case, Lawyer
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import signed_in

may_assign = permission_required("cases.assign_lawyer", raise_exception=True)
may_write = permission_required("cases.write_worknote", raise_exception=True)


def _legal(request: HttpRequest, public_id: str) -> Case:
    case = case_of(request, public_id)
    if case.service_name != "legal":
        raise Http404
    return case


@require_GET
@may_assign
def choose(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/cases/<id>/lawyer/: the lawyers for a case, the best first; conflicts named."""
    return _choice(request, _legal(request, public_id))


def _choice(request: HttpRequest, case: Case, **more: Any) -> HttpResponse:
    context = {
        "case": case,
        "aid": case.legal,  # type: ignore[attr-defined]
        "clock": clock_of(case.legal, rules().warn_days),  # type: ignore[attr-defined]
        "acting": policies.acting_lawyer(case),
        "suggestions": conflicts.suggestions(case),
        "may_clear": request.user.has_perm("cases.clear_conflict"),
        **more,
    }
    return render(request, "cases/legal/admin/choose.html", context, status=more.get("status", 200))


@require_POST
@may_assign
def assign(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/lawyer/assign/ (lawyer, version, what: assign or clear, why): give the case to a lawyer, or clear a conflict."""
    case, user = _legal(request, public_id), signed_in(request)
    lawyer = get_object_or_404(Lawyer, public_id=request.POST.get("lawyer", ""))
    why, version = request.POST.get("why", ""), request.POST.get("version", "")
    try:
        if request.POST.get("what") == "clear":
            assigning.clear_conflict(case=case, lawyer=lawyer, user=user, statement=why)
            flash.success(request, f"已记录理由，可以指派{lawyer}。")
            return redirect("legal_choose", public_id)
        seen = int(version) if version.isdecimal() else None
        assigning.assign(case=case, lawyer=lawyer, user=user, version=seen, why=why)
    except DomainError as problem:
        return _choice(request, case, error=problem.message, why=why, at=lawyer.pk, status=problem.status)
    flash.success(request, f"{case.number} 由{lawyer}办理，已告诉申请人。")
    return redirect("cases_one", public_id)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Invalid("请选择日期。") from None


def _note(request: HttpRequest, case: Case) -> str:
    minutes = request.POST.get("minutes", "")
    work.note(
        case=case,
        user=signed_in(request),
        token=request.POST.get("token", ""),
        done_on=_day(request.POST.get("done_on", "")),
        minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
        words=request.POST.get("note_words", ""),
    )
    return "工作记录已保存。"


def _report(request: HttpRequest, case: Case) -> str:
    from django.core.exceptions import ValidationError

    try:
        fen = FenField(required=False).clean(request.POST.get("recovered", "")) or 0
    except ValidationError:
        raise Invalid("挽回金额请填数字，单位是元。") from None
    words, outcome = request.POST.get("report", ""), request.POST.get("outcome", "")
    work.report(case=case, user=signed_in(request), outcome=outcome, recovered_fen=fen, words=words)
    return "结案报告已保存，办件员确认后结案。"


def _filed(request: HttpRequest, case: Case) -> str:
    work.filed(case=case, user=signed_in(request), day=_day(request.POST.get("filed_on", "")))
    return "已登记，不再提醒时效。"


_ACTS = {"note": _note, "report": _report, "filed": _filed}


@require_POST
@may_write
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /admin/cases/<id>/work/ (what: note, report, filed): what the lawyer did."""
    case = _legal(request, public_id)
    doing = _ACTS.get(request.POST.get("what", ""))
    try:
        if doing is None:
            raise Invalid("请选择要做什么。")
        flash.success(request, doing(request, case))
    except DomainError as problem:
        typed_work = request.POST.dict()
        return shown_to(request, case, error=problem.message, typed_work=typed_work, status=problem.status)
    return redirect(f"{reverse('cases_one', args=[public_id])}#legal")


@require_GET
@permission_required("cases.act_lawyer", raise_exception=True)
def mine(request: HttpRequest) -> HttpResponse:
    """GET /admin/legal-cases/: the cases in which one acts."""
    context: dict[str, Any] = paged(request, selectors.cases_of(signed_in(request)))
    warn_days = rules().warn_days
    for case in context["pager"]:
        case.clock = clock_of(case.legal, warn_days)
    return render(request, "cases/legal/admin/mine.html", context)
