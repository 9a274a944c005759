"""Reads over limited places."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from eunion.booking.models import LIVING, PLACED, Claim, Offering, Session, Tally
from eunion.registry.models import Member

logger = logging.getLogger(__name__)


def claim_of(member: Member, session: Session) -> Claim | None:
    """Return what a member has of a session, or None."""
    return Claim.objects.filter(member=member, session=session, state__in=LIVING).first()


def line_of(claim: Claim) -> int:
    """Return a waiting claim's place in its line, 1 = next."""
    line = Claim.objects.line(claim.session, claim.share_id)
    return line.filter(waiting_number__lte=claim.waiting_number).count()


def board(session_id: int) -> dict[str, Any]:
    """Return the live figures of a session in one query: places, waiting list, answers by kind since the start.

    Raises Session.DoesNotExist.
    """
    told = Tally.objects.filter(session=OuterRef("pk")).order_by("answer")
    rows = Session.objects.select_related("offering").annotate(
        told=ArraySubquery(told.values(pair=JSONObject(answer="answer", count="count")))
    )
    session = rows.get(pk=session_id)
    offering = session.offering
    return {
        "quota": session.quota,
        "taken": session.taken,
        "left": session.left,
        "waiting": session.waiting,
        "arrivals": session.arrivals,
        "told": {pair["answer"]: pair["count"] for pair in session.told},
        "opens_at": session.opening,
        "closes_at": session.closing,
        "ended": offering.state != Offering.State.PUBLISHED
        or session.cancelled_at is not None
        or session.closing <= timezone.now(),
    }


def miscounted() -> list[Session]:
    """Return the coming sessions whose counters differ from their claims, and log each: it must never happen."""
    counted = Session.objects.filter(ends_at__gte=timezone.now()).annotate(
        placed_count=Count("claims", filter=Q(claims__state__in=PLACED)),
        waiting_count=Count("claims", filter=Q(claims__state=Claim.State.WAITING)),
    )
    wrong: list[Session] = list(counted.exclude(taken=F("placed_count"), waiting=F("waiting_count")))
    for session in wrong:
        logger.error(
            "session %s counts %s/%s, its claims %s/%s",
            session.pk,
            session.taken,
            session.waiting,
            session.placed_count,  # type: ignore[attr-defined]
            session.waiting_count,  # type: ignore[attr-defined]
        )
    return wrong
