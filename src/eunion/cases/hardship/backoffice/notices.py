"""Notices and what people object: looked into, decided, and who said it only for a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.services import notices
from eunion.cases.models import HardshipNotice, HardshipObjection
from eunion.kernel import audit, fields
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import scope_of, signed_in

REASON_MIN = 4
may_view = permission_required(policies.NOTICES, raise_exception=True)
may_decide = permission_required(policies.DECIDE, raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/notices/?state=open: notices in scope, and how many objections wait."""
    context = paged(request, selectors.notices(scope_of(signed_in(request)), request.GET.dict()))
    context["now"] = timezone.now()
    return render(request, "cases/hardship/admin/notices.html", context)


def _notice(request: HttpRequest, public_id: str) -> HardshipNotice:
    rows = HardshipNotice.objects.filter(scope_of(signed_in(request)).unions("case__union__"))
    return get_object_or_404(rows.select_related("case__union"), public_id=public_id)


@require_GET
@may_view
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/hardship/notices/<id>/: a notice with its objections, the objectors masked."""
    return _show(request, _notice(request, public_id))


def _show(request: HttpRequest, notice: HardshipNotice, **more: Any) -> HttpResponse:
    rows = notice.objections.select_related("decided_by").order_by("-id")
    said = [
        (one, fields.masked_name(one.name) or "没有留名", fields.masked_phone(one.phone) if one.phone else "")
        for one in rows
    ]
    context = {"notice": notice, "case": notice.case, "said": said, "now": timezone.now(), **more}
    return render(request, "cases/hardship/admin/notice.html", context, status=more.get("status", 200))


def _objection(request: HttpRequest, public_id: str) -> HardshipObjection:
    rows = HardshipObjection.objects.filter(scope_of(signed_in(request)).unions("notice__case__union__"))
    return get_object_or_404(rows.select_related("notice__case__union"), public_id=public_id)


@require_POST
@may_decide
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /admin/hardship/objections/<id>/decide/ (upheld, words): what looking into it showed."""
    objection, words = _objection(request, public_id), request.POST.get("words", "")
    upheld = request.POST.get("upheld")
    try:
        if upheld not in ("yes", "no"):
            return _show(request, objection.notice, error="请选择属实还是不属实。", words=words, status=422)
        notices.decide(objection=objection, user=signed_in(request), upheld=upheld == "yes", words=words)
    except DomainError as problem:
        return _show(
            request,
            objection.notice,
            error=problem.message,
            words=words,
            upheld=upheld,
            status=problem.status,
        )
    flash.success(request, "已记下核实情况。")
    return redirect("hardship_notice_staff", objection.notice.public_id)


@require_POST
@may_decide
@transaction.atomic
def unmask(request: HttpRequest, public_id: str) -> JsonResponse:
    """POST /admin/hardship/objections/<id>/unmask/ (reason): who objected; who looked and why is written down."""
    objection, reason = _objection(request, public_id), request.POST.get("reason", "").strip()
    if len(reason) < REASON_MIN:
        return JsonResponse({"title": "请写明查看的原因，它会记入日志。"}, status=422)
    data = {"reason": reason[:200]}
    audit.record(actor=signed_in(request), action="hardship.unmask", target=objection, data=data)
    answer = JsonResponse({"lines": [["姓名", objection.name], ["电话", objection.phone]]})
    answer["Cache-Control"] = "no-store"
    return answer
