"""扫码签到: only who is there, only who has a place, only now, and once."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from eunion.booking import door
from eunion.booking.errors import NotEnrolled, NotNow
from eunion.booking.factories import SessionFactory, make_claim, make_course
from eunion.booking.models import Attendance, Claim, Meeting, Session
from eunion.booking.services import attend, meetings, places
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Session:
    """A class whose first meeting began half an hour ago."""
    return make_course()


@pytest.fixture
def now_on(course: Session) -> Meeting:
    return Meeting.objects.filter(session=course).first()  # type: ignore[return-value]


def scan(phone: Client, meeting: Meeting, at: float | None = None) -> str:
    """Scan the door and press the button; return the page."""
    answer = phone.get(f"/attend/{door.code(meeting, at=at)}/", follow=True)
    if answer.status_code == 200 and "我到了" in answer.content.decode():
        answer = phone.post("/attend/")
    return str(answer.content.decode())


def test_who_has_a_place_signs_in_and_again_is_the_same(
    phone: Client, member: Member, now_on: Meeting
) -> None:
    mine = make_claim(now_on.session, member)
    assert "已签到" in scan(phone, now_on)
    assert "已签到" in scan(phone, now_on)
    assert Attendance.objects.get().how == "door"
    mine.refresh_from_db()
    assert mine.state == "redeemed", "who came is no no-show"
    assert "已使用" not in phone.get(f"/me/tickets/{mine.public_id}/").content.decode()


def test_a_photo_of_the_code_is_worthless_after_a_minute(
    phone: Client, member: Member, now_on: Meeting
) -> None:
    make_claim(now_on.session, member)
    assert "二维码已过期" in scan(phone, now_on, at=time.time() - 60)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("code", ["x", "a-b-c", "a-1f-", "-", "a-zz-1"])
def test_a_forged_code_is_no_code(phone: Client, code: str) -> None:
    assert phone.get(f"/attend/{code}/").status_code == 410


def test_the_scan_counts_while_the_person_signs_in(client: Client, member: Member, now_on: Meeting) -> None:
    make_claim(now_on.session, member)
    answer = client.get(f"/attend/{door.code(now_on)}/")
    assert answer["location"] == "/attend/"
    assert client.get("/attend/")["location"] == "/signin/?next=/attend/"
    client.force_login(member.user)
    assert "已签到" in client.post("/attend/").content.decode()


def test_without_a_scan_there_is_nothing_to_press(phone: Client, member: Member, now_on: Meeting) -> None:
    make_claim(now_on.session, member)
    assert phone.post("/attend/").status_code == 410


@pytest.mark.parametrize("state", ["waiting", "held", "cancelled", "expired"])
def test_who_has_no_place_is_told_so(phone: Client, member: Member, now_on: Meeting, state: str) -> None:
    make_claim(now_on.session, member, state)
    assert "没有报上这个班" in scan(phone, now_on)


def test_the_door_opens_an_hour_before_and_closes_at_the_end(member: Member) -> None:
    for hours, works in ((1.1, False), (0.9, True), (-1.9, True), (-2.1, False)):
        meeting = make_course(meetings=1, first_hours=hours).meetings.get()
        make_claim(meeting.session, member)
        if works:
            attend.sign_in(meeting=meeting, member=member)
        else:
            with pytest.raises(NotNow):
                attend.sign_in(meeting=meeting, member=member)


def test_the_screen_shows_a_code_until_its_link_is_revoked(client: Client, now_on: Meeting) -> None:
    address = door.link(now_on).removeprefix("http://127.0.0.1:8000")
    first = client.get(address)
    assert first.status_code == 200 and "<svg" in first.content.decode()
    assert first["cache-control"] == "no-store"
    assert client.get(f"{address}?part=code").status_code == 200
    Meeting.objects.update(door_version=2)
    assert client.get(address).status_code == 410
    assert client.get("/door/forged/").status_code == 410


def test_staff_note_who_was_there_within_their_own_unions(now_on: Meeting, organiser: User) -> None:
    claim = make_claim(now_on.session, MemberFactory())
    with pytest.raises(NotAllowed):
        attend.mark_present(claim=claim, meeting=now_on, user=UserFactory())
    attend.mark_present(claim=claim, meeting=now_on, user=organiser)
    assert Attendance.objects.get().by == organiser
    claim.refresh_from_db()
    with pytest.raises(Invalid):
        attend.unmark(claim=claim, meeting=now_on, user=organiser, reason="")
    attend.unmark(claim=claim, meeting=now_on, user=organiser, reason="点错人了")
    assert not Attendance.objects.exists() and Claim.objects.get().state == "confirmed"
    other = make_claim(SessionFactory(), MemberFactory())
    with pytest.raises(NotEnrolled):
        attend.mark_present(claim=other, meeting=now_on, user=organiser)


def test_a_checked_ticket_is_attendance_of_the_meeting_of_that_day(course: Session) -> None:
    claim = make_claim(course, MemberFactory())
    places.mark(claim=claim, to=Claim.State.REDEEMED, actor=None)
    assert Attendance.objects.get().meeting.number == 1
    film = make_claim(SessionFactory(), MemberFactory())
    places.mark(claim=film, to=Claim.State.REDEEMED, actor=None)
    assert Attendance.objects.count() == 1, "a ticket has no meetings"


def test_a_session_gets_its_one_meeting_when_it_is_needed() -> None:
    session = SessionFactory()
    (made,) = meetings.of(session)
    assert (made.starts_at, meetings.of(session)) == (session.starts_at, [made])


def test_the_ticket_lists_the_dates_and_asks_no_more_for_more_of_them(
    phone: Client, member: Member, django_assert_max_num_queries: object
) -> None:
    course = make_course(meetings=12)
    mine = make_claim(course, member)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        page = phone.get(reverse("ticket", args=[mine.public_id])).content.decode()
    assert (page.count("未签到"), page.count("未开始")) == (1, 11)


def test_the_online_address_is_for_who_has_a_place_and_half_an_hour_before(
    phone: Client, member: Member
) -> None:
    secret = "https://meeting.example.com/j/1"
    soon = make_course(meetings=1, first_hours=0.4, online_url=secret, place="")
    later = make_course(meetings=1, first_hours=1, online_url=secret, place="")
    for session in (soon, later):
        page = phone.get(f"/events/s/{session.public_id}/").content.decode()
        calendar = phone.get(f"/events/s/{session.public_id}/calendar.ics").content.decode()
        assert secret not in page and secret not in calendar
    tickets = [make_claim(soon, member), make_claim(later, member)]
    pages = [phone.get(f"/me/tickets/{one.public_id}/").content.decode() for one in tickets]
    assert secret in pages[0] and secret not in pages[1]
