"""驗票鏈接: who checks tickets at the entrance, by a link that is shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from eunion.booking.backoffice.reach import session_of, tell_refusal
from eunion.booking.models import Checker, Session
from eunion.booking.models.redemption import CheckerQuerySet
from eunion.booking.qr import svg
from eunion.booking.services import checkers
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

may_mark = permission_required("booking.mark_claim", raise_exception=True)


def _of(session: Session) -> CheckerQuerySet:
    """Return the links that check a session."""
    return Checker.objects.filter(Q(session=session) | Q(offering=session.offering))


@require_http_methods(["GET", "POST"])
@may_mark
def links(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/sessions/<id>/checkers/: POST makes a link and shows it, this once."""
    session = session_of(request, public_id)
    context: dict[str, Any] = {"session": session, "offering": session.offering, "label": "", "status": 200}
    if request.method == "POST":
        label = context["label"] = request.POST.get("label", "")
        whole = bool(request.POST.get("whole"))
        try:
            made, address = checkers.make(
                session=session, user=signed_in(request), label=label, whole_offering=whole
            )
            context |= {"made": made, "address": address, "code": svg(address), "label": ""}
        except DomainError as problem:
            context |= {"error": problem.message, "status": problem.status}
    now = timezone.now()
    standing = Count("redemptions", filter=Q(redemptions__undone_at=None))
    rows = _of(session)
    context |= {"rows": rows.select_related("created_by").annotate(checked=standing), "now": now}
    response = render(request, "booking/admin/checkers.html", context, status=context["status"])
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@may_mark
def revoke(request: HttpRequest, public_id: str, checker_id: str) -> HttpResponse:
    """POST …/checkers/<id>/revoke/: the link is worth nothing from now on."""
    session = session_of(request, public_id)
    found = get_object_or_404(_of(session), public_id=checker_id)
    try:
        checkers.revoke(checker=found, user=signed_in(request))
        flash.success(request, f"“{found.label}”的链接已作废。")
    except DomainError as problem:
        tell_refusal(request, problem)
    return redirect("booking_checkers", public_id)
