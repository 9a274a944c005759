"""The meetings of a session: made when first needed, and kept in step while there is only one."""

from __future__ import annotations

from collections.abc import Iterable

from eunion.booking.models import Meeting, Reminder, Session


def ensure(sessions: Iterable[Session]) -> None:
    """Give each session that has no meeting yet one that is as long as itself. Safe to repeat and at once."""
    rows = [
        Meeting(session=session, number=1, starts_at=session.starts_at, ends_at=session.ends_at)
        for session in sessions
    ]
    Meeting.objects.bulk_create(rows, ignore_conflicts=True)


def of(session: Session) -> list[Meeting]:
    """Return a session's meetings in order."""
    found = list(session.meetings.all())
    if not found:
        ensure([session])
        found = list(Meeting.objects.filter(session=session))
    return found


def follow(session: Session) -> None:
    """Move the only meeting of a session that was moved; those of a class have dates of their own."""
    if session.meetings.count() == 1:
        session.meetings.update(starts_at=session.starts_at, ends_at=session.ends_at)
        forget_reminders(session.meetings.all())


def forget_reminders(moved: Iterable[Meeting]) -> None:
    """Have members reminded again: what they were told is no longer so."""
    Reminder.objects.filter(meeting__in=[one.pk for one in moved]).delete()
