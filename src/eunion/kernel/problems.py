"""The one place where a DomainError becomes an answer: problem details (RFC 9457) or a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from eunion.kernel.errors import DomainError


def wants_json(request: HttpRequest) -> bool:
    """Say whether the caller is a machine (JSON asked for or sent) rather than a person's page."""
    accept = request.headers.get("Accept", "")
    return "json" in accept or request.content_type == "application/json"


def problem(error: DomainError) -> JsonResponse:
    """Return RFC 9457 problem details for the error."""
    body = {
        "type": "about:blank",
        "title": error.message,
        "status": error.status,
        "code": error.code,
        **error.detail,
    }
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a request that ended in a DomainError, in the form its caller reads."""
    if wants_json(request):
        return problem(error)
    return render(request, "kernel/error.html", {"error": error}, status=error.status)
