"""The editor as a clerk reads it: what is chosen at first, where an error leads, what can't be changed, what was done."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from eunion.booking.factories import make_claim, make_share
from eunion.booking.models import Offering
from eunion.booking.services import edit
from eunion.booking.services.save import call_off_offering
from eunion.booking.tests.test_offering_screens import form_of, page, save, signed_in, typed, written
from eunion.registry.factories import MemberFactory, make_union
from eunion.registry.models import Union, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


@pytest.fixture
def desk(organiser: User) -> Client:
    return signed_in(organiser)


@pytest.fixture
def claimed(desk: Client, owner: Union) -> Offering:
    """A published offering with two of its first session's places taken."""
    offering = written(desk, owner)
    Offering.objects.filter(pk=offering.pk).update(state="published")
    for _ in range(2):
        make_claim(offering.sessions.order_by("pk")[0], MemberFactory())
    return Offering.objects.get(pk=offering.pk)


def test_a_new_offering_is_a_course_until_somebody_chooses(desk: Client) -> None:
    text = page(desk, "/admin/offerings/add/")
    assert re.search(r'<input type="radio" name="kind" value="course"[^>]* checked', text)


def test_every_error_is_listed_and_leads_to_its_field(desk: Client, owner: Union) -> None:
    wrong = {"price": "-1", "title": "", "sessions-1-quota": "many", "sessions-0-shares_name": "没有的工会"}
    wrong |= {"sessions-0-shares_union": "", "sessions-0-shares_quota": "3"}
    text = desk.post("/admin/offerings/add/", typed(owner, **wrong)).content.decode()
    told = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', text)
    assert dict(told) == {
        "id_title": "标题：请填写“标题”。",
        "id_price": "价格（元）：不能小于 0。",
        "id_sessions-0-shares": "第 1 场 划给各工会的名额：没有找到“没有的工会”，请从列表里选。",
        "id_sessions-1-quota": "第 2 场 名额：请写一个整数。",
    }
    for element, _ in told:
        assert f'id="{element}"' in text, element


def test_only_what_is_wrong_is_unfolded(desk: Client, owner: Union) -> None:
    folded = desk.post("/admin/offerings/add/", typed(owner, **{"sessions-1-quota": ""})).content.decode()
    opened = desk.post("/admin/offerings/add/", typed(owner, **{"sessions-1-lat": "91"})).content.decode()
    assert "<details open>" not in folded and opened.count("<details open>") == 1


def test_a_quota_that_would_take_a_place_is_refused_at_the_quota(desk: Client, claimed: Offering) -> None:
    answer = save(desk, claimed, {**form_of(desk, claimed), "sessions-0-quota": "1", "title": "新标题"})
    assert answer.status_code == 409
    assert answer.context["sessions"].forms[0].errors == {"quota": ["已有 2 人报上名，名额不能少于已占的。"]}
    text = answer.content.decode()
    assert 'href="#id_sessions-0-quota"' in text and 'value="新标题"' in text
    claimed.refresh_from_db()
    assert claimed.title == "一元观影" and claimed.sessions.order_by("pk")[0].quota == 100


def test_a_share_that_would_take_a_place_is_refused_at_the_shares(
    desk: Client, owner: Union, claimed: Offering
) -> None:
    session = claimed.sessions.order_by("pk")[0]
    share = make_share(session, make_union("街道工会", parent=owner), 5)
    session.shares.update(taken=1)
    sent = {**form_of(desk, claimed), "sessions-0-shares_quota": "0"}
    answer = save(desk, claimed, sent)
    assert answer.status_code == 409 and "shares" in answer.context["sessions"].forms[0].errors
    share.refresh_from_db()
    assert share.quota == 5


def test_what_people_relied_on_can_be_seen_and_not_changed(desk: Client, claimed: Offering) -> None:
    text = page(desk, f"/admin/offerings/{claimed.public_id}/edit/")
    for name, kept, other in (("kind", "ticket", "course"), ("mode", "rush", "lottery")):
        radios = dict(re.findall(rf'<input type="radio" name="{name}" value="(\w+)"([^>]*)>', text))
        assert "disabled" not in radios[kept] and "disabled" in radios[other]
    assert re.search(r'name="price"[^>]* readonly', text)
    answer = save(desk, claimed, {**form_of(desk, claimed), "mode": "lottery"})
    assert answer.status_code == 409 and "mode" in answer.context["form"].errors
    answer = save(desk, claimed, {**form_of(desk, claimed), "price": "9.90"})
    assert answer.status_code == 409 and "price" in answer.context["form"].errors


def test_what_was_called_off_can_be_held_another_time(
    desk: Client, claimed: Offering, organiser: User
) -> None:
    call_off_offering(offering=claimed, user=organiser, reason="场馆停电了")
    address = f"/admin/offerings/{claimed.public_id}/"
    assert "照这个再办一次" in page(desk, address)
    assert desk.post(f"{address}copy/", {"on": "2030-02-08"}).status_code == 302
    made = Offering.objects.latest("pk")
    days = [timezone.localtime(one.starts_at).day for one in made.sessions.order_by("starts_at")]
    assert (made.state, days) == ("draft", [8, 9])
    assert not made.sessions.exclude(cancelled_at=None).exists()


def test_the_history_tells_what_was_done_with_the_sessions_too(
    desk: Client, claimed: Offering, organiser: User
) -> None:
    first, second = claimed.sessions.order_by("pk")
    edit.edit_offering(offering=claimed, user=organiser, title="新标题", waiting_size=5)
    edit.edit_session(session=first, user=organiser, quota=120)
    edit.call_off(session=second, user=organiser, reason="场馆停电了")
    text = page(desk, f"/admin/offerings/{claimed.public_id}/")
    for words in (
        "修改活动：标题、候补人数上限",
        "1月8日 19:00：修改场次：名额",
        "1月9日 19:00：取消这一场：场馆停电了，0 人",
        "加了一场",
    ):
        assert words in text, words
