"""Editing: a change after the opening takes a place from nobody; calling off does and says why; copies are empty."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from eunion.booking import hooks
from eunion.booking.errors import NotOpen, TakesAPlace, WrongState
from eunion.booking.factories import OfferingFactory, SessionFactory, in_hours, make_share
from eunion.booking.models import Claim, Draw, Offering, Session
from eunion.booking.services import edit
from eunion.booking.services.copy import copy_offering
from eunion.booking.tests.conftest import Take
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Union:
    return make_union("区总工会")


@pytest.fixture
def organiser(owner: Union) -> User:
    return UserFactory(role=Role.ORGANISER, scope=owner)


def times() -> dict[str, Any]:
    return {"starts_at": in_hours(72), "ends_at": in_hours(74)}


def test_an_offering_from_draft_to_members(owner: Union, organiser: User) -> None:
    offering = edit.create_offering(
        user=organiser, owner=owner, kind="ticket", mode="lottery", title="观影", unions=[owner]
    )
    with pytest.raises(NotOpen):
        edit.publish(offering=offering, user=organiser)
    street = make_union("街道", parent=owner)
    session = edit.add_session(offering=offering, user=organiser, quota=10, shares={street: 4}, **times())
    assert (session.quota, session.reserved) == (10, 4)
    assert not Draw.objects.exists()
    edit.publish(offering=offering, user=organiser)
    assert Offering.objects.public().get() == offering
    assert len(Draw.objects.get().commitment) == 64
    with pytest.raises(WrongState):
        edit.publish(offering=offering, user=organiser)


def test_only_staff_of_the_owner_and_only_known_fields(owner: Union, organiser: User) -> None:
    for stranger in (
        UserFactory(),
        UserFactory(role=Role.ORGANISER),
        UserFactory(role=Role.AUDITOR, scope=owner),
    ):
        with pytest.raises(NotAllowed):
            edit.create_offering(user=stranger, owner=owner, kind="course", title="书法")
        with pytest.raises(NotAllowed):
            edit.edit_session(session=SessionFactory(), user=stranger, quota=5)
    with pytest.raises(Invalid):
        edit.edit_offering(offering=OfferingFactory(owner=owner), user=organiser, state="published")
    with pytest.raises(Invalid):
        edit.edit_session(session=SessionFactory(), user=organiser, taken=0)


def test_no_place_is_taken_away_by_a_smaller_quota(owner: Union, organiser: User, take: Take) -> None:
    session = SessionFactory(quota=3, offering__waiting_size=5)
    take(session, 1, 2)
    with pytest.raises(TakesAPlace):
        edit.edit_session(session=session, user=organiser, quota=1)
    edit.edit_session(session=session, user=organiser, quota=2)
    assert take(session, 3)[0].answer == "waiting"


def test_more_places_go_to_who_waits(owner: Union, organiser: User, take: Take) -> None:
    session = SessionFactory(quota=1, offering__waiting_size=5)
    take(session, 1, 2, 3)
    edit.edit_session(session=session, user=organiser, quota=2)
    states = dict(Claim.objects.values_list("member_id", "state"))
    assert states == {1: "confirmed", 2: "confirmed", 3: "waiting"}


def test_a_share_may_not_fall_below_what_it_gave(owner: Union, organiser: User, take: Take) -> None:
    street, plant = make_union("街道", parent=owner), make_union("厂", parent=owner)
    session = SessionFactory(quota=1)
    share = make_share(session, street, 2)
    take(session, 1, (2, share.pk))
    for shares in ({}, {street: 0}, {street: 3}):
        with pytest.raises(TakesAPlace):
            edit.edit_session(session=session, user=organiser, shares=shares)
    edit.edit_session(session=session, user=organiser, shares={street: 1, plant: 1})
    session.refresh_from_db()
    assert (session.quota, session.reserved, session.reserved_taken) == (3, 2, 1)
    with pytest.raises(Invalid):
        edit.edit_session(session=session, user=organiser, shares={street: 9})


def test_stricter_rules_leave_those_who_are_in(owner: Union, organiser: User, take: Take) -> None:
    session = SessionFactory(quota=5)
    take(session, 1)
    offering = session.offering
    edit.edit_offering(offering=offering, user=organiser, tags=["劳模"], per_event=1, title="改名")
    assert Claim.objects.get().state == "confirmed"
    for promised in ({"mode": "lottery"}, {"price_fen": 5}, {"kind": "course"}):
        with pytest.raises(TakesAPlace):
            edit.edit_offering(offering=offering, user=organiser, **promised)
    with pytest.raises(Invalid):
        edit.edit_offering(offering=offering, user=organiser, closes_at=offering.opens_at)


def test_who_has_a_place_is_told_of_a_move(
    owner: Union, organiser: User, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[int] = []
    monkeypatch.setattr(hooks, "MOVED", [lambda session_id, before: moved.append(session_id)])
    session = SessionFactory()
    edit.edit_session(session=session, user=organiser, place="职工之家二楼")
    assert moved == []
    take(session, 1)
    edit.edit_session(session=session, user=organiser, place="职工之家三楼")
    assert moved == [session.pk]


def test_calling_off_ends_every_claim_with_a_reason(
    owner: Union, organiser: User, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(hooks, "CALLED_OFF", [told.extend])
    session = SessionFactory(quota=1, offering__waiting_size=5)
    take(session, 1, 2)
    with pytest.raises(Invalid):
        edit.call_off(session=session, user=organiser, reason="")
    assert edit.call_off(session=session, user=organiser, reason="场地停电") == 2
    assert sorted(told) == sorted(Claim.objects.values_list("pk", flat=True))
    session.refresh_from_db()
    assert (session.taken, session.waiting) == (0, 0)
    assert take(session, 3)[0].answer == "closed"
    with pytest.raises(WrongState):
        edit.call_off(session=session, user=organiser, reason="场地停电")


def test_closing_keeps_the_places(owner: Union, organiser: User, take: Take) -> None:
    session = SessionFactory()
    take(session, 1)
    edit.close(offering=session.offering, user=organiser)
    assert [one.answer for one in take(session, 1, 2)] == ["confirmed", "closed"]


def test_a_copy_is_an_empty_draft_later(owner: Union, organiser: User, take: Take) -> None:
    session = SessionFactory(offering__tags=["快递员"], offering__per_day=2, name="第一场", quota=3)
    share = make_share(session, make_union("街道", parent=owner), 2)
    session.offering.unions.add(owner)
    take(session, 1)
    made = copy_offering(offering=session.offering, user=organiser, days=7)
    again: Session = made.sessions.get()
    assert (made.state, made.tags, made.per_day, list(made.unions.all())) == ("draft", ["快递员"], 2, [owner])
    assert (again.quota, again.reserved, again.taken, again.name) == (5, 2, 0, "第一场")
    assert again.starts_at - session.starts_at == datetime.timedelta(days=7)
    assert again.shares.get().union == share.union and not again.claims.exists()
