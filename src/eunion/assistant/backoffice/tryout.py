"""试一问: what 雲博士 would say, and how every score came about."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from eunion.assistant import wiring
from eunion.kernel.errors import DomainError

QUESTION_MAX = 300


@require_GET
@permission_required("assistant.view_knowledgeentry", raise_exception=True)
def tryout(request: HttpRequest) -> HttpResponse:
    """GET /admin/try/?q=…; nothing is kept."""
    asked = request.GET.get("q", "").strip()[:QUESTION_MAX]
    context: dict[str, Any] = {"question": asked, "most": QUESTION_MAX}
    if asked:
        try:
            context["told"] = wiring.explain(asked)
        except DomainError as error:
            context["error"] = error.message
    return render(request, "assistant/admin/tryout.html", context)
