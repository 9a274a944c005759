"""A lawyer's half hour: one person at a time, given back in time, told of what changes."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from eunion.cases.factories import applicant, staff
from eunion.cases.legal import slots
from eunion.cases.legal.errors import EnoughBooked, NotOffered, SlotTaken, TooLate
from eunion.cases.legal.factories import lawyer, slot
from eunion.cases.legal.services import appointments, roster
from eunion.cases.models import Appointment, Case, Lawyer
from eunion.cases.tests.conftest import jobs
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
WHO = {"name": "王测试", "phone": "13800000001"}


@pytest.fixture
def one() -> Lawyer:
    """A lawyer who gives advice every morning."""
    return lawyer(hours=True)


def _book(one: Lawyer, user: User, at: datetime.datetime | None = None) -> Appointment:
    return appointments.book(lawyer=one, starts_at=at or slot(), user=user, **WHO)


def test_a_worker_books_a_half_hour_and_cancels_it(phone: Client, member: Member, one: Lawyer) -> None:
    page = phone.get(reverse("legal_hours")).content.decode()
    address = f"{reverse('legal_book', args=[one.public_id])}?at={slot().isoformat().replace('+', '%2B')}"
    assert address in page.replace("%3A", ":")
    assert member.phone in phone.get(address).content.decode()
    sent = WHO | {"topic": "加班费怎么算"}
    assert phone.post(address, sent)["Location"] == reverse("legal_appointments")
    assert "加班费怎么算" in phone.get(reverse("legal_appointments")).content.decode()
    assert jobs("wechat.send_kind")[-1]["kind"] == "booking_confirmed"
    made = Appointment.objects.get()
    phone.post(reverse("legal_cancel", args=[made.public_id]))
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert slots.is_offered(one, slot(), timezone.now())


def test_no_half_hour_is_given_twice(one: Lawyer, member: Member) -> None:
    first = _book(one, member.user)
    assert _book(one, member.user) == first
    with pytest.raises(SlotTaken):
        _book(one, applicant().user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(lawyer=one, starts_at=slot(), user=UserFactory(), name="别人")


def test_nobody_sits_with_two_lawyers_at_once(one: Lawyer, member: Member) -> None:
    _book(one, member.user)
    with pytest.raises(SlotTaken, match="另一位律师"):
        _book(lawyer("乙", hours=True), member.user)


def test_what_is_typed_stays_when_the_time_is_gone(phone: Client, one: Lawyer) -> None:
    _book(one, applicant().user)
    address = f"{reverse('legal_book', args=[one.public_id])}?at={slot().isoformat().replace('+', '%2B')}"
    answer = phone.post(address, WHO | {"topic": "合同到期不续签"})
    assert answer.status_code == 409 and "合同到期不续签" in answer.content.decode()


@pytest.mark.parametrize("at", [slot(hour=8), slot(minute=10), slot(days=-1), slot(days=30), slot(hour=11)])
def test_only_offered_times_are_given(one: Lawyer, member: Member, at: datetime.datetime) -> None:
    with pytest.raises(NotOffered):
        _book(one, member.user, at)


def test_a_day_off_is_not_offered_and_calls_off_what_was_booked(one: Lawyer, member: Member) -> None:
    made = _book(one, member.user)
    day = timezone.localdate() + datetime.timedelta(days=2)
    assert roster.close_day(lawyer=one, day=day, why="开庭", user=staff()) == 1
    made.refresh_from_db()
    assert made.state == "called_off"
    sent = jobs("wechat.send_kind")[-1]
    assert sent["kind"] == "booking_cancelled" and "开庭" in sent["values"]["note"]
    assert not slots.is_offered(one, slot(), timezone.now())


def test_one_person_does_not_take_all_the_hours(one: Lawyer, member: Member) -> None:
    _book(one, member.user, slot(2))
    _book(one, member.user, slot(3))
    with pytest.raises(EnoughBooked):
        _book(one, member.user, slot(4))


def test_it_is_cancelled_until_two_hours_before(one: Lawyer, member: Member) -> None:
    made = _book(one, member.user)
    with pytest.raises(NotAllowed):
        appointments.cancel(appointment=made, user=UserFactory())
    Appointment.objects.filter(pk=made.pk).update(starts_at=timezone.now() + datetime.timedelta(minutes=90))
    with pytest.raises(TooLate):
        appointments.cancel(appointment=made, user=member.user)


def test_everyone_is_reminded_once(one: Lawyer, member: Member) -> None:
    made = _book(one, member.user)
    assert appointments.remind_due() == 0
    Appointment.objects.filter(pk=made.pk).update(starts_at=timezone.now() + datetime.timedelta(hours=20))
    assert [appointments.remind_due(), appointments.remind_due()] == [1, 0]
    assert jobs("wechat.send_kind")[-1]["kind"] == "course_reminder"


def test_hours_that_overlap_or_end_too_early_are_refused(one: Lawyer) -> None:
    nine, ten, eleven = (datetime.time(hour) for hour in (9, 10, 11))
    for hours in (
        [roster.Hours(1, nine, eleven), roster.Hours(1, ten, eleven)],
        [roster.Hours(1, ten, nine)],
    ):
        with pytest.raises(Invalid):
            roster.keep_hours(lawyer=one, hours=hours, user=staff())


def test_a_lawyer_keeps_their_own_calendar_and_no_others(
    second_factor: None, one: Lawyer, member: Member
) -> None:
    user: User = UserFactory(role=Role.LAWYER)
    mine = lawyer("乙", user=user, hours=True)
    made = _book(mine, member.user)
    Appointment.objects.filter(pk=made.pk).update(starts_at=timezone.now() - datetime.timedelta(minutes=10))
    desk = Client()
    desk.force_login(user)
    assert desk.get(reverse("legal_own_hours")).status_code == 302
    page = desk.get(reverse("legal_calendar", args=[mine.public_id])).content.decode()
    assert "每周固定的时间" in page and "138****0001" in page and WHO["phone"] not in page
    look = {"what": "phone", "appointment": made.public_id}
    change = reverse("legal_calendar_change", args=[mine.public_id])
    assert WHO["phone"] in desk.post(change, look, follow=True).content.decode()
    assert ModelLogEntry.objects.filter(action="legal.see_phone", user=user).exists()
    desk.post(
        reverse("legal_calendar_change", args=[mine.public_id]),
        {"what": "came", "appointment": made.public_id},
    )
    made.refresh_from_db()
    assert made.state == "came"
    assert desk.get(reverse("legal_calendar", args=[one.public_id])).status_code == 403
    hours = {"what": "hours", "weekday": ["1", "2"], "begins": ["09:00", ""], "ends": ["10:00", ""]}
    address = reverse("legal_calendar_change", args=[mine.public_id])
    assert desk.post(address, hours).status_code == 302
    assert [str(one) for one in mine.hours.all()] == ["周一 09:00–10:00"]


def test_the_hours_ask_the_database_as_often_for_many_lawyers(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for place in range(5):
        lawyer(f"律师{place}", hours=True)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(reverse("legal_hours")).status_code == 200


def test_the_contract_check_stores_nothing_unless_asked(client: Client, member: Member) -> None:
    sent = {"signed": "yes", "pay": "no", "deposit": "yes", "nonsense": "yes"}
    page = client.post(reverse("legal_contract"), sent).content.decode()
    assert "第十七条第一款第六项" in page and "第九条" in page and "nonsense" not in page
    assert not Case.objects.exists() and not client.session.keys()
    answer = client.post(reverse("legal_contract_keep"), sent)
    assert answer["Location"].startswith("/signin/")
    client.force_login(member.user)
    assert client.get(reverse("legal_contract_keep"))["Location"] == "/services/legal/apply/"
    case = Case.objects.get()
    assert case.state == "draft" and "劳动报酬" in case.answers["story"]
    client.post(reverse("legal_contract_keep"), sent)
    case.refresh_from_db()
    assert case.answers["story"].count("劳动报酬") == 1


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+08:00", "0001-01-01T00:00:00+08:00", "x", "2026-11-25"])
def test_an_hour_outside_the_calendar_leads_back_to_the_hours(phone: Client, at: str) -> None:

    answer = phone.get(reverse("legal_book", args=[lawyer().public_id]), {"at": at})
    assert answer.status_code == 302 and answer["Location"] == reverse("legal_hours")
