"""Staff screens of 雲博士: the knowledge, a box to try it, and the questions that wait for a person."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.assistant import retrieval
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering
from eunion.channels.base import SendError
from eunion.kernel.errors import Conflict
from eunion.registry.scope import signed_in

PAGE_SIZE = 30


class KnowledgeViewSet(ModelViewSet):
    """知识库."""

    model = KnowledgeEntry
    icon = "help"
    menu_label = "知识库"
    menu_order = 400
    name = "knowledge"
    add_to_admin_menu = True
    list_display = ["question", "topic", "source", "live", "updated_at"]
    list_filter = ["topic", "live"]
    list_export = [
        "question",
        "alternatives",
        "answer",
        "topic",
        "legal_basis",
        "source",
        "source_date",
        "live",
    ]
    search_fields = ["question", "answer"]
    search_backend_name = None
    panels = [
        FieldPanel(name)
        for name in (
            "question",
            "alternatives",
            "answer",
            "topic",
            "legal_basis",
            "source",
            "source_date",
        )
    ]


@require_GET
@permission_required("assistant.view_turn", raise_exception=True)
def questions(request: HttpRequest) -> HttpResponse:
    """GET /admin/questions/: what waits for a person, urgent first; ?try=… shows what 雲博士 would find."""
    waiting = Turn.objects.filter(state=Turn.State.PASSED_ON).order_by("-urgent", "id")
    tried = request.GET.get("try", "").strip()
    found = retrieval.index().ask(tried) if tried else []
    entries = KnowledgeEntry.objects.in_bulk([one.entry_id for one in found])
    context = {
        "pager": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        "tried": tried,
        "found": [(entries[one.entry_id], round(one.confidence * 100)) for one in found],
        "reply": answering.think(tried) if tried else None,
    }
    return render(request, "assistant/admin/questions.html", context)


@require_POST
def reply(request: HttpRequest, turn_id: int) -> HttpResponse:
    """POST /admin/questions/<id>/; the service asks for the permission."""
    try:
        answering.reply_by_person(
            turn=get_object_or_404(Turn, pk=turn_id),
            text=request.POST.get("text", ""),
            user=signed_in(request),
            keep=bool(request.POST.get("keep")),
        )
    except SendError as error:
        raise Conflict(f"没有发出去：对方渠道暂时不收（{error.code}）。内容没有保存，请稍后再发。") from error
    return redirect("assistant_questions")
