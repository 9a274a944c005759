"""Staff screens of courses: within one's scope, what was typed stays, lists ask no more for more rows."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from eunion.booking.backoffice import statistics
from eunion.booking.factories import HomeworkFactory, make_claim, make_course
from eunion.booking.models import (
    Attendance,
    Certificate,
    Homework,
    HourEntry,
    Meeting,
    Offering,
    Rating,
    Session,
)
from eunion.booking.services import homework
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import StaffScope, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
SCREENS = ("courses", "certificates", "service-hours", "booking-statistics", "booking-statistics/export")


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def desk(organiser: User) -> Client:
    made = Client()
    made.force_login(organiser)
    return made


@pytest.fixture
def course(organiser: User) -> Session:
    return make_course(name="晚班")


@pytest.fixture
def elsewhere(course: Session) -> Client:
    """Staff of a union below, who look after nothing of this one."""
    stranger = UserFactory(role=Role.ORGANISER)
    StaffScope.objects.create(user=stranger, union=make_union("别处工会", parent=course.offering.owner))
    made = Client()
    made.force_login(stranger)
    return made


def address(course: Session) -> str:
    return f"/admin/courses/{course.public_id}/"


def test_a_worker_sees_none_of_it() -> None:
    client = Client()
    client.force_login(UserFactory())
    assert all(client.get(f"/admin/{name}/").status_code in (302, 403) for name in SCREENS)


def test_staff_see_their_own_classes_alone(desk: Client, elsewhere: Client, course: Session) -> None:
    title = course.offering.title
    assert title in desk.get("/admin/courses/").content.decode()
    assert title not in elsewhere.get("/admin/courses/").content.decode()
    meeting, task = course.meetings.first(), HomeworkFactory(session=course)
    pages = (
        address(course),
        f"/admin/courses/meetings/{meeting.public_id}/",
        f"/admin/homework/{task.public_id}/",
    )
    for page in pages:
        assert (desk.get(page).status_code, elsewhere.get(page).status_code) == (200, 404), page
    assert elsewhere.post(f"/admin/courses/meetings/{meeting.public_id}/door/").status_code == 404


def test_dates_are_set_and_what_was_typed_wrong_is_named(desk: Client, course: Session) -> None:
    day = timezone.localdate() + datetime.timedelta(days=3)
    typed = {
        "do": "dates",
        "day": [f"{day}", f"{day + datetime.timedelta(days=7)}", ""],
        "from": ["19:00", "19:00", ""],
        "to": ["21:00", "21:00", ""],
        "topic": ["执笔", "运笔", ""],
    }
    assert desk.post(address(course), typed).status_code == 302
    course.refresh_from_db()
    found = list(Meeting.objects.filter(session=course))
    assert [one.topic for one in found] == ["执笔", "运笔"]
    assert (course.starts_at, course.ends_at) == (found[0].starts_at, found[1].ends_at)
    answer = desk.post(address(course), typed | {"to": ["18:00", "21:00", ""]})
    assert answer.status_code == 422 and "结束时间要晚于开始时间" in answer.content.decode()


def test_a_date_somebody_came_to_is_not_taken_away(desk: Client, course: Session) -> None:
    claim, last = make_claim(course, MemberFactory()), course.meetings.last()
    Attendance.objects.create(claim=claim, meeting=last, at=timezone.now(), how="door")
    first = course.meetings.first()
    day, begins = f"{timezone.localtime(first.starts_at):%Y-%m-%d %H:%M}".split()
    typed = {"do": "dates", "day": [day], "from": [begins], "to": ["23:59"], "topic": [""]}
    assert "已经有人签到的课次不能删" in desk.post(address(course), typed).content.decode()
    assert course.meetings.count() == 2


def test_homework_and_links_are_added_and_a_mistake_keeps_the_words(desk: Client, course: Session) -> None:
    task = {"do": "homework", "title": "临帖", "text": "临一张", "due_day": "2020-01-01", "due_time": "21:00"}
    answer = desk.post(address(course), task)
    assert answer.status_code == 422 and "临一张" in answer.content.decode()
    later = timezone.localdate() + datetime.timedelta(days=3)
    assert desk.post(address(course), task | {"due_day": f"{later}"}).status_code == 302
    link = {"do": "material", "name": "视频", "url": "https://v.example.com/1", "audience": "everyone"}
    assert desk.post(address(course), link).status_code == 302
    page = desk.get(address(course)).content.decode()
    assert "临帖" in page and "视频" in page and Homework.objects.get().title == "临帖"


def test_the_screen_at_the_door_is_opened_from_here_and_revoked_here(desk: Client, course: Session) -> None:
    meeting = course.meetings.first()
    link = desk.post(f"/admin/courses/meetings/{meeting.public_id}/door/")["location"]
    assert Client().get(link).status_code == 200
    assert desk.post(address(course), {"do": "revoke", "meeting": meeting.public_id}).status_code == 302
    assert Client().get(link).status_code == 410


def test_who_was_there_is_noted_and_taken_back(desk: Client, course: Session) -> None:
    claim, meeting = make_claim(course, MemberFactory()), course.meetings.first()
    page = f"/admin/courses/meetings/{meeting.public_id}/"
    desk.post(page, {"do": "present", "claim": claim.public_id})
    assert Attendance.objects.get().how == "staff"
    assert desk.post(page, {"do": "absent", "claim": claim.public_id, "reason": ""}).status_code == 422
    desk.post(page, {"do": "absent", "claim": claim.public_id, "reason": "点错人"})
    assert not Attendance.objects.exists()


def test_work_is_commented_on(desk: Client, course: Session) -> None:
    task = HomeworkFactory(session=course)
    made = homework.hand_in(claim=make_claim(course, MemberFactory()), homework=task, text="我的字")
    page = f"/admin/homework/{task.public_id}/"
    assert "我的字" in desk.get(page).content.decode()
    assert desk.post(page, {"hand_in": made.pk, "mark": "", "comment": ""}).status_code == 422
    assert desk.post(page, {"hand_in": made.pk, "mark": "优", "comment": "有进步"}).status_code == 302
    made.refresh_from_db()
    assert made.comment == "有进步"


def certificate(course: Session, title: str = "书法") -> Certificate:
    today = timezone.localdate()
    member = MemberFactory()
    return Certificate.objects.create(
        kind="course", member=member, name=member.name, title=title, issuer=course.offering.owner, hours=8,
        since=today, until=today, issued_on=today,
    )  # fmt: skip


def test_certificates_are_found_withdrawn_and_not_by_others(
    desk: Client, elsewhere: Client, course: Session
) -> None:
    made = certificate(course)
    assert made.number in desk.get(f"/admin/certificates/?q={made.number}").content.decode()
    assert made.number not in elsewhere.get("/admin/certificates/").content.decode()
    assert elsewhere.get(f"/admin/certificates/{made.code}/").status_code == 404
    assert desk.get(f"/admin/certificates/{made.code}/")["content-type"] == "application/pdf"
    assert desk.post("/admin/certificates/", {"code": made.code, "reason": ""}).status_code == 422
    assert desk.post("/admin/certificates/", {"code": made.code, "reason": "代签被查实"}).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at


def test_hours_are_corrected_with_a_reason(desk: Client, elsewhere: Client, course: Session) -> None:
    claim = make_claim(course, MemberFactory())
    entry = {
        "member": claim.member,
        "claim": claim,
        "hours": 3,
        "on": timezone.localdate(),
        "reason": "便民日",
    }
    HourEntry.objects.create(**entry)
    typed = {"claim": claim.public_id, "hours": "-1", "reason": "提前离开"}
    assert elsewhere.post("/admin/service-hours/", typed).status_code == 404
    for wrong in ("x", "NaN", "Infinity", ""):
        answer = desk.post("/admin/service-hours/", typed | {"hours": wrong})
        assert answer.status_code == 422 and "提前离开" in answer.content.decode()
    assert desk.post("/admin/service-hours/", typed).status_code == 302
    assert "提前离开" in desk.get("/admin/service-hours/").content.decode()


def test_statistics_count_what_was_offered_taken_up_and_attended(desk: Client, organiser: User) -> None:
    over = make_course(1, first_hours=-3, quota=10)
    for number in range(5):
        claim = make_claim(over, MemberFactory(), "redeemed" if number < 4 else "no_show")
        if number < 4:
            Attendance.objects.create(claim=claim, meeting=over.meetings.get(), at=timezone.now(), how="door")
            Rating.objects.create(claim=claim, offering=over.offering, stars=5)
        entry = {"on": timezone.localdate(), "reason": "服务"}
        HourEntry.objects.create(member=claim.member, claim=claim, hours=Decimal("1.5"), **entry)
    make_claim(over, MemberFactory(), "cancelled")
    today = timezone.localdate()
    (line,) = statistics.lines([over.offering], today - datetime.timedelta(days=1), today)
    assert (line.sessions, line.places, line.enrolled, line.attended) == (1, 10, 5, 4)
    assert (line.rate, line.hours, line.stars, line.ratings) == (0.8, Decimal("7.5"), None, 4)
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get("/admin/booking-statistics/export/").content)).active
    assert [cell.value for cell in sheet[2]][3:8] == [1, 10, 5, 4, 0.8]


def test_lists_ask_no_more_for_more_rows(
    desk: Client, course: Session, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        made = make_course(1, first_hours=-3)
        claim = make_claim(made, MemberFactory(), "redeemed")
        Attendance.objects.create(claim=claim, meeting=made.meetings.get(), at=timezone.now(), how="door")
        certificate(made)
        entry = {"hours": 1, "on": timezone.localdate(), "reason": "服务"}
        HourEntry.objects.create(member=claim.member, claim=claim, **entry)
    task = HomeworkFactory(session=course)
    for _ in range(12):
        homework.hand_in(claim=make_claim(course, MemberFactory()), homework=task, text="字")
    first = course.meetings.first()
    lists = ["courses", "certificates", "service-hours", "booking-statistics", f"homework/{task.public_id}"]
    lists += [f"courses/meetings/{first.public_id}", f"courses/{course.public_id}"]
    desk.get("/admin/courses/")
    for name in lists:
        with django_assert_max_num_queries(40):
            assert desk.get(f"/admin/{name}/").status_code == 200
    assert Offering.objects.count() == 13
