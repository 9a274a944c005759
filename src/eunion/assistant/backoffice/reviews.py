"""审核: versions that wait, each beside what speaks now; approved one by one or many at once, or sent back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from eunion.assistant import differences, selectors
from eunion.assistant.backoffice.entries import topic_choices
from eunion.assistant.backoffice.listing import paged
from eunion.assistant.differences import Difference
from eunion.assistant.models import KnowledgeEntry
from eunion.assistant.services import knowledge
from eunion.kernel.errors import DomainError
from eunion.kernel.problems import wants_json
from eunion.registry.scope import scope_of, signed_in

PAGE_SIZE = 20
AT_ONCE_MAX = 2000
SHOWN = 100
may_approve = permission_required("assistant.approve_knowledgeentry", raise_exception=True)


@dataclass(frozen=True)
class Waiting:
    """One version that waits, as the screen shows it."""

    entry: KnowledgeEntry
    after: KnowledgeEntry
    differences: list[Difference]


def _found(request: HttpRequest, asked: Any) -> QuerySet[Any]:
    """Return what waits and what the filters keep; `show=mine` also what the person has approved or written."""
    rows = selectors.waiting_entries(signed_in(request))
    query, topic = asked.get("q", "").strip(), asked.get("topic", "")
    if query:
        rows = rows.filter(Q(question__icontains=query) | Q(answer__icontains=query) | Q(key__iexact=query))
    if topic:
        rows = rows.filter(topic=topic)
    if asked.get("kind") == "new":
        rows = rows.filter(live=False)
    elif asked.get("kind") == "changed":
        rows = rows.filter(live=True)
    if asked.get("show") != "all":
        rows = rows.filter(is_own=False, is_approved_by_me=False)
    return rows


@require_GET
@may_approve
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/knowledge-reviews/: what waits, oldest first."""
    context = paged(request, _found(request, request.GET), PAGE_SIZE)
    context["rows"] = [_shown(entry) for entry in context["pager"]]
    context |= {"topics": topic_choices(), "needed": knowledge.APPROVALS}
    return render(request, "assistant/admin/reviews.html", context)


def _shown(entry: KnowledgeEntry) -> Waiting:
    assert entry.latest_revision is not None
    after = differences.version(entry.latest_revision)
    return Waiting(entry, after, differences.between(entry if entry.live else None, after))


@require_POST
@may_approve
def confirm(request: HttpRequest) -> HttpResponse:
    """POST …/confirm/: say how many would be approved before it happens; `all` takes everything the filters keep."""
    rows = _found(request, request.POST).filter(is_own=False, is_approved_by_me=False)
    if not request.POST.get("all"):
        chosen = [int(one) for one in request.POST.getlist("entry") if one.isdecimal()]
        rows = rows.filter(pk__in=chosen)
    found = list(rows[:AT_ONCE_MAX])
    if not found:
        flash.warning(request, "没有选中可以审核的知识。自己写的、已经审核过的不能再审。")
        return redirect("assistant_reviews")
    second = sum(entry.approval_count + 1 >= knowledge.APPROVALS for entry in found)
    context = {"found": found, "shown": found[:SHOWN], "second": second}
    return render(request, "assistant/admin/reviews_confirm.html", context)


def _versions(request: HttpRequest) -> list[tuple[int, int]]:
    """Return (entry, revision) pairs that were sent as 12:34, within the person's scope."""
    pairs = [one.partition(":") for one in request.POST.getlist("version")[:AT_ONCE_MAX]]
    asked = {int(pk): int(version) for pk, _, version in pairs if pk.isdecimal() and version.isdecimal()}
    visible = selectors.entries_for(scope_of(signed_in(request))).filter(pk__in=asked)
    return [(pk, asked[pk]) for pk in visible.order_by("pk").values_list("pk", flat=True)]


@require_POST
@may_approve
def approve(request: HttpRequest) -> HttpResponse:
    """POST …/approve/: approve exactly the versions named; a page's script sends them in slices and reads JSON."""
    done = knowledge.approve_many(versions=_versions(request), user=signed_in(request))
    if wants_json(request):
        refused = [{"title": title, "why": why} for title, why in done.refused]
        return JsonResponse({"approved": done.approved, "speaking": done.speaking, "refused": refused})
    if done.approved:
        flash.success(request, f"审核通过 {done.approved} 条，其中 {done.speaking} 条已启用。")
    for title, why in done.refused[:10]:
        flash.error(request, f"“{title}”：{why}")
    return redirect("assistant_reviews")


@require_POST
@may_approve
def send_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """POST …/<id>/return/: back to the writer, with a note."""
    entry = get_object_or_404(selectors.entries_for(scope_of(signed_in(request))), pk=entry_id)
    version = request.POST.get("revision", "")
    try:
        knowledge.send_back(
            entry=entry,
            user=signed_in(request),
            note=request.POST.get("note", ""),
            revision_id=int(version) if version.isdecimal() else None,
        )
        flash.success(request, f"“{entry}”已退回。")
    except DomainError as error:
        flash.error(request, error.message)
    return redirect("assistant_reviews")
