"""Ratings: by who came, once, and nobody's own; an average only from five up."""

from __future__ import annotations

import pytest
from django.test import Client

from eunion.booking.courses import shown
from eunion.booking.factories import make_claim, make_course
from eunion.booking.models import Offering, Rating
from eunion.booking.services.rate import rate
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db


def test_who_came_rates_once_and_may_change_it(phone: Client, member: Member) -> None:
    claim = make_claim(make_course(1, first_hours=-3), member, "redeemed")
    assert "评价这次活动" in phone.get(f"/me/tickets/{claim.public_id}/").content.decode()
    for stars in ("5", "3"):
        assert (
            phone.post(f"/me/tickets/{claim.public_id}/rate/", {"stars": stars, "words": "好"}).status_code
            == 302
        )
    assert Rating.objects.get().stars == 3


@pytest.mark.parametrize(("state", "first"), [("confirmed", -3), ("no_show", -3), ("redeemed", -1)])
def test_who_did_not_come_or_is_still_there_does_not_rate(
    phone: Client, member: Member, state: str, first: float
) -> None:
    claim = make_claim(make_course(1, first_hours=first), member, state)
    assert phone.post(f"/me/tickets/{claim.public_id}/rate/", {"stars": "5"}).status_code == 409


def test_what_was_typed_stays_when_no_star_was_tapped(phone: Client, member: Member) -> None:
    claim = make_claim(make_course(1, first_hours=-3), member, "redeemed")
    answer = phone.post(f"/me/tickets/{claim.public_id}/rate/", {"stars": "", "words": "老师很耐心"})
    assert answer.status_code == 422 and "老师很耐心" in answer.content.decode()


def test_the_average_is_shown_from_five_ratings_up() -> None:
    course = make_course(1, first_hours=-3)
    for number in range(5):
        assert not shown.rating_of(Offering.objects.get())
        claim = make_claim(course, MemberFactory(user=UserFactory()), "redeemed")
        rate(claim=claim, user=claim.member.user, stars=3 + number % 2, words="")
    assert shown.rating_of(Offering.objects.get())["average"] == 3.4
