"""Public and member screens of hardship assistance: the self-test, the notices, one's own file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from eunion.cases import forms, shown
from eunion.cases.hardship import selectors
from eunion.cases.hardship import selftest as test
from eunion.cases.hardship.services import notices as services
from eunion.cases.models import HardshipNotice
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def selftest(request: HttpRequest) -> HttpResponse:
    """GET or POST /services/hardship/selftest/: which kind may fit. What is typed is answered and forgotten."""
    context: dict[str, Any] = {"tab": "home", "facts": selectors.standard_on()}
    typed = forms.taken(test.ASKED, request.POST)
    read = test.read(typed) if request.method == "POST" else None
    errors = read.errors if read else {}
    if read and not errors:
        context["tested"] = test.tested(read.values)
    context["fields"] = shown.fields_of(test.ASKED, typed, errors)
    context["error"] = "有几处没填好，请按红字提示改一改。" if errors else ""
    return _fresh(render(request, "cases/hardship/selftest.html", context, status=422 if errors else 200))


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """GET /services/hardship/notices/: who stands in public now: masked name, union, kind and period."""
    rows = selectors.shown_notices().order_by("-began_at", "-id")
    return _fresh(render(request, "cases/hardship/notices.html", {"tab": "home", **paged(request, rows)}))


@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /services/hardship/notices/<id>/ (words, name, phone): raise an objection; name and phone are optional."""
    context: dict[str, Any] = {"tab": "home", "asked": request.POST}
    notice = selectors.shown_notices().filter(public_id=public_id).first()
    if notice is None:
        get_object_or_404(HardshipNotice, public_id=public_id)
        return _fresh(render(request, "cases/hardship/over.html", context, status=410))
    context["notice"] = notice
    status = 200
    if request.method == "POST":
        words = {name: request.POST.get(name, "") for name in ("words", "name", "phone")}
        try:
            services.object_to(notice=notice, sender=_sender(request), **words)
            context["done"] = True
        except DomainError as problem:
            context["error"], status = problem.message, problem.status
    return _fresh(render(request, "cases/hardship/object.html", context, status=status))


def _sender(request: HttpRequest) -> str:
    """Return where a request comes from: what our own proxy saw, which is the last it wrote down, else the caller."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))


@login_required
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """GET /me/hardship/: my household's file and what it was given."""
    member = member_of(signed_in(request))
    file = selectors.own_file(member) if member else None
    context: dict[str, Any] = {"tab": "me", "file": file}
    if file:
        rows = file.entries.select_related("programme", "corrects", "corrected_by")
        context |= {"entries": rows, "sums": selectors.sums(file.entries.all())}
        context["total"] = sum(row["fen"] for row in context["sums"])
    return _fresh(render(request, "cases/hardship/own.html", context))
