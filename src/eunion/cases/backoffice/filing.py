"""代為錄入: what came by telephone, at the window or through a grid worker is typed in by staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from eunion.cases import forms, policies, shown
from eunion.cases.declaration import Service
from eunion.cases.models import Case
from eunion.cases.services import filing
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

WAYS = [one for one in Case.Way if one not in (Case.Way.PAGE, Case.Way.ASSISTANT)]
may_handle = permission_required("cases.handle_case", raise_exception=True)


def _filed(request: HttpRequest) -> list[Service]:
    return [one for one in policies.services_of(signed_in(request)) if filing.may_be_filed(one)]


@require_GET
@may_handle
def choose(request: HttpRequest) -> HttpResponse:
    """GET /admin/cases/file/: which service."""
    return render(request, "cases/admin/file.html", {"services": _filed(request)})


@require_http_methods(["GET", "POST"])
@may_handle
def add(request: HttpRequest, name: str) -> HttpResponse:
    """GET or POST /admin/cases/file/<service>/: the same form as on the phone, typed for somebody else."""
    service = next((one for one in _filed(request) if one.name == name), None)
    if service is None:
        raise Http404
    errors: dict[str, str] = {}
    holder, problem = Case(service_name=name), ""
    if request.method == "POST":
        typed = forms.taken(service.fields(), request.POST)
        holder.answers = typed
        way = request.POST.get("way", "")
        try:
            made = filing.file(service=service, typed=typed, way=way, user=signed_in(request))
            flash.success(request, f"已录入，编号 {made.number}。")
            return redirect("cases_one", made.public_id)
        except DomainError as refused:
            errors, problem = refused.detail.get("errors") or {}, refused.message
    context: dict[str, Any] = {
        "service": service,
        "sections": shown.sections(holder, errors, request.POST.get("more", "")),
        "ways": [(one.value, one.label) for one in WAYS],
        "way": request.POST.get("way", Case.Way.PHONE),
        "error": problem,
    }
    return render(request, "cases/admin/file_one.html", context, status=422 if problem else 200)
