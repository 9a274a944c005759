"""搖號: the promise, how many have entered, the draw by hand where it waits for a public number, and its proof."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from eunion.booking import lottery
from eunion.booking.backoffice.reach import may_see_claims, session_of
from eunion.booking.models import Claim, Draw, DrawEntry
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in


@require_http_methods(["GET", "POST"])
@may_see_claims
def draw(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/sessions/<id>/draw/: POST draws by hand, with the public number if one was promised."""
    session = session_of(request, public_id)
    made, error = get_object_or_404(Draw, session=session), ""
    beacon = request.POST.get("beacon", "")
    if request.method == "POST":
        try:
            lottery.draw_now(session=session, user=signed_in(request), beacon=beacon)
            flash.success(request, "摇好了，结果和证明已公布。")
            return redirect("booking_draw", public_id)
        except DomainError as problem:
            error = problem.message
    winners = (
        made.entries.filter(outcome=DrawEntry.Outcome.WON).select_related("claim__member").order_by("rank")
    )
    closed = session.closing <= timezone.now()
    context = paged(request, winners if made.drawn_at else winners.none())
    context |= {
        "session": session,
        "offering": session.offering,
        "draw": made,
        "entered": made.entry_count
        or Claim.objects.filter(session=session, state=Claim.State.ENTERED).count(),
        "closed": closed,
        "may_draw": closed and not made.drawn_at and request.user.has_perm("booking.change_session"),
        "reserve": made.entries.filter(outcome=DrawEntry.Outcome.RESERVE).count(),
        "error": error,
        "beacon": beacon,
    }
    return render(request, "booking/admin/draw.html", context, status=409 if error else 200)
