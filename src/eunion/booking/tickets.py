"""我的票: what one holds, pay for it, give it back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.booking import selectors, shown, ticket_code
from eunion.booking.courses.shown import for_ticket
from eunion.booking.models import Appeal, Barred, Claim
from eunion.booking.qr import svg
from eunion.booking.services import appeal as appeals
from eunion.booking.services import pay
from eunion.booking.services.cancel import cancel, cancel_until
from eunion.channels.base import SendError
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of

PAGE_SIZE = 20
GIVEN_BACK = ("entered", "waiting", "held")


def _own(request: HttpRequest, public_id: str) -> Claim:
    rows = Claim.objects.select_related("session__offering", "member")
    return get_object_or_404(rows, public_id=public_id, member__user=signed_in(request))


@login_required
@require_GET
def tickets(request: HttpRequest) -> HttpResponse:
    """GET /me/tickets/: everything one has claimed, newest first."""
    member = member_of(request.user)
    rows = shown.tickets(member) if member else Claim.objects.none()
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "booking/tickets.html", {"tab": "me", "pager": pager})


@login_required
@require_GET
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /me/tickets/<claim>/: one claim, and what can be done with it."""
    return _show(request, _own(request, public_id))


def _show(
    request: HttpRequest, claim: Claim, error: str = "", status: int = 200, *, words: str = ""
) -> HttpResponse:
    until, now = cancel_until(claim.session), timezone.now()
    may = claim.state in GIVEN_BACK or (claim.state == Claim.State.CONFIRMED and now < until)
    context = {
        "tab": "me",
        "claim": claim,
        "session": claim.session,
        "offering": claim.session.offering,
        "line": selectors.line_of(claim) if claim.state == Claim.State.WAITING else None,
        "may_cancel": may,
        "cancel_until": until,
        "price": shown.yuan(claim.session.offering.price_fen),
        "error": error,
        "words": words,
        **for_ticket(claim),
        **_code(claim),
        "appeal": Appeal.objects.filter(claim=claim).first(),
        "bar": Barred.objects.filter(claim=claim).first(),
    }
    response = render(request, "booking/ticket.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _code(claim: Claim) -> dict[str, object]:
    """Return what a ticket shows at the entrance; nothing where there is nothing left to be let in for."""
    # Who signed in at the classroom's door has no redemption, and is in.
    came = int(claim.state == Claim.State.REDEEMED)
    used = max(claim.redemptions.standing().count(), came)
    left = claim.session.offering.uses - used
    good = claim.state in (Claim.State.CONFIRMED, Claim.State.REDEEMED) and left > 0
    session = claim.session
    if not good or not session.place or session.cancelled_at or timezone.now() > session.usable_until:
        return {"code": ""}
    digits = ticket_code.number(claim.public_id)
    return {
        "code": svg(ticket_code.code(claim.public_id)),
        "digits": f"{digits[:4]} {digits[4:]}",
        "seconds": ticket_code.seconds_left(),
        "used": used,
        "uses": session.offering.uses,
        "usable_until": session.usable_until,
    }


@login_required
@require_GET
def code(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /me/tickets/<claim>/code/: the ticket's code of now alone."""
    claim = _own(request, public_id)
    response = render(request, "booking/parts/ticket_code.html", {"claim": claim, **_code(claim)})
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /me/tickets/<claim>/appeal/: say that one did come."""
    claim, words = _own(request, public_id), request.POST.get("words", "")
    try:
        appeals.appeal(claim=claim, words=words)
    except DomainError as problem:
        claim.refresh_from_db()
        return _show(request, claim, problem.message, problem.status, words=words)
    return redirect("ticket", public_id)


@login_required
@require_POST
def give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /me/tickets/<claim>/cancel/: give one's place back to the pool."""
    claim = _own(request, public_id)
    try:
        cancel(claim=claim, user=signed_in(request))
    except DomainError as problem:
        claim.refresh_from_db()
        return _show(request, claim, problem.message, problem.status)
    return redirect("ticket", public_id)


@login_required
@require_POST
def pay_for(request: HttpRequest, public_id: str) -> JsonResponse:
    """POST /me/tickets/<claim>/pay/: what opens WeChat's pay sheet."""
    claim = _own(request, public_id)
    try:
        return JsonResponse(pay.begin_payment(claim=claim, member=claim.member))
    except DomainError as problem:
        return JsonResponse({"title": problem.message}, status=problem.status)
    except SendError:
        return JsonResponse({"title": "微信支付没有回应，请稍后再试，名额还为您留着。"}, status=503)
