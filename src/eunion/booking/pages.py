"""Member screens of limited places: the list, an offering, a session with its countdown, the draw, the calendar."""

from __future__ import annotations

import json
import secrets
from typing import Any

from asgiref.sync import sync_to_async
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from eunion.booking import calendar_file, endpoint, lottery, passes, shown
from eunion.booking.courses.shown import for_session
from eunion.booking.errors import AskedTooOften
from eunion.booking.models import Draw, Offering, Session
from eunion.booking.services.place import opening_of
from eunion.registry.selectors import member_of

PAGE_SIZE = 12
YEAR_S = 365 * 24 * 3600


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """GET /events/?kind=…&show=open|mine: what there is, newest first."""
    kind, show = request.GET.get("kind", ""), request.GET.get("show", "")
    member = member_of(request.user) if show == "mine" else None
    rows = shown.offerings(kind=kind, only_open=show == "open", member=member)
    rows = Offering.objects.none() if show == "mine" and member is None else rows
    kept = urlencode([(name, value) for name, value in (("kind", kind), ("show", show)) if value])
    context = {
        "tab": "home",
        "pager": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": Offering.Kind.choices,
        "kind": kind,
        "show": show,
        "kept": kept,
        "now": timezone.now(),
    }
    return render(request, "booking/events.html", context)


@require_GET
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /events/<offering>/: its rules and sessions; a single session is shown at once."""
    offering = get_object_or_404(
        Offering.objects.public().select_related("owner").prefetch_related(shown.draws_prefetched()),
        public_id=public_id,
    )
    sessions = list(offering.sessions.all())
    if len(sessions) == 1:
        return redirect("event_session", sessions[0].public_id)
    for session in sessions:
        session.offering = offering
    context = {
        "tab": "home",
        "offering": offering,
        "sessions": sessions,
        "rules": shown.rules_of(offering),
        "now": timezone.now(),
    }
    return render(request, "booking/event.html", context)


def _session(public_id: str) -> Session:
    sessions = Session.objects.exclude(offering__state=Offering.State.DRAFT)
    return get_object_or_404(sessions.select_related("offering__owner", "draw"), public_id=public_id)


@require_GET
def session(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /events/s/<session>/: the countdown, the button or why there is none."""
    return _show(request, public_id)


def _show(request: HttpRequest, public_id: str, **more: Any) -> HttpResponse:
    found = _session(public_id)
    cookie = request.COOKIES.get(passes.DEVICE_COOKIE) or secrets.token_hex(16)
    known = request.user.is_authenticated
    try:
        view = shown.view_of(found, member_of(request.user), signed_in=known, device_cookie=cookie)
    except AskedTooOften as problem:
        view = shown.View("refused", problem.message)
    context = {
        "tab": "home",
        "session": found,
        "offering": found.offering,
        "view": view,
        "opening": opening_of(found),
        "rules": shown.rules_of(found.offering),
        "draw": getattr(found, "draw", None),
        **for_session(found),
        **more,
    }
    response = render(request, "booking/session.html", context)
    response["Cache-Control"] = "no-store"
    response.set_cookie(passes.DEVICE_COOKIE, cookie, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


@require_POST
async def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /events/s/<session>/claim/: the same claim where no script runs; the gate decides as for everybody."""
    scope = getattr(request, "scope", None)
    address = endpoint.cookie_and_address(scope)[1] if scope else ""
    cookie = request.COOKIES.get(passes.DEVICE_COOKIE, "")
    text, met = request.POST.get("pass", ""), request.POST.get("challenge", "")
    told = json.loads((await endpoint.claim(text, cookie, address, met)).body)
    if "claim" in told:
        return redirect("ticket", told["claim"])
    return await sync_to_async(_show)(request, public_id, told=told)


@require_GET
def draw_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /events/s/<session>/draw.json: the whole draw, for anyone to do over."""
    made = get_object_or_404(Draw.objects.exclude(drawn_at=None), session=_session(public_id))
    response = JsonResponse(lottery.published(made), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="draw-{public_id}.json"'
    return response


@require_GET
def draw(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /events/s/<session>/draw/: the promise before, everything after."""
    made = get_object_or_404(Draw, session=_session(public_id))
    won = made.entries.filter(outcome="won").order_by("rank") if made.drawn_at else made.entries.none()
    pager = Paginator(won, 100).get_page(request.GET.get("page"))
    context = {"tab": "home", "draw": made, "session": made.session, "pager": pager}
    return render(request, "booking/draw.html", context)


@require_GET
def calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /events/s/<session>/calendar.ics."""
    body = calendar_file.calendar_file(_session(public_id), timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{public_id}.ics"'
    return response
