"""Reminders: each member once per meeting and kind, in decent hours, and nobody who is not coming."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from eunion.booking.factories import SessionFactory, make_claim, make_course
from eunion.booking.models import Claim, Reminder, Session
from eunion.booking.services import attend, remind
from eunion.booking.tests.conftest import jobs
from eunion.registry.factories import MemberFactory
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db
ZONE = timezone.get_default_timezone()


def at(day: int, hour: int) -> datetime.datetime:
    """Return an hour in China of a day of December."""
    return datetime.datetime(2026, 12, day, hour, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 22, 8


@pytest.fixture
def session() -> Session:
    """Tuesday the 8th at 19:00."""
    with time_machine.travel(at(1, 9), tick=False):
        return SessionFactory(starts_at=at(8, 19), ends_at=at(8, 21), quota=9)


def claim(session: Session, state: str = "confirmed") -> Claim:
    with time_machine.travel(at(2, 9), tick=False):
        return make_claim(session, MemberFactory(), state)


def remind_at(day: int, hour: int) -> int:
    with time_machine.travel(at(day, hour), tick=False):
        return remind.remind_due()


def test_the_day_before_and_two_hours_before_each_once(session: Session) -> None:
    claim(session)
    assert remind_at(7, 18) == 0
    assert (remind_at(7, 19), remind_at(7, 20), remind_at(8, 12)) == (1, 0, 0)
    assert (remind_at(8, 17), remind_at(8, 18)) == (1, 0)
    told = jobs("wechat.send_kind")
    assert [one["kind"] for one in told] == ["course_reminder"] * 2
    assert told[0]["values"]["at"] == "2026-12-08 19:00" and told[0]["key"] != told[1]["key"]


def test_nobody_is_woken_unless_it_is_a_few_hours_away() -> None:
    with time_machine.travel(at(1, 9), tick=False):
        early = SessionFactory(starts_at=at(8, 6), ends_at=at(8, 8))
        late = SessionFactory(starts_at=at(9, 23), ends_at=at(10, 1))
    claim(early), claim(late)
    assert remind_at(8, 4) == 1
    assert (remind_at(8, 23), remind_at(9, 7), remind_at(9, 8)) == (0, 0, 1)


@pytest.mark.parametrize("state", ["cancelled", "waiting", "held", "expired", "no_show"])
def test_only_who_is_coming_is_reminded(session: Session, state: str) -> None:
    claim(session, state)
    assert remind_at(7, 20) == 0


def test_what_was_called_off_is_not_reminded_of(session: Session) -> None:
    claim(session)
    Session.objects.update(cancelled_at=timezone.now())
    assert remind_at(7, 20) == 0


def test_who_signed_up_within_the_day_knows_already(session: Session) -> None:
    with time_machine.travel(at(8, 9), tick=False):
        make_claim(session, MemberFactory())
    assert (remind_at(8, 10), remind_at(8, 17)) == (0, 1)


def test_a_meeting_that_moved_is_reminded_of_again(session: Session, organiser: Any) -> None:
    from eunion.booking.services.edit import edit_session

    claim(session)
    remind_at(7, 20)
    with time_machine.travel(at(7, 21), tick=False):
        edit_session(session=session, user=organiser, starts_at=at(9, 19), ends_at=at(9, 21))
    assert remind_at(8, 19) == 1
    assert len({one["key"] for one in jobs("wechat.send_kind")}) == 2


def test_every_date_of_a_class_is_reminded_of_also_to_who_came_before(member: Member) -> None:
    with time_machine.travel(at(1, 19), tick=False):
        course = make_course(meetings=2, first_hours=0)
        mine = make_claim(course, member)
        attend.sign_in(meeting=course.meetings.first(), member=member)
        assert remind.remind_due() == 0
    assert remind_at(7, 20) == 1
    assert Reminder.objects.get().claim_id == mine.pk


def test_thousands_are_told_in_blocks_and_a_kill_between_them_loses_and_doubles_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        claim(session)
    monkeypatch.setattr(remind, "BLOCK", 2)
    with time_machine.travel(at(7, 20), tick=False):
        remind._ensure(timezone.now())
        assert remind.remind(session.meetings.get().pk, Reminder.Kind.DAY) == 2
        assert remind.remind_due() == 3
    told = jobs("wechat.send_kind")
    assert len({one["member_id"] for one in told}) == len(told) == 5
