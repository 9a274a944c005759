"""證書與服務時長: what was issued and credited in one's scope, withdrawn and corrected with a reason."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from eunion.booking.courses.records import paper_response
from eunion.booking.models import Certificate, Claim, HourEntry
from eunion.booking.services import certificates, hours
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import scope_of, signed_in


@require_http_methods(["GET", "POST"])
@permission_required("booking.view_certificate", raise_exception=True)
def certificate_list(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/certificates/?q=…&kind=…: certificates in scope, newest first; a POST withdraws one."""
    rows = Certificate.objects.visible_to(scope_of(signed_in(request)))
    error = ""
    if request.method == "POST":
        found = get_object_or_404(rows, code=request.POST.get("code"))
        try:
            reason = request.POST.get("reason", "")
            certificates.withdraw(certificate=found, user=signed_in(request), reason=reason)
            flash.success(request, f"证书 {found.number} 已撤销，验证页已显示。")
            return redirect(request.get_full_path())
        except DomainError as problem:
            error = problem.message
    if request.GET.get("kind") in Certificate.Kind.values:
        rows = rows.filter(kind=request.GET["kind"])
    query = request.GET.get("q", "").strip()[:40]
    if query:
        serial = query.rpartition("-")[2]
        number = Q(pk=int(serial)) if serial.isdecimal() and len(serial) < 12 else Q()
        rows = rows.filter(Q(name=query) | Q(title__icontains=query) | Q(code=query) | number)
    context = {
        **paged(request, rows.select_related("issuer")),
        "kinds": Certificate.Kind.choices,
        "error": error,
    }
    return render(request, "booking/admin/certificates.html", context, status=422 if error else 200)


@require_GET
@permission_required("booking.view_certificate", raise_exception=True)
def certificate_paper(request: HttpRequest, code: str) -> HttpResponse:
    """GET /admin/certificates/<code>/: the PDF."""
    found = Certificate.objects.visible_to(scope_of(signed_in(request))).select_related("issuer")
    return paper_response(get_object_or_404(found, code=code))


@require_http_methods(["GET", "POST"])
@permission_required("booking.view_hourentry", raise_exception=True)
def hour_list(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/service-hours/?q=…: entries of what one's unions ran, newest first; a POST corrects one."""
    scope = scope_of(signed_in(request))
    rows = HourEntry.objects.filter(scope.unions("claim__session__offering__owner__"))
    error, typed = "", {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("claim", "hours", "reason")}
        try:
            _correct(request, scope, typed)
            flash.success(request, "已记入更正，职工在“我的”里看得到。")
            return redirect(request.get_full_path())
        except DomainError as problem:
            error = problem.message
    query = request.GET.get("q", "").strip()[:40]
    if query:
        rows = rows.filter(Q(member__name=query) | Q(claim__session__offering__title__icontains=query))
    rows = rows.select_related("member", "claim", "by").order_by("-id")
    context = {**paged(request, rows), "typed": typed, "error": error}
    return render(request, "booking/admin/hours.html", context, status=422 if error else 200)


def _correct(request: HttpRequest, scope: Any, typed: dict[str, str]) -> None:
    claims = Claim.objects.visible_to(scope).select_related("session__offering__owner")
    claim = get_object_or_404(claims, public_id=typed["claim"])
    try:
        amount = Decimal(typed["hours"])
    except InvalidOperation:
        raise Invalid("小时数请填数字，例如 1.5 或 -1。") from None
    if not amount.is_finite():
        raise Invalid("小时数请填数字，例如 1.5 或 -1。")
    hours.correct(claim=claim, user=signed_in(request), hours=amount, reason=typed["reason"])
