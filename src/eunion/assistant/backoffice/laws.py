"""法规文件: laws and rules by article; brought in several at once, older versions kept, one of them cited."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.assistant.backoffice.listing import paged
from eunion.assistant.models import Document
from eunion.assistant.services import documents
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

FILES_MAX, BYTES_MAX = 50, 10 * 1024 * 1024
may_view = permission_required("assistant.view_document", raise_exception=True)
CHANGES = {"withdraw": documents.withdraw_document, "restore": documents.restore_document}


@dataclass(frozen=True)
class Taken:
    """What became of one file."""

    name: str
    words: str
    ok: bool
    document: Document | None = None


@require_http_methods(["GET", "POST"])
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/laws/?q=…&live=…; POST takes files in, each by itself: a bad one doesn't stop the others."""
    taken: list[Taken] = []
    if request.method == "POST":
        files = request.FILES.getlist("files")
        taken = [_take(request, file) for file in files[:FILES_MAX]]
        if not files:
            taken = [Taken("", "请先选文件。", ok=False)]
        elif len(files) > FILES_MAX:
            taken.append(Taken("", f"一次最多 {FILES_MAX} 个，其余没有导入。", ok=False))
    rows = (
        Document.objects.annotate(article_count=Count("articles"))
        .select_related("imported_by")
        .order_by("title", F("effective_on").desc(nulls_last=True), "-id")
    )
    query, live = request.GET.get("q", "").strip(), request.GET.get("live", "1")
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(source__icontains=query))
    if live in ("0", "1"):
        rows = rows.filter(live=live == "1")
    context = {**paged(request, rows), "taken": taken, "live": live}
    return render(request, "assistant/admin/laws.html", context)


def _take(request: HttpRequest, file: object) -> Taken:
    name, size = str(getattr(file, "name", "")), getattr(file, "size", 0)
    if size > BYTES_MAX:
        return Taken(name, "文件太大：最多 10 MB。", ok=False)
    try:
        document, changed = documents.import_document(
            name=name,
            content=file.read(),  # type: ignore[attr-defined]
            user=signed_in(request),
        )
    except DomainError as error:
        return Taken(name, error.message, ok=False)
    count = document.articles.count()
    words = f"导入 {count} 条" if changed else f"与已有的相同（{count} 条），没有变化"
    return Taken(name, words if document.live else f"{words}；有更新的版本，不引用这一版", True, document)


@require_GET
@may_view
def detail(request: HttpRequest, document_id: int) -> HttpResponse:
    """GET /admin/laws/<id>/?q=…: its articles and its other versions."""
    document = get_object_or_404(Document.objects.select_related("imported_by"), pk=document_id)
    rows = document.articles.all()
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(Q(text__icontains=query) | Q(number=query) | Q(heading__icontains=query))
    versions = (
        Document.objects.filter(title=document.title)
        .exclude(pk=document.pk)
        .order_by(F("effective_on").desc(nulls_last=True), "-id")
    )
    context = {**paged(request, rows, 50), "document": document, "versions": versions}
    return render(request, "assistant/admin/law.html", context)


@require_POST
@may_view
def change(request: HttpRequest, document_id: int, verb: str) -> HttpResponse:
    """POST /admin/laws/<id>/withdraw|restore/; the service asks for the permission."""
    document = get_object_or_404(Document, pk=document_id)
    CHANGES[verb](document=document, user=signed_in(request))
    return redirect("assistant_law", document.pk)
