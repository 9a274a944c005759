"""Who had a place and did not come: marked when it can no longer be used, told of it, barred as the offering says."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from eunion.booking.models import Attendance, Claim, Offering, Redemption, Session
from eunion.booking.services import tell
from eunion.booking.services.bar import bar_for_no_show

# A day for phones that were without a network, and for the teacher's paper list.
AFTER = datetime.timedelta(hours=24)
# What was over longer ago is history: a platform that comes back, or is new, punishes nobody for it.
LOOKED_BACK = datetime.timedelta(days=7)
TICKETS_LAST = datetime.timedelta(days=400)
BLOCK = 200


def mark_due() -> int:
    """Mark all who did not come to what has ended; return how many. Safe to repeat, at once and after a kill.

    Only where somebody was checked or signed in: where nobody was, nobody looked, and absence proves nothing.
    """
    total = 0
    for session_id in _ended(timezone.now()):
        while marked := mark(session_id):
            total += marked
    return total


def _ended(now: datetime.datetime) -> list[int]:
    looked = Claim.objects.filter(session=OuterRef("pk"))
    seen = Redemption.objects.standing().filter(claim__session=OuterRef("pk"))
    came = Attendance.objects.filter(claim__session=OuterRef("pk"))
    rows = Session.objects.filter(
        ends_at__gt=now - TICKETS_LAST,
        ends_at__lte=now - AFTER,
        cancelled_at=None,
        offering__state__in=[Offering.State.PUBLISHED, Offering.State.CLOSED],
    ).filter(Exists(looked.filter(state=Claim.State.CONFIRMED)))
    rows = rows.filter(Exists(seen) | Exists(came)).select_related("offering")
    return [one.pk for one in rows if now - LOOKED_BACK < one.usable_until + AFTER <= now]


@transaction.atomic
def mark(session_id: int) -> int:
    """Mark the next BLOCK of a session; return how many. The mark, the bar and the message are one transaction."""
    rows = Claim.objects.filter(session=session_id, state=Claim.State.CONFIRMED)
    claims = list(
        rows.select_for_update(no_key=True, of=("self",), skip_locked=True)
        .select_related("session__offering", "member")
        .order_by("pk")[:BLOCK]
    )
    for claim in claims:
        bar = bar_for_no_show(claim=claim, actor=None)
        until = f"，{timezone.localtime(bar.until):%-m月%-d日}前不能抢票" if bar else ""
        note = f"可在票面申诉{until}"
        tell.send([tell.message(claim, "booking_cancelled", "no_show", state="未到场", note=note)])
    return len(claims)
