"""The gate's statement: who gets a place, who waits, who is told the same again, and what the counters say."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from eunion.booking import statement
from eunion.booking.factories import OfferingFactory, SessionFactory, in_hours, make_share
from eunion.booking.models import Claim, Offering, Season, Session
from eunion.booking.tests.conftest import Take, Told
from eunion.registry.factories import make_union

pytestmark = pytest.mark.django_db


def said(told: list[Told]) -> list[str]:
    return [one.answer for one in told]


def test_places_go_in_order_of_arrival_until_none_is_left(take: Take) -> None:
    session = SessionFactory(quota=2)
    told = take(session, 9, 3, 7)
    assert said(told) == ["confirmed", "confirmed", "sold_out"]
    assert (session.taken, session.arrivals, session.waiting) == (2, 2, 0)
    assert list(Claim.objects.order_by("arrival").values_list("member_id", "arrival")) == [(9, 1), (3, 2)]


def test_who_asks_again_is_told_the_same(take: Take) -> None:
    session = SessionFactory(quota=1, offering__price_fen=100, offering__waiting_size=1)
    first, waiting = take(session, 1, 2)
    assert (first.answer, waiting.answer, waiting.line) == ("held", "waiting", 1)
    assert take(session, 2, 1, 3) == [waiting, first, Told(3, "sold_out", None, None, None)]
    assert (session.taken, session.waiting) == (1, 1)


def test_a_member_twice_in_one_batch_has_one_place(take: Take) -> None:
    session = SessionFactory(quota=3)
    first, second = take(session, 1, 1)
    assert first == second and session.taken == 1


def test_a_place_with_a_price_is_held_until_its_deadline(take: Take) -> None:
    session = SessionFactory(offering__price_fen=100, offering__payment_minutes=180)
    (told,) = take(session, 1)
    assert told.deadline is not None
    assert 179 * 60 < told.deadline - timezone.now().timestamp() <= 180 * 60


def test_the_waiting_list_has_an_order_and_an_end(take: Take) -> None:
    session = SessionFactory(quota=1, offering__waiting_size=2)
    told = take(session, 1, 2, 3, 4)
    assert [(one.answer, one.line) for one in told] == [
        ("confirmed", None),
        ("waiting", 1),
        ("waiting", 2),
        ("sold_out", None),
    ]


def test_who_waits_comes_before_who_arrives(take: Take) -> None:
    session = SessionFactory(quota=1, offering__waiting_size=5)
    take(session, 1, 2)
    # A place is free and nobody was promoted yet, as in the middle of an edit.
    Session.objects.filter(pk=session.pk).update(quota=2)
    (told,) = take(session, 3)
    assert (told.answer, told.line) == ("waiting", 2)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"offering__opens_at": in_hours(1)}, "early"),
        ({"opens_at": in_hours(1)}, "early"),
        ({"offering__closes_at": in_hours(-0.5)}, "closed"),
        ({"closes_at": in_hours(-0.5)}, "closed"),
        ({"cancelled_at": in_hours(-0.5)}, "closed"),
        ({"offering__state": Offering.State.DRAFT}, "closed"),
        ({"offering__state": Offering.State.CLOSED}, "closed"),
    ],
)
def test_the_databases_clock_and_the_state_decide(take: Take, fields: dict[str, object], answer: str) -> None:
    session = SessionFactory(**fields)
    assert said(take(session, 1)) == [answer]
    assert session.taken == 0


def test_a_share_is_for_its_union_alone_and_waits_by_itself(take: Take) -> None:
    session = SessionFactory(quota=1, offering__waiting_size=9)
    share = make_share(session, make_union("街道工会", parent=session.offering.owner), 1)
    told = take(session, 1, 2, (3, share.pk), (4, share.pk))
    assert [(one.answer, one.line) for one in told] == [
        ("confirmed", None),
        ("waiting", 1),
        ("confirmed", None),
        ("waiting", 1),
    ]
    share.refresh_from_db()
    assert (session.taken, session.reserved_taken, session.waiting, session.reserved_waiting) == (2, 1, 2, 1)
    assert (share.taken, share.waiting) == (1, 1)


def test_a_pass_for_a_share_that_is_gone_claims_from_the_rest(take: Take) -> None:
    session = SessionFactory(quota=1)
    assert said(take(session, (1, 999_999))) == ["confirmed"]


def test_a_limit_holds_over_the_sessions_of_an_event(take: Take) -> None:
    offering = OfferingFactory(per_event=1)
    one, other = SessionFactory(offering=offering), SessionFactory(offering=offering)
    assert said(take(one, 1)) == ["confirmed"]
    assert said(take(other, 1, 2)) == ["limit_event", "confirmed"]
    assert said(take(one, 1)) == ["confirmed"], "what one has is told as before"
    Claim.objects.filter(member_id=1).update(state="cancelled")
    assert said(take(other, 1)) == ["confirmed"]


def test_a_days_try_is_spent_even_if_it_was_not_paid_for(take: Take) -> None:
    offering = OfferingFactory(per_day=1, price_fen=100)
    one, other = SessionFactory(offering=offering), SessionFactory(offering=offering)
    take(one, 1)
    Claim.objects.update(state="expired")
    assert said(take(other, 1)) == ["limit_day"]
    Claim.objects.update(created_at=timezone.now() - datetime.timedelta(days=1))
    assert said(take(other, 1)) == ["held"]


def test_a_limit_holds_over_the_offerings_of_a_season(take: Take) -> None:
    first = OfferingFactory(per_season=1)
    season = Season.objects.create(name="春季", owner=first.owner)
    Offering.objects.filter(pk=first.pk).update(season=season)
    second = OfferingFactory(per_season=1, season=season)
    assert said(take(SessionFactory(offering=first), 1)) == ["confirmed"]
    assert said(take(SessionFactory(offering=second), 1, 2)) == ["limit_season", "confirmed"]


def test_a_lottery_takes_every_entry(take: Take) -> None:
    session = SessionFactory(quota=1, offering__mode=Offering.Mode.LOTTERY, offering__price_fen=100)
    told = take(session, 1, 2, 3)
    assert {one.answer for one in told} == {"entered"} and {one.deadline for one in told} == {None}
    assert (session.taken, session.arrivals) == (0, 3)


def test_the_counters_have_a_net_of_their_own(take: Take) -> None:
    session = SessionFactory(quota=1)
    take(session, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(taken=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            session=session,
            member_id=1,
            state="confirmed",
            arrival=2,
            key="",
            device="",
            created_at=timezone.now(),
            changed_at=timezone.now(),
        )


def test_the_twin_for_the_race_tests_differs_by_the_lock_alone() -> None:
    twin = statement.function(name="twin", lock=False)
    assert statement.LOCK not in twin
    assert twin.replace("twin", statement.NAME) == statement.function().replace(statement.LOCK, "")
