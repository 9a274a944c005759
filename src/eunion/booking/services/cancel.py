"""A place goes back to the pool: by its member in time, by staff at any time with a reason. It is never passed on."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.errors import NotYours, TooLateToCancel, WrongState
from eunion.booking.models import Claim, Session
from eunion.booking.services import places, tell
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

REASON_MIN = 4


def cancel_until(session: Session) -> datetime.datetime:
    """Return the moment until which members may give their place back."""
    return session.starts_at - datetime.timedelta(hours=session.offering.cancel_until_hours)


@transaction.atomic
def cancel(*, claim: Claim, user: User) -> None:
    """Give back one's own place, or leave the waiting list or the draw. Raises NotYours, TooLateToCancel, WrongState.

    A place that was not paid for yet may be given back until the session begins: somebody else can use it.
    """
    if claim.member.user_id is None or claim.member.user_id != user.pk:
        raise NotYours
    session = places.lock(claim.session_id)
    claim.refresh_from_db()
    late = timezone.now() >= cancel_until(session)
    if claim.state == Claim.State.CONFIRMED and late:
        raise TooLateToCancel
    _leave(session, claim, user, {})


@transaction.atomic
def cancel_for(*, claim: Claim, user: User, reason: str) -> None:
    """Take a claim back as staff, with the reason in the log. Raises NotAllowed, Invalid, WrongState."""
    visible = Claim.objects.visible_to(scope_of(user)).filter(pk=claim.pk).exists()
    if not visible or not user.has_perm("booking.change_claim"):
        raise NotAllowed
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明取消原因。")
    _leave(places.lock(claim.session_id), claim, user, {"reason": reason.strip()[:200]})
    tell.tell_taken_back(claim, reason.strip())


def _leave(session: Session, claim: Claim, user: User, data: dict[str, str]) -> None:
    moved = places.leave(session=session, claims=[claim], to=Claim.State.CANCELLED)
    if not moved:
        raise WrongState
    audit.record(actor=user, action="booking.cancel", target=claim, data=data)
    hooks.run(hooks.GIVEN_UP, moved)
