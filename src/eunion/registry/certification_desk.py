"""Staff screens of 認證核實: who waits, what differs, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from eunion.kernel import fields
from eunion.kernel.errors import DomainError
from eunion.registry.certification import services
from eunion.registry.models import CertificationRequest
from eunion.registry.scope import scope_of, signed_in

PAGE_SIZE = 30


@require_GET
@permission_required("registry.certify_member", raise_exception=True)
def desk(request: HttpRequest) -> HttpResponse:
    """GET /admin/certifications/: those that wait, oldest first; others by state, newest first."""
    visible = CertificationRequest.objects.visible_to(scope_of(signed_in(request)))
    state = request.GET.get("state", CertificationRequest.State.PENDING)
    rows = visible.filter(state=state) if state in CertificationRequest.State.values else visible
    query = request.GET.get("q", "").strip()[:40]
    if query:
        rows = rows.filter(name__startswith=query)
    order = "id" if state == CertificationRequest.State.PENDING else "-id"
    pager = Paginator(rows.select_related("member", "decided_by").order_by(order), PAGE_SIZE)
    context = {
        "pager": pager.get_page(request.GET.get("page")),
        "states": CertificationRequest.State.choices,
        "state": state,
        "query": query,
    }
    return render(request, "registry/admin/certifications.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("registry.certify_member", raise_exception=True)
def one(request: HttpRequest, request_id: int) -> HttpResponse:
    """GET /admin/certifications/<id>/: the two sides, masked, with what differs; POST decides."""
    visible = CertificationRequest.objects.visible_to(scope_of(signed_in(request)))
    asked = get_object_or_404(visible.select_related("member", "user", "decided_by"), pk=request_id)
    error = ""
    if request.method == "POST":
        try:
            _decide(request, asked)
            return redirect("registry_certifications")
        except DomainError as problem:
            error = problem.message
            asked.refresh_from_db()
    return render(request, "registry/admin/certification.html", {**_sides(asked), "error": error})


def _decide(request: HttpRequest, asked: CertificationRequest) -> None:
    """Do what the button says. Raises DomainError."""
    verb, note, user = request.POST.get("do"), request.POST.get("note", ""), signed_in(request)
    if verb == "again":
        found = services.compare_again(asked=asked, user=user)
        done = found.state == CertificationRequest.State.ACCEPTED
        flash.success(request, "重新比对一致，已通过。" if done else "重新比对过了，仍不一致。")
    elif verb == "accept":
        services.accept(asked=asked, note=note, user=user)
        flash.success(request, f"{asked.name} 的认证已通过。")
    else:
        services.refuse(asked=asked, note=note, user=user)
        flash.success(request, f"{asked.name} 的认证已退回，原因会告诉本人。")


def _sides(asked: CertificationRequest) -> dict[str, Any]:
    member = asked.member
    said = (asked.name, fields.masked_id_number(asked.id_number), fields.masked_phone(asked.phone))
    kept = ("—", "—", "—")
    if member:
        kept = (member.name, fields.masked_id_number(member.id_number), fields.masked_phone(member.phone))
    same = (
        bool(member) and asked.name == (member.name if member else ""),
        bool(member),
        bool(member) and asked.phone == (member.phone if member else ""),
    )
    labels = ("姓名", "身份证号", "手机号")
    return {"asked": asked, "rows": list(zip(labels, said, kept, same, strict=True))}
