"""What member pages say of a course: its meetings, materials, homework, certificate, and the way there."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from eunion.booking.models import (
    Certificate,
    Claim,
    HandIn,
    Homework,
    Material,
    Meeting,
    Offering,
    Rating,
    Session,
)
from eunion.booking.services import certificates, meetings
from eunion.booking.services.attend import ENROLLED
from eunion.booking.services.rate import may_rate
from eunion.registry import geodesy

# The link to an online class works from this long before a meeting.
ONLINE_BEFORE = datetime.timedelta(minutes=30)
# Fewer ratings than this would tell who gave which.
RATINGS_MIN = 5


def is_course(offering: Offering) -> bool:
    """Say whether an offering has meetings to attend, rather than a ticket to use."""
    return offering.kind in (Offering.Kind.COURSE, Offering.Kind.CHARITY)


def state_of(claim: Claim) -> str:
    """Return a claim's state in words; who came to the first of ten evenings has not used anything up."""
    if claim.state != Claim.State.REDEEMED or not is_course(claim.session.offering):
        return str(claim.get_state_display())
    return "已参加" if claim.session.ends_at <= timezone.now() else "已报名"


def materials(session: Session, *, enrolled: bool) -> QuerySet[Material]:
    """Return what a person may see of a class's materials now."""
    found = Material.objects.filter(Q(session=None) | Q(session=session), offering=session.offering_id)
    found = found.filter(Q(visible_from=None) | Q(visible_from__lte=timezone.now()))
    return found if enrolled else found.filter(audience=Material.Audience.EVERYONE)


def may_read(material: Material, user_id: int | None) -> bool:
    """Say whether a member may have a material's file now."""
    if material.visible_from and material.visible_from > timezone.now():
        return False
    if material.audience == Material.Audience.EVERYONE:
        return True
    if user_id is None:
        return False
    mine = Claim.objects.filter(member__user_id=user_id, state__in=ENROLLED)
    place = {"session": material.session_id} if material.session_id else {}
    return mine.filter(session__offering=material.offering_id, **place).exists()


def way_there(session: Session) -> dict[str, Any]:
    """Return the small map's point and a link that opens the phone's map (AMap's URI API, GCJ-02)."""
    if session.lon is None or session.lat is None:
        return {}
    lon, lat = geodesy.to_gcj02(session.lon, session.lat)
    query = urlencode({"to": f"{lon:.6f},{lat:.6f},{session.place}", "mode": "bus", "coordinate": "gaode"})
    return {
        "route": f"https://uri.amap.com/navigation?{query}&callnative=1",
        "point": [session.lat, session.lon],
        "tiles": settings.MAP_TILE_URL,
    }


def rating_of(offering: Offering) -> dict[str, Any]:
    """Return the average of an offering's ratings, once there are enough of them."""
    found = Rating.objects.filter(offering=offering).aggregate(average=Avg("stars"), count=Count("id"))
    return found if found["count"] >= RATINGS_MIN else {}


def for_session(session: Session) -> dict[str, Any]:
    """Return what anyone sees of a class on its page."""
    context: dict[str, Any] = {"way": way_there(session)}
    if is_course(session.offering):
        context |= {
            "meetings": list(session.meetings.all()),
            "materials": materials(session, enrolled=False),
            "rating": rating_of(session.offering),
        }
    return context


def for_ticket(claim: Claim) -> dict[str, Any]:
    """Return what the holder of a place sees of their class."""
    session = claim.session
    enrolled = claim.state in ENROLLED
    context: dict[str, Any] = {"way": way_there(session), "enrolled": enrolled}
    if not is_course(session.offering):
        return context
    seen = set(claim.attendances.values_list("meeting_id", flat=True))
    rows = meetings.of(session)
    context |= {
        "meetings": [(one, one.pk in seen, one.starts_at <= timezone.now()) for one in rows],
        "materials": materials(session, enrolled=enrolled),
    }
    if enrolled:
        context |= _own(claim, rows)
    return context


def _own(claim: Claim, rows: list[Meeting]) -> dict[str, Any]:
    session = claim.session
    certificate = Certificate.objects.filter(claim=claim).order_by("-id").first()
    return {
        "homework": tasks_of(claim),
        "progress": certificates.progress(claim),
        "online": online_now(session, rows),
        "certificate": certificate,
        "lacking": "" if certificate else certificates.missing(claim),
        "may_rate": may_rate(claim),
        "mine": Rating.objects.filter(claim=claim).first(),
        "stars": range(1, 6),
    }


def tasks_of(claim: Claim) -> QuerySet[Homework]:
    """Return the tasks of a claim's class, each with what was handed in as `own`."""
    own = HandIn.objects.filter(claim=claim)
    return Homework.objects.filter(session=claim.session_id).prefetch_related(
        Prefetch("hand_ins", own, to_attr="own")
    )


def online_now(session: Session, rows: list[Meeting]) -> str:
    """Return the address of an online class while one of its meetings is near or on, else ''."""
    now = timezone.now()
    near = any(one.starts_at - ONLINE_BEFORE <= now <= one.ends_at and not one.cancelled_at for one in rows)
    return session.online_url if near else ""
