"""Opening the page: who gets a pass, for which pool, and what the countdown says."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from eunion.booking import eligibility, passes
from eunion.booking.errors import AskedTooOften, NotEligible, NotOpen
from eunion.booking.factories import OfferingFactory, SessionFactory, in_hours, make_claim, make_share
from eunion.booking.models import Barred, Offering, Session
from eunion.booking.services.place import open_pass, opening_of
from eunion.registry.factories import GridFactory, MemberFactory, make_union
from eunion.registry.models import Member, Membership

pytestmark = pytest.mark.django_db


def opened(session: Session, member: Member) -> passes.Pass:
    return passes.read(open_pass(session=session, member=member, device_cookie="phone"))


def refused(session: Session, member: Member) -> str:
    with pytest.raises(NotEligible) as error:
        opened(session, member)
    assert error.value.message
    return str(error.value.detail["reason"])


def test_a_pass_is_for_this_member_and_this_session() -> None:
    session, member = SessionFactory(), MemberFactory()
    read = opened(session, member)
    assert (read.session, read.member, read.share) == (session.pk, member.pk, 0)


def test_it_may_be_had_before_the_opening_but_not_after_the_end() -> None:
    member = MemberFactory()
    opened(SessionFactory(offering__opens_at=in_hours(1)), member)
    with pytest.raises(NotOpen):
        opened(SessionFactory(offering__closes_at=in_hours(-0.1)), member)
    with pytest.raises(NotOpen):
        opened(SessionFactory(offering__state=Offering.State.DRAFT), member)
    with pytest.raises(NotOpen):
        opened(SessionFactory(cancelled_at=timezone.now()), member)


def test_only_certified_members_unless_it_is_for_all() -> None:
    member = MemberFactory(certification="pending")
    assert refused(SessionFactory(), member) == "not_certified"
    opened(SessionFactory(offering__certified_only=False), member)


def test_members_of_the_unions_and_of_all_below_them() -> None:
    offering = OfferingFactory()
    street = make_union("街道工会", parent=offering.owner)
    plant = make_union("机械厂工会", parent=street)
    offering.unions.add(street)
    session = SessionFactory(offering=offering)
    opened(session, MemberFactory(union=plant))
    assert refused(session, MemberFactory(union=offering.owner)) == "other_union"
    left = MemberFactory(union=plant)
    Membership.objects.filter(member=left).update(left_on=datetime.date(2025, 1, 1))
    assert refused(session, left) == "other_union"


def test_residents_of_the_grids_and_members_with_a_tag() -> None:
    grid, session = GridFactory(), SessionFactory()
    session.offering.grids.add(grid)
    opened(session, MemberFactory(grid=grid))
    assert refused(session, MemberFactory()) == "other_grid"
    tagged = SessionFactory(offering__tags=["快递员"])
    opened(tagged, MemberFactory(tags=["快递员", "党员"]))
    assert refused(tagged, MemberFactory()) == "other_tags"


def test_those_who_joined_before_a_day() -> None:
    session = SessionFactory(offering__joined_before=datetime.date(2026, 1, 1))
    old, new = MemberFactory(), MemberFactory()
    for member, day in ((old, datetime.date(2025, 12, 31)), (new, datetime.date(2026, 1, 1))):
        Membership.objects.create(member=member, union=session.offering.owner, joined_on=day)
    opened(session, old)
    assert refused(session, new) == "joined_later"


def test_not_the_barred_and_again_when_it_is_over() -> None:
    member, session = MemberFactory(), SessionFactory(starts_at=in_hours(200), ends_at=in_hours(201))
    Offering.objects.update(closes_at=in_hours(199))
    session.refresh_from_db()
    Barred.objects.create(member=member, reason="未到场", since=timezone.now(), until=in_hours(48))
    assert refused(session, member) == "barred"
    opened(SessionFactory(offering__mode=Offering.Mode.OPEN), member)
    with time_machine.travel(in_hours(49)):
        opened(session, member)


@pytest.mark.parametrize("limit", ["per_event", "per_day"])
def test_not_beyond_a_limit_but_who_holds_something_may_look(limit: str) -> None:
    offering, member = OfferingFactory(**{limit: 1}), MemberFactory()
    one, other = SessionFactory(offering=offering), SessionFactory(offering=offering)
    make_claim(one, member)
    assert refused(other, member) == limit.replace("per", "limit")
    opened(one, member)


def test_the_share_of_the_nearest_union() -> None:
    offering = OfferingFactory()
    street = make_union("街道工会", parent=offering.owner)
    plant = make_union("机械厂工会", parent=street)
    session = SessionFactory(offering=offering)
    wide, near = make_share(session, street, 1), make_share(session, plant, 1)
    assert opened(session, MemberFactory(union=plant)).share == near.pk
    assert opened(session, MemberFactory(union=street)).share == wide.pk
    assert opened(session, MemberFactory(union=offering.owner)).share == 0


def test_a_condition_of_another_room_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def quiz(member: Member, session: Session) -> None:
        if member.name != "会做题":
            raise NotEligible("请先答对四题。", reason="quiz")

    session = SessionFactory(offering__entry_condition="quiz")
    assert refused(session, MemberFactory()) == "condition_unknown"
    monkeypatch.setitem(eligibility.ENTRY_CONDITIONS, "quiz", quiz)
    assert refused(session, MemberFactory()) == "quiz"
    opened(session, MemberFactory(name="会做题"))


def test_reloading_the_page_for_ever_ends() -> None:
    session, member = SessionFactory(), MemberFactory()
    with pytest.raises(AskedTooOften):
        for _ in range(50):
            opened(session, member)


def test_the_countdown_runs_by_the_servers_clock() -> None:
    fields: dict[str, Any] = {"offering__opens_at": in_hours(1), "offering__closes_at": in_hours(2)}
    told = opening_of(SessionFactory(**fields))
    assert told.opens_at and 3_590_000 < told.opens_at - told.now <= 3_600_000
    assert told.closes_at - told.opens_at == 3_600_000 and told.jitter_ms > 0
    told = opening_of(SessionFactory(offering__mode=Offering.Mode.OPEN, offering__opens_at=None))
    assert told.opens_at is None and told.jitter_ms == 0
