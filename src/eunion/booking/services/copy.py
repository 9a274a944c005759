"""Begin from last time: a new draft with the same rules and sessions, later by so many days, and nobody in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from eunion.booking.models import Offering, Session, Share
from eunion.booking.services import edit
from eunion.kernel import audit
from eunion.registry.models import User

_SESSION = ("name", "place", "lon", "lat", "online_url", "teacher", "service_hours", "quota", "reserved")


def to_copy(sessions: Iterable[Session]) -> list[Session]:
    """Return the sessions of an offering that another time begins from: those that stood, or all where none did."""
    sessions = list(sessions)
    return [one for one in sessions if not one.cancelled_at] or sessions


@transaction.atomic
def copy_offering(*, offering: Offering, user: User, days: int) -> Offering:
    """Copy an offering to a draft, every time later by `days`. Raises NotAllowed."""
    edit.may(user, "booking.add_offering", offering.owner)
    later = datetime.timedelta(days=days)
    rules = {name: getattr(offering, name) for name in edit.RULES | edit.PROMISED}
    for name in ("opens_at", "closes_at"):
        rules[name] = rules[name] and rules[name] + later
    made = Offering.objects.create(owner=offering.owner, created_by=user, **rules)
    made.unions.set(offering.unions.all())
    made.grids.set(offering.grids.all())
    for session in to_copy(offering.sessions.order_by("starts_at", "id")):
        _copy_session(session, made, later)
    audit.record(actor=user, action="booking.create", target=made, data={"copied_from": offering.public_id})
    return made


def _copy_session(session: Session, offering: Offering, later: datetime.timedelta) -> None:
    same = {name: getattr(session, name) for name in _SESSION}
    times = {name: getattr(session, name) for name in ("starts_at", "ends_at", "opens_at", "closes_at")}
    moved = {name: value and value + later for name, value in times.items()}
    made = Session.objects.create(offering=offering, **same, **moved)
    for share in session.shares.all():
        Share.objects.create(session=made, union=share.union, quota=share.quota)
