"""A grid worker passes on what a resident told them, on their own phone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from eunion.cases import forms, shown
from eunion.cases.declaration import SERVICES
from eunion.cases.models import Case
from eunion.cases.services import filing
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in


@require_http_methods(["GET", "POST"])
@permission_required("cases.add_case", raise_exception=True)
def file(request: HttpRequest) -> HttpResponse:
    """GET or POST /services/requests/for-resident/: the form of a request, for a resident of one's grids."""
    service, holder = SERVICES["requests"], Case(service_name="requests")
    context: dict[str, Any] = {"tab": "home", "service": service, "error": "", "made": None}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = forms.taken(service.fields(), request.POST)
        try:
            made = filing.file(service=service, typed=typed, way=Case.Way.GRID, user=signed_in(request))
            return render(request, "cases/for_resident.html", context | {"made": made})
        except DomainError as refused:
            errors, context["error"] = refused.detail.get("errors") or {}, refused.message
            holder.answers = typed
    context["sections"] = shown.sections(holder, errors)
    return render(request, "cases/for_resident.html", context, status=422 if context["error"] else 200)
