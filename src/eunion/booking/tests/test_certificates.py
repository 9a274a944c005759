"""Certificates: earned, made once, the same each time, checked by anyone, withdrawn for good."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from eunion.booking import papers
from eunion.booking.courses.records import paper_url
from eunion.booking.errors import NoCertificate, NotYours
from eunion.booking.factories import in_hours, make_claim, make_course
from eunion.booking.models import Attendance, Certificate, Claim, HourEntry, Meeting
from eunion.booking.services import certificates
from eunion.kernel import papers as kernel_papers
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db


def finished(member: Member, came: int, meetings: int = 5, **fields: Any) -> Claim:
    """Return a claim of a class that ended an hour ago, attended so often."""
    course = make_course(meetings, first_hours=-168 * (meetings - 1) - 3, **fields)
    claim = make_claim(course, member, "redeemed" if came else "confirmed")
    for meeting in course.meetings.all()[:came]:
        Attendance.objects.create(claim=claim, meeting=meeting, at=meeting.starts_at, how="door")
    return claim


def test_who_came_often_enough_takes_the_certificate_once(phone: Client, member: Member) -> None:
    claim = finished(member, 4)
    for _ in range(2):
        assert phone.post(f"/me/tickets/{claim.public_id}/certificate/").status_code == 302
    made = Certificate.objects.get()
    assert (made.name, made.hours, made.title) == (member.name, 8, claim.session.offering.title)
    assert made.number in phone.get("/me/records/").content.decode()


@pytest.mark.parametrize(("came", "word"), [(3, "3/5"), (0, "0/5")])
def test_who_came_too_seldom_is_told_how_often(phone: Client, member: Member, came: int, word: str) -> None:
    claim = finished(member, came)
    answer = phone.post(f"/me/tickets/{claim.public_id}/certificate/")
    assert answer.status_code == 409 and word in answer.content.decode()


def test_a_meeting_that_was_called_off_counts_for_nobody(member: Member) -> None:
    claim = finished(member, 3)
    Meeting.objects.filter(number=5).update(cancelled_at=timezone.now())
    assert certificates.progress(claim).percent == 75
    Meeting.objects.filter(number=4).update(cancelled_at=timezone.now())
    assert certificates.issue_for_course(claim=claim, user=member.user).hours == 6


def test_nothing_before_the_end_nothing_without_a_share_nothing_of_others(member: Member) -> None:
    running = make_claim(make_course(), member, "redeemed")
    none = finished(member, 5, offering__certificate_percent=None)
    for claim in (running, none):
        with pytest.raises(NoCertificate):
            certificates.issue_for_course(claim=claim, user=member.user)
    with pytest.raises(NotYours):
        certificates.issue_for_course(claim=finished(member, 5), user=UserFactory())


def test_anyone_checks_a_certificate_and_learns_no_more_than_they_must(
    client: Client, member: Member
) -> None:
    made = certificates.issue_for_course(claim=finished(member, 5), user=member.user)
    page = client.get(f"/certificates/{made.code}/").content.decode()
    assert "证书有效" in page and made.title in page and made.number in page
    assert member.name not in page and "王**" in page
    answer = client.get("/certificates/bcdfghjkmnpqrstv/")
    assert answer.status_code == 404 and "没有这张证书" in answer.content.decode()


def test_a_withdrawn_certificate_says_so_and_is_not_issued_again(
    client: Client, member: Member, organiser: User
) -> None:
    claim = finished(member, 5)
    made = certificates.issue_for_course(claim=claim, user=member.user)
    with pytest.raises(NotAllowed):
        certificates.withdraw(certificate=made, user=UserFactory(), reason="代签被查实")
    with pytest.raises(Invalid):
        certificates.withdraw(certificate=made, user=organiser, reason="")
    link = paper_url(made)
    certificates.withdraw(certificate=made, user=organiser, reason="代签被查实")
    page = client.get(f"/certificates/{made.code}/").content.decode()
    assert "证书已撤销" in page and "代签" not in page
    assert client.get(link).status_code == 404
    with pytest.raises(NoCertificate, match="撤销"):
        certificates.issue_for_course(claim=claim, user=member.user)


def test_the_paper_is_the_same_each_time_and_its_link_dies_after_ten_minutes(
    client: Client, member: Member
) -> None:
    made = certificates.issue_for_course(claim=finished(member, 5), user=member.user)
    link = paper_url(made)
    answer = client.get(link)
    assert answer["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert answer.content == papers.certificate_pdf(made)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert client.get(link).status_code == 410
    assert client.get("/certificate-papers/forged/").status_code == 410


def test_what_was_typed_into_a_title_stays_words_on_the_paper(member: Member) -> None:
    claim = finished(member, 5, offering__title="<img src='http://x/'>课")
    html = papers.certificate_html(certificates.issue_for_course(claim=claim, user=member.user))
    assert "<img src='http" not in html


def test_where_nothing_can_be_printed_the_health_page_says_what_to_install(
    client: Client, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificates.issue_for_course(claim=finished(member, 5), user=member.user)
    link = paper_url(made)

    def missing() -> None:
        raise kernel_papers.PapersUnavailable

    monkeypatch.setattr(kernel_papers, "_weasyprint", missing)
    assert "libpango" in client.get("/healthz").json()["papers"]
    assert client.get(link).status_code == 503
    monkeypatch.undo()
    monkeypatch.setattr(kernel_papers, "_has_chinese_font", lambda: False)
    assert "fonts-noto-cjk" in client.get("/healthz").json()["papers"]


def serve(member: Member, hours: str, days_ago: int = 1) -> None:
    on = timezone.localdate() - datetime.timedelta(days=days_ago)
    HourEntry.objects.create(member=member, credited=False, hours=Decimal(hours), on=on, reason="社区义诊")


def test_hours_of_a_period_are_certified_and_renewed_when_they_change(
    phone: Client, member: Member, organiser: User
) -> None:
    today = timezone.localdate()
    period = {"since": today - datetime.timedelta(days=30), "until": today}
    with pytest.raises(NoCertificate):
        certificates.issue_for_hours(member=member, **period)
    serve(member, "2.5"), serve(member, "4", days_ago=60)
    first = certificates.issue_for_hours(member=member, **period)
    assert first.hours == Decimal("2.5")
    assert certificates.issue_for_hours(member=member, **period) == first
    serve(member, "1")
    assert phone.post("/me/records/hours/", period).status_code == 302
    assert Certificate.objects.standing().get().hours == Decimal("3.5")
    assert Certificate.objects.exclude(withdrawn_at=None).get() == first


@pytest.mark.parametrize(
    "words", [{}, {"since": "x", "until": "y"}, {"since": "2026-02-01", "until": "2026-01-01"}]
)
def test_a_period_that_is_none_is_refused_in_words(phone: Client, words: dict[str, str]) -> None:
    assert phone.post("/me/records/hours/", words).status_code == 422


def test_my_records_ask_no_more_for_more_rows(
    phone: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        serve(member, "1")
    with django_assert_max_num_queries(12):
        assert "15.0" in phone.get("/me/records/").content.decode()


def test_the_end_of_the_class_is_the_end_of_its_last_meeting(member: Member) -> None:
    claim = finished(member, 5)
    with time_machine.travel(in_hours(-2)), pytest.raises(NoCertificate):
        certificates.issue_for_course(claim=claim, user=member.user)
