"""扫码签到: the screen at the classroom door, and what opens on the phone that scanned it."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from eunion.booking import door
from eunion.booking.models import Attendance, Meeting
from eunion.booking.qr import svg
from eunion.booking.services import attend
from eunion.kernel.errors import DomainError
from eunion.registry.selectors import member_of

# Signing in may take longer than the code lives: the scan counts for this long on the phone that made it.
SCAN_GOOD_S = 600
_SCANNED = "scanned_door"


@require_GET
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """GET /door/<token>/: the rotating QR code; ?part=code gives it alone. Whoever holds the link, until it is revoked."""
    meeting = door.opened(token)
    if meeting is None:
        return render(request, "booking/door_closed.html", status=410)
    now = timezone.now()
    opens = meeting.starts_at - attend.BEFORE
    address = f"{settings.PUBLIC_URL}{reverse('attend_scan', args=[door.code(meeting)])}"
    context = {
        "meeting": meeting,
        "session": meeting.session,
        "opens": opens,
        "is_open": opens <= now <= meeting.ends_at and not meeting.cancelled_at,
        "over": now > meeting.ends_at,
        "count": meeting.attendances.count(),
        "places": meeting.session.taken,
        "code": svg(address),
        "seconds": door.seconds_left(),
    }
    part = "booking/door_code.html" if request.GET.get("part") == "code" else "booking/door.html"
    response = render(request, part, context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """GET /attend/<code>/: what the QR code opens; remembers on this phone that its door was just seen."""
    meeting = door.meeting_of(code)
    if meeting is None:
        return render(request, "booking/attend.html", {"tab": "me", "stale": True}, status=410)
    request.session[_SCANNED] = [meeting.public_id, int(time.time())]
    return redirect("attend")


@login_required
@require_http_methods(["GET", "POST"])
def attend_page(request: HttpRequest) -> HttpResponse:
    """GET or POST /attend/: sign in at the door that this phone just scanned."""
    meeting = _scanned(request)
    if meeting is None:
        return render(request, "booking/attend.html", {"tab": "me", "stale": True}, status=410)
    member = member_of(request.user)
    mine = Attendance.objects.filter(meeting=meeting, claim__member=member).first() if member else None
    context = {"tab": "me", "meeting": meeting, "session": meeting.session, "mine": mine, "member": member}
    if request.method == "POST" and member:
        try:
            context["mine"] = attend.sign_in(meeting=meeting, member=member)
        except DomainError as problem:
            context |= {"error": problem.message}
            return render(request, "booking/attend.html", context, status=problem.status)
    response = render(request, "booking/attend.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _scanned(request: HttpRequest) -> Meeting | None:
    public_id, at = request.session.get(_SCANNED) or ("", 0)
    if time.time() - at > SCAN_GOOD_S:
        return None
    return Meeting.objects.filter(public_id=public_id).select_related("session__offering").first()
