"""The list of names: an error loses neither a tick nor a reason, and leaves the clerk where they were."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from eunion.booking.factories import SessionFactory, make_claim
from eunion.booking.models import Claim, Session
from eunion.booking.tests.test_offering_screens import page, signed_in
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


@pytest.fixture
def desk(organiser: User) -> Client:
    return signed_in(organiser)


@pytest.fixture
def session(owner: Union) -> Session:
    return SessionFactory(offering__owner=owner, quota=9)


def administrator(owner: Union) -> Client:
    """Return somebody who may see whole phone numbers."""
    return signed_in(UserFactory(role=Role.ADMINISTRATOR, scope=owner))


def address(session: Session, more: str = "") -> str:
    return f"/admin/offerings/sessions/{session.public_id}/{more}"


def test_a_reason_that_is_too_short_keeps_the_ticks_and_the_filter(desk: Client, session: Session) -> None:
    one, other = (make_claim(session, MemberFactory()) for _ in range(2))
    answer = desk.post(
        address(session, "cancel/?state=confirmed"), {"claim": [one.public_id], "reason": "退"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "请写明取消原因，至少 4 个字" in text
    assert re.search(rf'value="{one.public_id}"[^>]* checked', text)
    assert not re.search(rf'value="{other.public_id}"[^>]* checked', text)
    assert re.search(r'name="reason" value="退"', text)
    assert '<option value="confirmed" selected>' in text
    assert not Claim.objects.filter(state="cancelled").exists()


def test_a_reason_is_kept_where_nobody_was_ticked(desk: Client, session: Session) -> None:
    make_claim(session, MemberFactory())
    answer = desk.post(address(session, "cancel/"), {"reason": "本人来电要求退出"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "还没有勾选" in text and "本人来电要求退出" in text


def test_who_takes_places_back_stays_in_the_part_of_the_list_they_looked_at(
    desk: Client, session: Session
) -> None:
    one = make_claim(session, MemberFactory())
    sent = {"claim": [one.public_id], "reason": "本人来电要求退出"}
    answer = desk.post(address(session, "cancel/?state=confirmed&page=1"), sent)
    assert answer["location"] == address(session, "?state=confirmed&page=1")
    assert Claim.objects.get(pk=one.pk).state == "cancelled"


def test_whole_phones_without_a_reason_are_refused_on_the_list_itself(owner: Union, session: Session) -> None:
    desk = administrator(owner)
    make_claim(session, MemberFactory())
    answer = desk.post(address(session, "export/"), {"full": "on", "reason": "对", "format": "xlsx"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "写明原因（至少 4 个字）" in text
    assert "bk-stack" in text and 'value="对"' in text


def test_whole_phones_with_a_reason_are_exported_and_logged(owner: Union, session: Session) -> None:
    desk, member = administrator(owner), MemberFactory()
    make_claim(session, member)
    assert member.phone not in desk.post(address(session, "export/"), {"format": "csv"}).content.decode()
    answer = desk.post(address(session, "export/"), {"full": "on", "reason": "逐个电话通知", "format": "csv"})
    assert member.phone in answer.content.decode()
    logged = ModelLogEntry.objects.filter(action="booking.export").order_by("-pk")[0]
    assert (logged.data["full"], logged.data["reason"]) == (True, "逐个电话通知")


def test_a_session_without_money_received_nothing_rather_than_something_free(
    desk: Client, session: Session
) -> None:
    text = page(desk, address(session, "money/"))
    assert "<dt>收到</dt><dd>0 元</dd>" in text and "免费" not in text
