"""Staff set the dates of a class, or call one of them off; who has a place is told."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from eunion.booking.errors import TakesAPlace, WrongState
from eunion.booking.models import Meeting, Session
from eunion.booking.services import meetings, places, tell
from eunion.booking.services.edit import REASON_MIN, edit_session, may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

MEETINGS_MAX = 60


@dataclass(frozen=True)
class Date:
    """One date as it is to be."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    topic: str = ""


@transaction.atomic
def set_dates(*, session: Session, user: User, dates: list[Date]) -> list[Meeting]:
    """Make these the dates of a class, in order; the session then lasts from the first to the last.

    Raises NotAllowed, Invalid, TakesAPlace when a date that somebody signed in at would go.
    """
    may(user, "booking.change_session", session.offering.owner)
    dates = sorted(dates, key=lambda one: one.starts_at)
    _check(dates)
    session = places.lock(session.pk)
    kept = {one.number: one for one in meetings.of(session)}
    gone = [one for number, one in kept.items() if number > len(dates)]
    if any(one.attendances.exists() for one in gone):
        raise TakesAPlace("已经有人签到的课次不能删。")
    Meeting.objects.filter(pk__in=[one.pk for one in gone]).delete()
    moved = _write(session, kept, dates)
    meetings.forget_reminders(moved)
    tell.tell_dates([one for one in moved if one.starts_at > timezone.now()])
    # Last, so that the single meeting of a session follows it and a class keeps its own.
    edit_session(session=session, user=user, starts_at=dates[0].starts_at, ends_at=_end(dates))
    audit.record(actor=user, action="booking.dates", target=session, data={"count": len(dates)})
    return list(Meeting.objects.filter(session=session))


def _end(dates: list[Date]) -> datetime.datetime:
    return max(one.ends_at for one in dates)


def _check(dates: list[Date]) -> None:
    if not 1 <= len(dates) <= MEETINGS_MAX:
        raise Invalid(f"请填 1 到 {MEETINGS_MAX} 次的日期。")
    if any(one.starts_at >= one.ends_at for one in dates):
        raise Invalid("结束时间要晚于开始时间。")
    for before, after in itertools.pairwise(dates):
        if after.starts_at < before.ends_at:
            raise Invalid(f"{timezone.localtime(after.starts_at):%-m月%-d日}的两次课时间重叠了。")


def _write(session: Session, kept: dict[int, Meeting], dates: list[Date]) -> list[Meeting]:
    """Write each date; return those that were moved to another time, with `before` as they were."""
    moved = []
    for number, date in enumerate(dates, 1):
        one = kept.get(number)
        if one is None:
            Meeting.objects.create(session=session, number=number, **vars(date))
            continue
        if one.starts_at != date.starts_at and len(dates) > 1:
            one.before = one.starts_at  # type: ignore[attr-defined]
            moved.append(one)
        one.starts_at, one.ends_at, one.topic = date.starts_at, date.ends_at, date.topic
        one.save(update_fields=["starts_at", "ends_at", "topic"])
    return moved


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, user: User, reason: str) -> None:
    """Call one date off; it counts for nobody's attendance. Raises NotAllowed, Invalid, WrongState."""
    may(user, "booking.change_session", meeting.session.offering.owner)
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明停课原因，学员会看到。")
    begun = meeting.attendances.exists()
    standing = Meeting.objects.filter(pk=meeting.pk, cancelled_at=None)
    if begun or not standing.update(cancelled_at=timezone.now()):
        raise WrongState("这次课已经有人签到，或已经停了。")
    audit.record(actor=user, action="booking.cancel_meeting", target=meeting, data={"reason": reason[:200]})
    tell.tell_no_class(meeting, reason.strip())


@transaction.atomic
def revoke_door(*, meeting: Meeting, user: User) -> None:
    """Make the links to a meeting's screen worthless. Raises NotAllowed."""
    may(user, "booking.mark_claim", meeting.session.offering.owner)
    Meeting.objects.filter(pk=meeting.pk).update(door_version=F("door_version") + 1)
    audit.record(actor=user, action="booking.door", target=meeting, data={"revoked": True})
