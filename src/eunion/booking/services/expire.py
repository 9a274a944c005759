"""Places that were not paid for in time go back, and on to who waits."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.models import Claim
from eunion.booking.services import places
from eunion.kernel import audit

SLICE = 200


def expire_due() -> int:
    """Take back all unpaid places whose deadline has passed, a slice a transaction; return how many.

    Safe to run twice and at once: each slice looks again under the session's lock.
    """
    total = 0
    while True:
        due = Claim.objects.filter(state=Claim.State.HELD, expires_at__lte=timezone.now())
        session_id = due.order_by("expires_at").values_list("session_id", flat=True).first()
        if session_id is None:
            return total
        total += expire_session(session_id)


@transaction.atomic
def expire_session(session_id: int) -> int:
    """Take back up to SLICE unpaid places of one session."""
    session = places.lock(session_id)
    due = Claim.objects.filter(session=session, state=Claim.State.HELD, expires_at__lte=timezone.now())
    # Locked, since a payment may be confirming one of them this moment.
    claims = list(due.select_for_update().order_by("pk")[:SLICE])
    moved = places.leave(session=session, claims=claims, to=Claim.State.EXPIRED)
    if moved:
        audit.record(actor=None, action="booking.expire", target=session, data={"count": len(moved)})
        hooks.run(hooks.GIVEN_UP, moved)
    return len(moved)
