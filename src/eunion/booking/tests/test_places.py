"""Places come back and go on: cancelled, expired, paid in the last moment, promoted in order."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from eunion.booking import hooks, selectors
from eunion.booking.errors import NotYours, TooLateToCancel, WrongState
from eunion.booking.factories import SessionFactory, in_hours, make_claim, make_share
from eunion.booking.models import Barred, Claim, Session
from eunion.booking.services import bar, places
from eunion.booking.services.cancel import cancel, cancel_for
from eunion.booking.services.expire import expire_due
from eunion.booking.tests.conftest import Take
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import Member
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def people(count: int) -> list[Member]:
    return [MemberFactory(user=UserFactory()) for _ in range(count)]


def counted(session: Session) -> tuple[int, int]:
    session.refresh_from_db()
    assert not selectors.miscounted()
    return session.taken, session.waiting


@pytest.fixture
def promoted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    told: list[int] = []
    monkeypatch.setattr(hooks, "PROMOTED", [told.extend])
    return told


def test_a_cancelled_place_goes_to_who_waits_longest(take: Take, promoted: list[int]) -> None:
    first, second, third = people(3)
    session = SessionFactory(quota=1, offering__waiting_size=5)
    take(session, first.pk, second.pk, third.pk)
    cancel(claim=Claim.objects.get(member=first), user=first.user)
    states = dict(Claim.objects.values_list("member_id", "state"))
    assert states == {first.pk: "cancelled", second.pk: "confirmed", third.pk: "waiting"}
    assert promoted == [Claim.objects.get(member=second).pk]
    assert counted(session) == (1, 1)
    assert selectors.line_of(Claim.objects.get(member=third)) == 1


def test_a_place_goes_back_to_its_own_share(take: Take, promoted: list[int]) -> None:
    one, other, third = people(3)
    session = SessionFactory(quota=1, offering__waiting_size=5)
    share = make_share(session, make_union("街道", parent=session.offering.owner), 1)
    take(session, one.pk, (other.pk, share.pk), (third.pk, share.pk))
    cancel(claim=Claim.objects.get(member=one), user=one.user)
    assert promoted == [], "who waits for the share does not get the others' place"
    cancel(claim=Claim.objects.get(member=other), user=other.user)
    assert promoted == [Claim.objects.get(member=third).pk]
    assert counted(session) == (1, 0)
    share.refresh_from_db()
    assert (share.taken, share.waiting) == (1, 0)


def test_nobody_cancels_for_somebody_else() -> None:
    mine, other = people(2)
    claim = make_claim(SessionFactory(), mine)
    with pytest.raises(NotYours):
        cancel(claim=claim, user=other.user)


def test_a_confirmed_place_is_kept_when_it_is_too_late_to_give_it_on() -> None:
    member, other = people(2)
    session = SessionFactory(starts_at=in_hours(12), offering__cancel_until_hours=24)
    claim, unpaid = make_claim(session, member), make_claim(session, other, "held", expires_at=in_hours(1))
    with pytest.raises(TooLateToCancel):
        cancel(claim=claim, user=member.user)
    cancel(claim=unpaid, user=other.user)
    assert counted(session) == (1, 0)
    with pytest.raises(WrongState):
        cancel(claim=unpaid, user=other.user)


def test_staff_cancel_within_their_scope_and_with_a_reason() -> None:
    (member,) = people(1)
    session = SessionFactory()
    claim = make_claim(session, member)
    officer = UserFactory(role=Role.ORGANISER, scope=session.offering.owner)
    with pytest.raises(NotAllowed):
        cancel_for(claim=claim, user=UserFactory(role=Role.ORGANISER), reason="本人来电取消")
    with pytest.raises(Invalid):
        cancel_for(claim=claim, user=officer, reason=" ")
    cancel_for(claim=claim, user=officer, reason="本人来电取消")
    assert counted(session) == (0, 0)


def test_unpaid_places_return_at_the_deadline_and_go_on(take: Take, promoted: list[int]) -> None:
    session = SessionFactory(quota=2, offering__price_fen=100, offering__waiting_size=9)
    take(session, *range(1, 6))
    assert expire_due() == 0
    with time_machine.travel(in_hours(3.1)):
        assert expire_due() == 2
        assert expire_due() == 0
    states = dict(Claim.objects.values_list("member_id", "state"))
    assert states == {1: "expired", 2: "expired", 3: "held", 4: "held", 5: "waiting"}
    assert counted(session) == (2, 1)
    assert len(promoted) == 2
    due = Claim.objects.get(member_id=3).expires_at
    assert due and due > in_hours(5), "who was promoted has the whole time to pay"


def test_expiry_takes_slices(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eunion.booking.services.expire.SLICE", 2)
    session = SessionFactory(quota=5, offering__price_fen=100)
    take(session, *range(1, 6))
    with time_machine.travel(in_hours(4)):
        assert expire_due() == 5
    assert counted(session) == (0, 0)


def test_nobody_is_promoted_into_what_has_begun(take: Take, promoted: list[int]) -> None:
    session = SessionFactory(quota=1, offering__price_fen=100, offering__waiting_size=9)
    take(session, 1, 2)
    with time_machine.travel(in_hours(73)):
        assert expire_due() == 1
    assert promoted == [] and counted(session) == (0, 1)


def test_money_in_time_confirms_and_money_too_late_is_said_so() -> None:
    member, other = people(2)
    session = SessionFactory(offering__price_fen=100)
    claim = make_claim(session, member, "held", expires_at=in_hours(-0.1))
    late = make_claim(session, other, "expired")
    assert places.mark_paid(claim=claim)
    assert not places.mark_paid(claim=claim), "the same payment told twice confirms once"
    assert not places.mark_paid(claim=late)
    assert expire_due() == 0
    claim.refresh_from_db()
    assert (claim.state, claim.expires_at) == ("confirmed", None) and claim.paid_at


def test_a_claim_moves_only_as_the_table_says() -> None:
    (member,) = people(1)
    claim = make_claim(SessionFactory(), member, "waiting")
    with pytest.raises(WrongState):
        places.mark(claim=claim, to="redeemed", actor=None)
    Claim.objects.filter(pk=claim.pk).update(state="confirmed")
    assert places.mark(claim=claim, to="redeemed", actor=None).redeemed_at
    with pytest.raises(WrongState):
        places.mark(claim=claim, to="redeemed", actor=None)


def test_who_did_not_come_is_out_until_an_appeal_is_right() -> None:
    (member,) = people(1)
    session = SessionFactory(offering__no_show_days=90)
    claim = make_claim(session, member)
    barred = bar.bar_for_no_show(claim=claim, actor=None)
    assert barred and (barred.until - barred.since).days == 90
    assert Barred.objects.in_force(member, timezone.now()).exists()
    officer = UserFactory(role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        bar.lift_bar(bar=barred, user=officer, reason="有医院证明")
    officer = UserFactory(is_superuser=True)
    bar.lift_bar(bar=barred, user=officer, reason="有医院证明")
    assert not Barred.objects.in_force(member, timezone.now()).exists()


def test_wrong_counters_are_noticed() -> None:
    session = SessionFactory()
    Session.objects.filter(pk=session.pk).update(taken=1)
    assert selectors.miscounted() == [session]
    places.count_anew(session)
    assert counted(session) == (0, 0)
