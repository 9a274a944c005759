"""全部活动: the list, and one offering with its sessions and what can be done with it now."""

from __future__ import annotations

import datetime

from django.contrib import messages as flash
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.booking import shown
from eunion.booking.backoffice.history import history_of
from eunion.booking.backoffice.reach import may_view, offering_of, tell_refusal
from eunion.booking.models import Offering, Season
from eunion.booking.services import edit
from eunion.booking.services.copy import copy_offering, to_copy
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import scope_of, signed_in


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/offerings/?q=…&kind=…&mode=…&state=…&union=…&season=…: newest first."""
    seasons = Season.objects.visible_to(scope_of(signed_in(request)))
    context = paged(request, _found(request))
    context |= {
        "kinds": Offering.Kind.choices,
        "modes": Offering.Mode.choices,
        "states": Offering.State.choices,
        "seasons": seasons,
        "filtered": any(request.GET.get(name) for name in ("q", "kind", "mode", "state", "union", "season")),
    }
    return render(request, "booking/admin/offerings.html", context)


def _found(request: HttpRequest) -> QuerySet[Offering]:
    asked = request.GET
    rows = Offering.objects.visible_to(scope_of(signed_in(request)))
    for name, choices in (("kind", Offering.Kind), ("mode", Offering.Mode), ("state", Offering.State)):
        if asked.get(name) in choices.values:
            rows = rows.filter(**{name: asked[name]})
    for word in asked.get("q", "").split():
        rows = rows.filter(title__icontains=word)
    for word in asked.get("union", "").split():
        rows = rows.filter(owner__name__icontains=word)
    if asked.get("season", "").isdecimal():
        rows = rows.filter(season_id=asked["season"])
    return _counted(rows)


def _counted(rows: QuerySet[Offering]) -> QuerySet[Offering]:
    """Add the places of the sessions that stand."""
    standing = Q(sessions__cancelled_at=None)
    return (
        rows.select_related("owner")
        .annotate(
            places=Coalesce(Sum("sessions__quota", filter=standing), 0),
            given=Coalesce(Sum("sessions__taken", filter=standing), 0),
            in_line=Coalesce(Sum("sessions__waiting", filter=standing), 0),
            session_count=Count("sessions", filter=standing),
        )
        .order_by("-id")
    )


@require_GET
@may_view
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/offerings/<id>/: its sessions, its rules in words, its history."""
    offering = offering_of(request, public_id)
    sessions = list(offering.sessions.select_related("draw").order_by("starts_at", "id"))
    for session in sessions:
        session.offering = offering
    first = next(iter(to_copy(sessions)), None)
    context = {
        "offering": offering,
        "sessions": sessions,
        "rules": shown.rules_of(offering),
        "history": history_of(offering, sessions),
        "now": timezone.now(),
        "again_on": _again_on(first.starts_at) if first else None,
        "places": sum(one.quota for one in sessions if not one.cancelled_at),
        "given": sum(one.taken for one in sessions if not one.cancelled_at),
        "in_line": sum(one.waiting for one in sessions if not one.cancelled_at),
    }
    return render(request, "booking/admin/offering.html", context)


def _again_on(starts_at: datetime.datetime) -> datetime.date:
    """Return the same weekday, at least a week from now."""
    first, soonest = timezone.localdate(starts_at), timezone.localdate() + datetime.timedelta(days=7)
    ahead = (first.weekday() - soonest.weekday()) % 7
    return max(soonest + datetime.timedelta(days=ahead), first + datetime.timedelta(days=7))


@require_POST
@may_view
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/copy/: a new draft like this one, its first session on the day given in `on`."""
    offering = offering_of(request, public_id)
    first = next(iter(to_copy(offering.sessions.order_by("starts_at", "id"))), None)
    try:
        on = datetime.date.fromisoformat(request.POST.get("on", ""))
        days = (on - timezone.localdate(first.starts_at)).days if first else 0
        made = copy_offering(offering=offering, user=signed_in(request), days=days)
    except ValueError:
        flash.error(request, "请选第一场改到哪一天。")
        return redirect("booking_offering", public_id)
    except DomainError as problem:
        tell_refusal(request, problem)
        return redirect("booking_offering", public_id)
    flash.success(request, f"已照“{offering}”存了一份草稿，时间顺延 {days} 天。请核对后发布。")
    return redirect("booking_edit", made.public_id)


@require_POST
@may_view
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/close/: nobody can claim any more; who has a place keeps it."""
    offering = offering_of(request, public_id)
    try:
        edit.close(offering=offering, user=signed_in(request))
        flash.success(request, "报名已结束，有名额的人不受影响。")
    except DomainError as problem:
        tell_refusal(request, problem)
    return redirect("booking_offering", public_id)
