"""The ledger of volunteers' hours: credited when what they came to has ended, mended by further entries."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from eunion.booking.models import Claim, HourEntry
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import Member, User

BLOCK = 500
# How long after the end a late attendance (an appeal that was right) is still credited by itself.
LOOK_BACK = datetime.timedelta(days=90)
REASON_MIN = 4
HOURS_MAX = 100
_TENTH = Decimal("0.1")


def credit_due() -> int:
    """Credit the hours of sessions that have ended to those who came; return how many. Safe to repeat and at once.

    Who came to a part of the meetings is credited that part of the hours.
    """
    now, total = timezone.now(), 0
    while block := _uncredited(now):
        HourEntry.objects.bulk_create([_entry(claim) for claim in block], ignore_conflicts=True)
        total += len(block)
    return total


def _uncredited(now: datetime.datetime) -> list[Claim]:
    ended = {"session__ends_at__lte": now, "session__ends_at__gte": now - LOOK_BACK}
    credited = HourEntry.objects.filter(credited=True, claim__isnull=False).values("claim_id")
    rows = Claim.objects.filter(**ended, session__service_hours__gt=0, session__cancelled_at=None)
    rows = rows.filter(attendances__meeting__cancelled_at=None, attendances__isnull=False)
    return list(
        rows.exclude(pk__in=credited)
        .annotate(
            came=Count("attendances", distinct=True),
            held=Count("session__meetings", filter=Q(session__meetings__cancelled_at=None), distinct=True),
        )
        .select_related("session__offering")
        .order_by("pk")[:BLOCK]
    )


def _entry(claim: Claim) -> HourEntry:
    session = claim.session
    part = Decimal(claim.came) / max(claim.held, 1)  # type: ignore[attr-defined]
    hours = ((session.service_hours or Decimal(0)) * part).quantize(_TENTH)
    on = timezone.localdate(session.ends_at)
    reason = session.offering.title
    return HourEntry(member_id=claim.member_id, claim=claim, hours=hours, on=on, reason=reason)


@transaction.atomic
def correct(*, claim: Claim, user: User, hours: Decimal, reason: str) -> HourEntry:
    """Add an entry for (or against) a member's hours of one claim. Raises NotAllowed, Invalid."""
    may(user, "booking.add_hourentry", claim.session.offering.owner)
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明更正原因，职工看得到。")
    if not hours or abs(hours) > HOURS_MAX or hours != hours.quantize(_TENTH):
        raise Invalid("小时数请填到 0.1，不能是 0；扣减写负数。")
    # The member's row: two corrections at once must not take more than there is.
    Member.objects.select_for_update(no_key=True).get(pk=claim.member_id)
    left = total_of(claim.member_id)
    if left + hours < 0:
        raise Invalid(f"一共只有 {left} 小时，扣不了这么多。")
    made = HourEntry.objects.create(
        member_id=claim.member_id,
        claim=claim,
        credited=False,
        hours=hours,
        on=timezone.localdate(),
        reason=reason.strip()[:120],
        by=user,
    )
    data = {"hours": str(hours), "reason": made.reason}
    audit.record(actor=user, action="booking.correct_hours", target=claim, data=data)
    return made


def total_of(
    member_id: int, since: datetime.date | None = None, until: datetime.date | None = None
) -> Decimal:
    """Return a member's hours, of all time or of a period (both days included)."""
    rows = HourEntry.objects.filter(member_id=member_id)
    if since and until:
        rows = rows.filter(on__gte=since, on__lte=until)
    return rows.aggregate(total=Sum(F("hours")))["total"] or Decimal(0)
