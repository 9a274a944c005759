"""What needs a second look before it is done: publish, call off, more places. Each says whom it touches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from eunion.booking import shown
from eunion.booking.backoffice import checklist
from eunion.booking.backoffice.reach import offering_of, session_of, tell_refusal
from eunion.booking.models import Claim, Offering, Session
from eunion.booking.services import edit, save
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

BEACON_MOST = 120
QUOTA_MOST = 1_000_000


@require_http_methods(["GET", "POST"])
@permission_required("booking.change_offering", raise_exception=True)
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/<id>/publish/: the check list, then members see it."""
    offering = offering_of(request, public_id)
    found = checklist.look(offering)
    missing = any(one.missing for one in found)
    if request.method == "POST" and not missing:
        try:
            beacon = request.POST.get("beacon_name", "").strip()[:BEACON_MOST]
            edit.publish(offering=offering, user=signed_in(request), beacon_name=beacon)
            flash.success(request, f"“{offering}”已发布，会员现在能看到。")
        except DomainError as problem:
            tell_refusal(request, problem)
        return redirect("booking_offering", public_id)
    context = {
        "offering": offering,
        "found": found,
        "missing": missing,
        "sessions": offering.sessions.filter(cancelled_at=None),
        "rules": shown.rules_of(offering),
    }
    return render(
        request, "booking/admin/publish.html", context, status=409 if request.method == "POST" else 200
    )


def _touched(claims: Any) -> dict[str, int]:
    """Return how many would be told, by what they have, and how many have paid."""
    states = Claim.State
    return claims.aggregate(  # type: ignore[no-any-return]
        placed=Count("pk", filter=Q(state__in=[states.HELD, states.CONFIRMED])),
        waiting=Count("pk", filter=Q(state=states.WAITING)),
        entered=Count("pk", filter=Q(state=states.ENTERED)),
        paid=Count("pk", filter=Q(state=states.CONFIRMED) & ~Q(paid_at=None)),
    )


@require_http_methods(["GET", "POST"])
@permission_required("booking.change_session", raise_exception=True)
def call_off(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/sessions/<id>/call-off/: who is told and what goes back, then it is done."""
    session = session_of(request, public_id)
    offering = session.offering
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            told = edit.call_off(session=session, user=signed_in(request), reason=reason)
        except DomainError as problem:
            return _confirm(request, offering, session, problem)
        flash.success(request, f"这一场已取消，{told} 人的报名已取消，付过的款会原路退还。")
        return redirect("booking_offering", offering.public_id)
    return _confirm(request, offering, session)


@require_http_methods(["GET", "POST"])
@permission_required("booking.change_offering", raise_exception=True)
def call_off_all(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/<id>/call-off/: the same for every coming session."""
    offering = offering_of(request, public_id)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            told = save.call_off_offering(offering=offering, user=signed_in(request), reason=reason)
        except DomainError as problem:
            return _confirm(request, offering, None, problem)
        flash.success(request, f"活动已取消，{told} 人的报名已取消，付过的款会原路退还。")
        return redirect("booking_offering", public_id)
    return _confirm(request, offering, None)


def _confirm(
    request: HttpRequest, offering: Offering, session: Session | None, problem: DomainError | None = None
) -> HttpResponse:
    claims = Claim.objects.filter(session__offering=offering, session__cancelled_at=None)
    touched = _touched(claims.filter(session=session) if session else claims)
    context = {
        "offering": offering,
        "session": session,
        **touched,
        "touched": touched["placed"] + touched["waiting"] + touched["entered"],
        "money_fen": touched["paid"] * offering.price_fen,
        "error": problem.message if problem else "",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "booking/admin/call_off.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "POST"])
@permission_required("booking.change_session", raise_exception=True)
def quota(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/sessions/<id>/quota/: `do=look` says what would happen, `do=save` does it.

    `was` is the quota that the person saw: whoever sends the page twice, or after a colleague, raises nothing twice.
    """
    session = session_of(request, public_id)
    sent, error = request.POST, ""
    wanted = int(sent["quota"]) if sent.get("quota", "").isdecimal() else None
    context: dict[str, Any] = {
        "session": session,
        "offering": session.offering,
        "quota": sent.get("quota", ""),
    }
    if request.method == "POST":
        if wanted is None or wanted > QUOTA_MOST:
            error = "请写一个整数。"
        elif wanted <= session.quota:
            error = f"要比现在的 {session.quota} 个多。减少名额请用“修改”，不能少于已占的。"
            if sent.get("do") == "save" and wanted == session.quota:
                return redirect("booking_offering", session.offering.public_id)
        elif sent.get("was") != str(session.quota):
            error = f"刚有人把名额改成了 {session.quota} 个，请看一下再定。"
        elif sent.get("do") == "save":
            return _raise_quota(request, session, wanted)
        else:
            context |= _outcome(session, wanted - session.quota)
    status = 422 if error else 200
    return render(request, "booking/admin/quota.html", {**context, "error": error}, status=status)


def _outcome(session: Session, more: int) -> dict[str, int]:
    """Return what `more` places do: how many of the open waiting list they reach, and how many stay free."""
    free = session.quota - session.reserved - (session.taken - session.reserved_taken) + more
    promoted = min(session.waiting - session.reserved_waiting, free)
    return {"more": more, "promoted": promoted, "left": free - promoted}


def _raise_quota(request: HttpRequest, session: Session, wanted: int) -> HttpResponse:
    before = session.taken
    try:
        edit.edit_session(session=session, user=signed_in(request), quota=wanted)
    except DomainError as problem:
        tell_refusal(request, problem)
    else:
        session.refresh_from_db()
        flash.success(
            request, f"名额已加到 {wanted} 个，候补转正 {max(session.taken - before, 0)} 人，已通知他们。"
        )
    return redirect("booking_offering", session.offering.public_id)
