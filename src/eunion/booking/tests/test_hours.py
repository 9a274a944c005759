"""Volunteers' hours: credited once, by what was attended; corrected with a reason, never below nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from eunion.booking.factories import make_claim, make_course
from eunion.booking.models import Attendance, Claim, HourEntry
from eunion.booking.services import hours
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db


def served(member: Member, came: int = 1, meetings: int = 1, first_hours: float = -3) -> Claim:
    day = make_course(meetings, first_hours, offering__kind="charity", service_hours=Decimal("4"))
    claim = make_claim(day, member, "redeemed")
    for meeting in day.meetings.all()[:came]:
        Attendance.objects.create(claim=claim, meeting=meeting, at=meeting.starts_at, how="door")
    return claim


def test_who_came_is_credited_once_however_often_the_job_runs(member: Member) -> None:
    served(member)
    assert (hours.credit_due(), hours.credit_due()) == (1, 0)
    assert (HourEntry.objects.get().hours, hours.total_of(member.pk)) == (4, 4)


def test_the_sum_stands_on_ones_own_page(phone: Client, member: Member) -> None:
    served(member)
    hours.credit_due()
    assert "4.0 小时" in phone.get("/me/").content.decode()
    assert "+4.0 小时" in phone.get("/me/records/").content.decode()


def test_who_did_not_come_and_what_is_not_over_is_not_credited(member: Member) -> None:
    served(member, came=0)
    served(member, first_hours=-1)
    assert hours.credit_due() == 0


def test_a_part_of_the_meetings_is_a_part_of_the_hours(member: Member) -> None:
    served(member, came=1, meetings=3, first_hours=-168 * 2 - 3)
    hours.credit_due()
    assert hours.total_of(member.pk) == Decimal("1.3")


def test_many_are_credited_in_blocks(monkeypatch: pytest.MonkeyPatch, member: Member) -> None:
    monkeypatch.setattr(hours, "BLOCK", 2)
    for _ in range(5):
        served(member)
    assert hours.credit_due() == 5 and hours.total_of(member.pk) == 20


def test_a_mistake_is_mended_by_another_entry_with_its_reason(member: Member, organiser: User) -> None:
    claim = served(member)
    hours.credit_due()
    with pytest.raises(NotAllowed):
        hours.correct(claim=claim, user=UserFactory(), hours=Decimal(1), reason="多做一小时")
    for wrong, reason in (
        (Decimal(1), ""),
        (Decimal(0), "没有改动"),
        (Decimal("0.25"), "多做一刻钟"),
        (Decimal(-5), "扣得太多"),
    ):
        with pytest.raises(Invalid):
            hours.correct(claim=claim, user=organiser, hours=wrong, reason=reason)
    hours.correct(claim=claim, user=organiser, hours=Decimal("-1.5"), reason="提前离开")
    assert hours.total_of(member.pk) == Decimal("2.5") and HourEntry.objects.count() == 2
    assert hours.credit_due() == 0, "a correction is no reason to credit again"
