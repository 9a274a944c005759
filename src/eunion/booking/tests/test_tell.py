"""Members are told of what happens to their place without their doing, once, in words that fit a template."""

from __future__ import annotations

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.booking import lottery
from eunion.booking.factories import SessionFactory, in_hours, make_claim, make_course
from eunion.booking.models import Claim, Offering, Session
from eunion.booking.services import dates, edit, tell
from eunion.booking.services.cancel import cancel, cancel_for
from eunion.booking.services.expire import expire_due
from eunion.booking.tests.conftest import Take, jobs, notes
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("price", "word"), [(0, "名额是您的了"), (100, "前付款")])
def test_who_is_promoted_is_told(take: Take, price: int, word: str) -> None:
    first, second = (MemberFactory(user=UserFactory()) for _ in range(2))
    session = SessionFactory(quota=1, offering__waiting_size=2, offering__price_fen=price)
    take(session, first.pk, second.pk)
    cancel(claim=Claim.objects.get(member=first), user=first.user)
    job = ProcrastinateJob.objects.get(task_name="wechat.send_kind")
    assert job.args["member_id"] == second.pk and word in job.args["values"]["note"]
    assert len(job.args["values"]["note"]) <= 20


def run_slices() -> None:
    """Run the jobs that tell a session's members, each twice."""
    done = 0
    while len(found := jobs("booking.tell_session")) > done:
        for _ in range(2):
            tell.tell_slice(**found[done])
        done += 1


def test_everybody_of_a_draw_is_told_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "SLICE", 2)
    session = SessionFactory(quota=1, offering__mode=Offering.Mode.LOTTERY, offering__waiting_size=1)
    lottery.promise(session=session, user=None)
    for _ in range(5):
        make_claim(session, MemberFactory(), "entered")
    Offering.objects.update(closes_at=in_hours(-0.1))
    lottery.run_draw(session_id=session.pk)
    run_slices()
    told = {job["key"]: job["values"]["state"] for job in jobs("wechat.send_kind")}
    assert sorted(told.values()) == ["候补", "已中签", "未中签", "未中签", "未中签"]


def test_a_session_that_moves_is_told_with_its_old_time(member: Member, organiser: User) -> None:
    session = SessionFactory()
    make_claim(session, member)
    make_claim(session, MemberFactory(), "cancelled")
    before = session.starts_at
    edit.edit_session(session=session, user=organiser, starts_at=in_hours(90), ends_at=in_hours(92))
    run_slices()
    first, again = jobs("wechat.send_kind")
    assert first == again and first["kind"] == "booking_changed"
    assert first["values"]["note"] == f"原为{tell.short(before)}"
    assert first["values"]["at"] == tell.moment(Session.objects.get(pk=session.pk).starts_at)


def test_a_new_place_is_told_and_a_new_online_address_is_not(member: Member, organiser: User) -> None:
    session = SessionFactory(place="二楼")
    make_claim(session, member)
    edit.edit_session(session=session, user=organiser, online_url="https://m.example.com/")
    assert not jobs("booking.tell_session")
    edit.edit_session(session=session, user=organiser, place="三楼")
    run_slices()
    assert set(notes()) == {"booking_changed: 原地点：二楼"}


def test_a_date_of_a_class_that_moves_is_told_alone(member: Member, organiser: User) -> None:
    course = make_course(3, first_hours=24)
    make_claim(course, member)
    rows = [dates.Date(one.starts_at, one.ends_at) for one in course.meetings.all()]
    rows[1] = dates.Date(in_hours(24 + 169), in_hours(24 + 171))
    dates.set_dates(session=course, user=organiser, dates=rows)
    run_slices()
    (told,) = {job["values"]["title"] for job in jobs("wechat.send_kind")}
    assert told.endswith("第2次")
    dates.cancel_meeting(meeting=course.meetings.get(number=3), user=organiser, reason="老师生病")
    run_slices()
    assert "booking_changed: 停课：老师生病" in notes()


def test_who_is_called_off_is_told_that_the_money_comes_back_and_reads_why(
    member: Member, organiser: User, client: Client
) -> None:
    session = SessionFactory(offering__price_fen=100)
    claim = make_claim(session, member)
    edit.call_off(session=session, user=organiser, reason="场馆停电")
    assert notes() == ["booking_cancelled: 已付款项原路退还，点开看原因"]
    assert len(notes()[0].partition(": ")[2]) <= 20
    client.force_login(member.user)
    assert "场馆停电" in client.get(f"/me/tickets/{claim.public_id}/").content.decode()
    assert "场馆停电" in client.get(f"/events/s/{session.public_id}/").content.decode()


def test_an_unpaid_place_that_expires_is_told_and_one_given_back_is_not(member: Member) -> None:
    session = SessionFactory(offering__price_fen=100)
    make_claim(session, member, "held", expires_at=in_hours(-0.1))
    mine = make_claim(session, MemberFactory(user=UserFactory()), "held", expires_at=in_hours(1))
    cancel(claim=mine, user=mine.member.user)
    expire_due()
    assert notes() == ["booking_cancelled: 没在时限内付款，名额已让出"]


def test_who_is_taken_off_by_staff_is_told_why(member: Member, organiser: User) -> None:
    cancel_for(claim=make_claim(SessionFactory(), member), user=organiser, reason="不符合报名条件")
    assert notes() == ["booking_cancelled: 不符合报名条件"]
