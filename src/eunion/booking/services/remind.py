"""Members are reminded of a meeting the day before and some hours before, each once."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from eunion.booking.models import Attendance, Claim, Meeting, Offering, Reminder, Session
from eunion.booking.services import meetings, tell
from eunion.broadcast import quiet

BLOCK = 500
LEAD = {
    Reminder.Kind.DAY: datetime.timedelta(hours=24),
    Reminder.Kind.HOURS: datetime.timedelta(hours=2),
}
_COMING = [Claim.State.CONFIRMED, Claim.State.REDEEMED]


def remind_due() -> int:
    """Remind all whose meeting comes near; return how many. Safe to repeat, at once, and after a kill.

    The reminder's row and the job that tells it are one transaction. In the quiet hours only those whose meeting is a
    few hours away are told.
    """
    now = timezone.now()
    _ensure(now)
    total = 0
    for kind in (Reminder.Kind.HOURS, Reminder.Kind.DAY):
        if kind == Reminder.Kind.DAY and quiet.seconds_until_allowed(now, urgent=False):
            continue
        for meeting_id in _due(kind, now):
            while told := remind(meeting_id, kind):
                total += told
    return total


def _ensure(now: datetime.datetime) -> None:
    """Give the coming sessions their meeting."""
    coming = Session.objects.filter(starts_at__gt=now, starts_at__lte=now + LEAD[Reminder.Kind.DAY])
    meetings.ensure(coming.filter(meetings=None, cancelled_at=None))


def _due(kind: Reminder.Kind, now: datetime.datetime) -> list[int]:
    near = Meeting.objects.standing().filter(starts_at__gt=now, starts_at__lte=now + LEAD[kind])
    if kind == Reminder.Kind.DAY:
        # The later reminder is sent instead.
        near = near.filter(starts_at__gt=now + LEAD[Reminder.Kind.HOURS])
    public = [Offering.State.PUBLISHED, Offering.State.CLOSED]
    standing = near.filter(session__cancelled_at=None, session__offering__state__in=public)
    return list(standing.values_list("pk", flat=True))


@transaction.atomic
def remind(meeting_id: int, kind: Reminder.Kind) -> int:
    """Remind the next BLOCK of a meeting's members; return how many."""
    # The row's lock lets one process at a time choose whom to tell.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting_id)
    mine = {"meeting": meeting, "claim": OuterRef("pk")}
    claims = list(
        Claim.objects.filter(session=meeting.session_id, state__in=_COMING)
        # Who signed up this late has just read when it is.
        .filter(changed_at__lte=meeting.starts_at - LEAD[kind])
        .exclude(Exists(Reminder.objects.filter(kind=kind, **mine)))
        .exclude(Exists(Attendance.objects.filter(**mine)))
        .select_related("session__offering")
        .order_by("pk")[:BLOCK]
    )
    now = timezone.now()
    Reminder.objects.bulk_create(Reminder(claim=one, meeting=meeting, kind=kind, at=now) for one in claims)
    event = f"{kind}.{meeting.pk}-{meeting.starts_at:%Y%m%d%H%M}"
    at = tell.moment(meeting.starts_at)
    tell.send(tell.message(one, "course_reminder", event, at=at, note=_note(kind)) for one in claims)
    return len(claims)


def _note(kind: Reminder.Kind) -> str:
    return "来不了请提前退出，让给别人" if kind == Reminder.Kind.DAY else "快开始了，路上注意安全"
