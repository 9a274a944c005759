"""Open the page: is this member eligible, and if so, the pass with which they may claim."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from eunion.booking import eligibility, passes
from eunion.booking.buckets import Buckets
from eunion.booking.errors import AskedTooOften, NotEligible, NotOpen
from eunion.booking.models import LIVING, Claim, Offering, Session
from eunion.registry.models import Member

# Reloading the page is no way in: the pass is good for half an hour.
OPENINGS = Buckets(per_s=0.2, burst=20)
# Pages send their claim within this time after the opening, each at a random moment of it.
JITTER_MS = 600


@dataclass(frozen=True)
class Opening:
    """What the page's countdown needs; epoch milliseconds by the server's clock. `opens_at` is None when always open."""

    now: int
    opens_at: int | None
    closes_at: int
    jitter_ms: int


def opening_of(session: Session) -> Opening:
    """Return the countdown of a session; the page waits for `opens_at` + random(jitter_ms), then asks once."""
    opens = session.opening
    rush = session.offering.mode == Offering.Mode.RUSH
    return Opening(
        now=_ms(timezone.now()),
        opens_at=_ms(opens) if opens else None,
        closes_at=_ms(session.closing),
        jitter_ms=JITTER_MS if rush else 0,
    )


def _ms(moment: datetime.datetime) -> int:
    return int(moment.timestamp() * 1000)


def open_pass(*, session: Session, member: Member, device_cookie: str) -> str:
    """Return a signed pass for half an hour. Raises NotEligible (detail `reason`), NotOpen, AskedTooOften.

    It may be had before the opening: the gate looks at the clock, the pass only at the person.
    """
    if OPENINGS.take(member.pk) > 0:
        raise AskedTooOften
    if session.offering.state != Offering.State.PUBLISHED or session.cancelled_at:
        raise NotOpen
    if timezone.now() >= session.closing:
        raise NotOpen("报名已截止。")
    eligibility.check(member, session)
    if not Claim.objects.filter(session=session, member=member).living().exists():
        # Who holds something may come in to see it; the gate's statement counts once more, under its locks.
        check_limits(member, session)
    share = eligibility.share_of(member, session)
    return passes.make(session=session.pk, member=member.pk, share=share, device_cookie=device_cookie)


def check_limits(member: Member, session: Session) -> None:
    """Raise NotEligible when a member has had their part of the event, the day or the season."""
    offering = session.offering
    mine = Claim.objects.filter(member=member)
    of_event = mine.filter(session__offering=offering)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = of_event.filter(Q(state__in=[*LIVING, Claim.State.EXPIRED]), created_at__gte=today)
    if offering.per_event is not None and of_event.living().count() >= offering.per_event:
        raise NotEligible("您在本活动的报名次数已到上限。", reason="limit_event")
    if offering.per_day is not None and of_day.count() >= offering.per_day:
        raise NotEligible("您今天的次数已用完，请明天再来。", reason="limit_day")
    if offering.per_season is not None and offering.season_id:
        of_season = mine.filter(session__offering__season_id=offering.season_id)
        if of_season.living().count() >= offering.per_season:
            raise NotEligible("您本季的名额已用完。", reason="limit_season")
