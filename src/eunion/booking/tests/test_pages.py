"""Member screens: every state says what it is, nobody sees another's ticket, a claim works without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eunion.booking import calendar_file, lottery, passes
from eunion.booking.factories import OfferingFactory, SessionFactory, in_hours, make_claim
from eunion.booking.models import Claim, Offering, Session
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory(user=UserFactory())


@pytest.fixture
def phone(client: Client, member: Member) -> Client:
    client.force_login(member.user)
    return client


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def page(client: Client, session: Session) -> str:
    return read(client, f"/events/s/{session.public_id}/")


def test_the_list_filters_and_is_empty_in_words(phone: Client, member: Member) -> None:
    assert "这里暂时没有活动" in read(phone, "/events/")
    course = SessionFactory(offering__kind="course", offering__title="书法课")
    SessionFactory(offering__title="看电影", offering__closes_at=in_hours(-0.5))
    SessionFactory(offering__title="草稿", offering__state=Offering.State.DRAFT)
    everything = read(phone, "/events/")
    assert "书法课" in everything and "看电影" in everything and "草稿" not in everything
    assert "看电影" not in read(phone, "/events/?kind=course")
    assert "看电影" not in read(phone, "/events/?show=open")
    assert "您还没有报名" in read(phone, "/events/?show=mine")
    make_claim(course, member)
    assert "书法课" in read(phone, "/events/?show=mine")


def test_the_list_and_the_choice_say_when_a_rush_opens(client: Client) -> None:
    opens = in_hours(2)
    words = f"{timezone.localtime(opens):%H:%M} 开始报名，2 个名额"
    one = SessionFactory(offering__opens_at=opens)
    SessionFactory(offering=one.offering)
    assert words in read(client, f"/events/{one.offering.public_id}/")
    assert f"{timezone.localtime(opens):%H:%M} 开始报名，4 个名额" in read(client, "/events/")


def test_the_list_asks_no_more_for_more_rows(client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        SessionFactory()
    with django_assert_max_num_queries(4):
        read(client, "/events/")


def test_my_tickets_ask_no_more_for_more_rows(
    phone: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        make_claim(SessionFactory(), member)
    with django_assert_max_num_queries(8):
        read(phone, "/me/tickets/")


def test_an_offering_with_one_session_goes_straight_there(client: Client) -> None:
    one = SessionFactory()
    answer = client.get(f"/events/{one.offering.public_id}/")
    assert answer["location"] == f"/events/s/{one.public_id}/"
    SessionFactory(offering=one.offering, name="下午场")
    assert "下午场" in read(client, f"/events/{one.offering.public_id}/")


def test_each_state_of_a_session_says_what_to_do(phone: Client, member: Member) -> None:
    assert "登录后报名" in page(Client(), SessionFactory())
    assert "立即报名" in page(phone, SessionFactory())
    assert "不用反复刷新" in page(phone, SessionFactory(offering__opens_at=in_hours(1)))
    assert "名额已抢完" in page(phone, SessionFactory(quota=0))
    line = page(phone, SessionFactory(quota=0, offering__waiting_size=3))
    assert "名额已满，还可以排候补" in line and "排候补</button>" in line and "立即报名" not in line
    assert "报名已截止" in page(phone, SessionFactory(offering__closes_at=in_hours(-0.5)))
    assert "已取消" in page(phone, SessionFactory(cancelled_at=timezone.now()))
    assert "只面向：快递员" in page(phone, SessionFactory(offering__tags=["快递员"]))
    mine = SessionFactory(offering__price_fen=100)
    make_claim(mine, member, "held", expires_at=in_hours(1))
    assert "去付款" in page(phone, mine)
    read(phone, f"/events/s/{SessionFactory(offering__state=Offering.State.DRAFT).public_id}/", 404)


def test_the_page_carries_a_pass_for_this_phone(phone: Client, member: Member) -> None:
    session = SessionFactory()
    answer = phone.get(f"/events/s/{session.public_id}/")
    found = passes.read(answer.context["view"].key)
    cookie = answer.cookies[passes.DEVICE_COOKIE].value
    assert (found.session, found.member) == (session.pk, member.pk)
    assert found.device == passes.device_digest(cookie)


def test_a_ticket_is_seen_and_given_back_by_its_member_alone(phone: Client, member: Member) -> None:
    mine, other = make_claim(SessionFactory(), member), make_claim(SessionFactory(), MemberFactory())
    read(phone, f"/me/tickets/{other.public_id}/", 404)
    assert phone.post(f"/me/tickets/{other.public_id}/cancel/").status_code == 404
    assert "确认退出" in read(phone, f"/me/tickets/{mine.public_id}/")
    assert phone.post(f"/me/tickets/{mine.public_id}/cancel/").status_code == 302
    assert "已取消" in read(phone, f"/me/tickets/{mine.public_id}/")
    assert phone.post(f"/me/tickets/{mine.public_id}/cancel/").status_code == 409
    assert Client().get("/me/tickets/").status_code == 302


def test_a_waiting_member_sees_their_place_in_line(phone: Client, member: Member) -> None:
    session = SessionFactory(offering__waiting_size=5)
    make_claim(session, MemberFactory(), "waiting")
    mine = make_claim(session, member, "waiting")
    assert "候补第 2 位" in read(phone, f"/me/tickets/{mine.public_id}/")


def test_paying_without_a_merchant_is_said_in_words(phone: Client, member: Member) -> None:
    mine = make_claim(SessionFactory(offering__price_fen=100), member, "held", expires_at=in_hours(1))
    answer = phone.post(f"/me/tickets/{mine.public_id}/pay/")
    assert answer.status_code >= 400 and answer.json()["title"]


def test_the_draw_is_promised_before_and_open_after(client: Client) -> None:
    offering = OfferingFactory(mode=Offering.Mode.LOTTERY)
    session = SessionFactory(offering=offering, quota=1)
    promise = lottery.promise(session=session, user=None)
    address = f"/events/s/{session.public_id}/draw"
    before = read(client, f"{address}/")
    assert promise.commitment in before and promise.seed not in before
    read(client, f"{address}.json", 404)
    claims = [make_claim(session, MemberFactory(), "entered") for _ in range(3)]
    Offering.objects.update(closes_at=in_hours(-0.5))
    lottery.run_draw(session_id=session.pk)
    winner = Claim.objects.get(state="confirmed")
    after = read(client, f"{address}/")
    assert promise.seed in after and winner.public_id in after
    assert claims[0].public_id in read(client, f"{address}.json")


def test_the_calendar_file_is_folded_and_escaped(client: Client) -> None:
    session = SessionFactory(name="甲,乙;丙" * 12)
    text = calendar_file.calendar_file(session, timezone.now())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "甲\\,乙\\;丙" in text.replace("\r\n ", "")
    answer = client.get(f"/events/s/{session.public_id}/calendar.ics")
    assert answer["content-type"].startswith("text/calendar")


def test_a_claim_without_scripts_says_why_not(phone: Client) -> None:
    session = SessionFactory()
    answer = phone.post(f"/events/s/{session.public_id}/claim/", {"pass": "zz"})
    assert "这个页面已经失效" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_claim_without_scripts_takes_a_place(phone: Client, member: Member) -> None:
    session = SessionFactory()
    key = phone.get(f"/events/s/{session.public_id}/").context["view"].key
    answer = phone.post(f"/events/s/{session.public_id}/claim/", {"pass": key})
    claim = Claim.objects.get(member=member)
    assert (answer.status_code, answer["location"]) == (302, f"/me/tickets/{claim.public_id}/")
    assert claim.state == "confirmed"
