"""爽約申訴: members who say that they did come, and what is decided."""

from __future__ import annotations

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from eunion.booking.backoffice.reach import tell_refusal
from eunion.booking.models import Appeal
from eunion.booking.services import appeal as service
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import scope_of, signed_in


@require_GET
@permission_required("booking.view_appeal", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/appeals/?q=…&state=…: those that wait, longest first; or the decided ones, newest first."""
    state = request.GET.get("state", Appeal.State.OPEN)
    rows = Appeal.objects.visible_to(scope_of(signed_in(request)))
    if state in Appeal.State.values:
        rows = rows.filter(state=state)
    query = request.GET.get("q", "").strip()[:40]
    if query:
        by_name = rows.filter(claim__member__name__contains=query)
        rows = by_name | rows.filter(claim__session__offering__title__contains=query)
    order = F("made_at").asc() if state == Appeal.State.OPEN else F("id").desc()
    shown = rows.select_related("claim__member", "claim__session__offering", "claim__barred", "decided_by")
    context = paged(request, shown.order_by(order))
    context |= {
        "state": state,
        "states": Appeal.State.choices,
        "may_decide": request.user.has_perm("booking.mark_claim"),
    }
    return render(request, "booking/admin/appeals.html", context)


@require_POST
@permission_required("booking.mark_claim", raise_exception=True)
def decide(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """POST /admin/appeals/<id>/: accept or refuse, with words for the member."""
    visible = Appeal.objects.visible_to(scope_of(signed_in(request)))
    found = get_object_or_404(visible, pk=appeal_id)
    accepted = request.POST.get("decision") == "accept"
    try:
        service.decide(
            appeal=found, user=signed_in(request), accepted=accepted, answer=request.POST.get("answer", "")
        )
        flash.success(request, "已更正为到场，暂停报名已解除。" if accepted else "已答复会员。")
    except DomainError as problem:
        tell_refusal(request, problem)
    return redirect("booking_appeals")
