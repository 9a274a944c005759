"""活動統計: what was offered, taken up and attended in a period, by offering; with export."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from eunion.booking.courses.shown import RATINGS_MIN
from eunion.booking.models import Attendance, Claim, HourEntry, Offering, Rating, Session
from eunion.booking.services.attend import ENROLLED
from eunion.kernel import audit
from eunion.kernel.console import day, paged, workbook
from eunion.registry.scope import scope_of, signed_in

PERIOD_DAYS = 90
HEADS = ("活动", "类型", "主办", "场次", "名额", "报名", "到场", "到场率", "志愿小时", "评分", "评价人数")


@dataclass(frozen=True)
class Line:
    """An offering in a period; a rate is None while nobody could have come yet."""

    offering: Offering
    sessions: int
    places: int
    enrolled: int
    expected: int
    attended: int
    hours: Decimal
    stars: float | None
    ratings: int

    @property
    def rate(self) -> float | None:
        """Return the share of those expected by now who came."""
        return self.attended / self.expected if self.expected else None


def _by(rows: QuerySet[Any], key: str, **figures: Any) -> dict[int, dict[str, Any]]:
    """Return figures by offering."""
    return {row[key]: row for row in rows.order_by().values(key).annotate(**figures)}


def lines(offerings: list[Offering], since: datetime.date, until: datetime.date) -> list[Line]:
    """Return the figures of offerings for sessions that begin in a period (both days included); five queries."""
    begins = {"starts_at__date__gte": since, "starts_at__date__lte": until}
    sessions = Session.objects.filter(**begins, offering__in=offerings, cancelled_at=None)
    within = sessions.values("pk")
    offering = "session__offering"
    held = _by(sessions, "offering", sessions=Count("pk"), places=Sum("quota"))
    claims = Claim.objects.filter(session__in=within, state__in=ENROLLED)
    over = Q(session__ends_at__lte=timezone.now())
    enrolled = _by(claims, offering, enrolled=Count("pk"), expected=Count("pk", filter=over))
    # Who came: signed in at a meeting, or had a ticket checked.
    came = claims.filter(
        over & (Q(state=Claim.State.REDEEMED) | Q(pk__in=Attendance.objects.values("claim")))
    )
    attended = _by(came, offering, attended=Count("pk"))
    entries = HourEntry.objects.filter(claim__session__in=within)
    hours = _by(entries, "claim__session__offering", hours=Sum(F("hours")))
    ratings = Rating.objects.filter(claim__session__in=within)
    stars = _by(ratings, "offering", stars=Avg("stars"), ratings=Count("pk"))
    nothing: dict[str, Any] = {}
    return [
        Line(
            offering=one,
            sessions=held.get(one.pk, nothing).get("sessions", 0),
            places=held.get(one.pk, nothing).get("places", 0),
            enrolled=enrolled.get(one.pk, nothing).get("enrolled", 0),
            expected=enrolled.get(one.pk, nothing).get("expected", 0),
            attended=attended.get(one.pk, nothing).get("attended", 0),
            hours=hours.get(one.pk, nothing).get("hours", Decimal(0)),
            stars=_enough(stars.get(one.pk, nothing)),
            ratings=stars.get(one.pk, nothing).get("ratings", 0),
        )
        for one in offerings
    ]


def _enough(found: dict[str, Any]) -> float | None:
    return found["stars"] if found.get("ratings", 0) >= RATINGS_MIN else None


def _asked(request: HttpRequest) -> tuple[QuerySet[Offering], datetime.date, datetime.date]:
    """Return the offerings in scope with a session in the period that was asked for."""
    today = timezone.localdate()
    until = day(request.GET.get("until"), today)
    since = day(request.GET.get("since"), until - datetime.timedelta(days=PERIOD_DAYS))
    begins = {"starts_at__date__gte": since, "starts_at__date__lte": until}
    sessions = Session.objects.filter(**begins, cancelled_at=None)
    rows = Offering.objects.visible_to(scope_of(signed_in(request))).select_related("owner")
    rows = rows.filter(pk__in=sessions.values("offering")).order_by("-id")
    if request.GET.get("kind") in Offering.Kind.values:
        rows = rows.filter(kind=request.GET["kind"])
    return rows, since, until


@require_GET
@permission_required("booking.view_attendance", raise_exception=True)
def statistics(request: HttpRequest) -> HttpResponse:
    """GET /admin/booking-statistics/?since=…&until=…&kind=…: offerings of a period, newest first, with their sum."""
    rows, since, until = _asked(request)
    context = paged(request, rows)
    shown = lines(list(context["pager"]), since, until)
    context |= {
        "lines": shown,
        "since": f"{since:%Y-%m-%d}",
        "until": f"{until:%Y-%m-%d}",
        "kinds": Offering.Kind.choices,
        "total": _total(shown),
    }
    return render(request, "booking/admin/statistics.html", context)


def _total(shown: list[Line]) -> dict[str, Any]:
    """Return the sum of the offerings on the page."""
    names = ("sessions", "places", "enrolled", "expected", "attended", "hours")
    found: dict[str, Any] = {name: sum(getattr(one, name) for one in shown) for name in names}
    found["rate"] = found["attended"] / found["expected"] if found["expected"] else None
    return found


@require_GET
@permission_required("booking.export_claim", raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """GET /admin/booking-statistics/export/?…: the same as XLSX, all of it; logged."""
    rows, since, until = _asked(request)
    found = lines(list(rows[:5000]), since, until)
    if found:
        data = {"since": str(since), "until": str(until), "rows": len(found)}
        audit.record(
            actor=signed_in(request), action="booking.export_statistics", target=found[0].offering, data=data
        )
    cells = (
        [
            one.offering.title,
            one.offering.get_kind_display(),
            one.offering.owner.name,
            one.sessions,
            one.places,
            one.enrolled,
            one.attended,
            "" if one.rate is None else round(one.rate, 3),
            float(one.hours),
            "" if one.stars is None else round(one.stars, 1),
            one.ratings,
        ]
        for one in found
    )
    return workbook("booking", "活动统计", HEADS, cells)
