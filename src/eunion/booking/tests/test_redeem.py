"""Checking tickets: once, by who may, for their session, with a code of now."""

from __future__ import annotations

import datetime
import time
import uuid

import pytest
from django.utils import timezone

from eunion.booking import ticket_code
from eunion.booking.errors import TooLateToUndo, TooManyWrongNumbers
from eunion.booking.factories import SessionFactory, in_hours, make_claim, make_course
from eunion.booking.models import Attendance, Checker, Claim, Redemption, Session
from eunion.booking.services import attend, checkers
from eunion.booking.services.redeem import MISSES_MAX, Answer, Kind, check, redeem, undo
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Session:
    return SessionFactory(starts_at=in_hours(1), ends_at=in_hours(3), quota=9)


@pytest.fixture
def gate(tonight: Session, organiser: User) -> Checker:
    return checkers.make(session=tonight, user=organiser, label="东门 张师傅")[0]


@pytest.fixture
def claim(tonight: Session) -> Claim:
    return make_claim(tonight, MemberFactory())


def show(claim: Claim, gate: Checker, ago_s: float = 0) -> Answer:
    text = ticket_code.code(claim.public_id, at=time.time() - ago_s)
    return check(text=text, checker=gate, client_id=uuid.uuid4())


def test_a_ticket_lets_in_once_and_then_says_when_and_by_whom(claim: Claim, gate: Checker) -> None:
    first, second = show(claim, gate), show(claim, gate)
    assert (first.kind, second.kind) == (Kind.OK, Kind.ALREADY)
    assert (second.at, second.label) == (first.at, "东门 张师傅")
    claim.refresh_from_db()
    assert claim.state == "redeemed" and Redemption.objects.get().how == "scan"


def test_the_same_act_sent_twice_is_one(claim: Claim, gate: Checker) -> None:
    act = uuid.uuid4()
    told = [redeem(claim=claim, how="list", client_id=act, checker=gate).kind for _ in range(2)]
    assert told == [Kind.OK, Kind.OK] and Redemption.objects.count() == 1


def test_an_act_does_not_stand_for_another_ticket(claim: Claim, gate: Checker, tonight: Session) -> None:
    act, other = uuid.uuid4(), make_claim(tonight, MemberFactory())
    redeem(claim=claim, how="list", client_id=act, checker=gate)
    with pytest.raises(Invalid):
        redeem(claim=other, how="list", client_id=act, checker=gate)
    other.refresh_from_db()
    assert other.state == "confirmed"


def test_a_ticket_of_another_session_is_named_so(gate: Checker) -> None:
    other = make_claim(SessionFactory(), MemberFactory())
    assert show(other, gate).kind == Kind.OTHER_SESSION
    other.refresh_from_db()
    assert other.state == "confirmed"


def test_a_link_for_the_offering_checks_each_of_its_sessions(tonight: Session, organiser: User) -> None:
    second = SessionFactory(offering=tonight.offering, starts_at=in_hours(5), ends_at=in_hours(6))
    gate, _ = checkers.make(session=tonight, user=organiser, label="全天", whole_offering=True)
    assert show(make_claim(second, MemberFactory()), gate).kind == Kind.OK


@pytest.mark.parametrize("state", ["held", "cancelled", "waiting"])
def test_what_is_no_ticket_lets_nobody_in(tonight: Session, gate: Checker, state: str) -> None:
    assert show(make_claim(tonight, MemberFactory(), state), gate).kind == Kind.INVALID_STATE
    assert not Redemption.objects.exists()


def test_a_picture_of_the_code_is_worthless_after_a_minute(claim: Claim, gate: Checker) -> None:
    assert show(claim, gate, ago_s=90).kind == Kind.EXPIRED
    assert show(claim, gate, ago_s=30).kind == Kind.OK


def test_the_number_does_the_same_and_a_forged_code_nothing(claim: Claim, gate: Checker) -> None:
    def typed(text: str) -> Kind:
        return check(text=text, checker=gate, client_id=uuid.uuid4()).kind

    forged = ticket_code.code(claim.public_id)[:-1] + "g"
    assert typed(forged) == Kind.UNKNOWN
    assert typed(ticket_code.number(claim.public_id, at=time.time() - 100)) == Kind.EXPIRED
    now = ticket_code.number(claim.public_id)
    assert typed(f"{now[:4]} {now[4:]}") == Kind.OK
    assert Redemption.objects.get().how == "typed"


def test_guessing_numbers_comes_to_an_end(claim: Claim, gate: Checker) -> None:
    for _ in range(MISSES_MAX):
        check(text="00000000", checker=gate, client_id=uuid.uuid4())
    with pytest.raises(TooManyWrongNumbers):
        show(claim, gate)
    Checker.objects.update(misses_since=timezone.now() - datetime.timedelta(minutes=11))
    assert show(claim, gate).kind == Kind.OK


def test_only_who_checked_takes_it_back_and_only_at_once(
    claim: Claim, gate: Checker, tonight: Session, organiser: User
) -> None:
    made = show(claim, gate).redemption
    assert made
    other, _ = checkers.make(session=tonight, user=organiser, label="西门")
    with pytest.raises(TooLateToUndo):
        undo(redemption=made, checker=other)
    Redemption.objects.update(made_at=timezone.now() - datetime.timedelta(minutes=6))
    with pytest.raises(TooLateToUndo):
        undo(redemption=made, checker=gate)
    Redemption.objects.update(made_at=timezone.now())
    undo(redemption=made, checker=gate)
    undo(redemption=made, checker=gate)
    claim.refresh_from_db()
    assert (claim.state, claim.redeemed_at) == ("confirmed", None)
    assert show(claim, gate).kind == Kind.OK


def test_taking_a_check_back_takes_the_attendance_with_it(organiser: User) -> None:
    course = make_course()
    gate, _ = checkers.make(session=course, user=organiser, label="门口")
    made = show(make_claim(course, MemberFactory()), gate).redemption
    assert made and Attendance.objects.get().how == "checked"
    undo(redemption=made, checker=gate)
    assert not Attendance.objects.exists()


def test_who_was_checked_by_mistake_and_unmarked_by_staff_can_be_checked_again(organiser: User) -> None:
    course = make_course()
    gate, _ = checkers.make(session=course, user=organiser, label="门口")
    claim = make_claim(course, MemberFactory())
    show(claim, gate)
    claim.refresh_from_db()
    attend.unmark(claim=claim, meeting=Attendance.objects.get().meeting, user=organiser, reason="点错人")
    assert show(claim, gate).kind == Kind.OK


def test_a_revoked_link_and_one_out_of_its_time_let_nobody_in(
    claim: Claim, gate: Checker, organiser: User
) -> None:
    checkers.revoke(checker=gate, user=organiser)
    with pytest.raises(NotAllowed):
        show(claim, gate)
    Checker.objects.update(revoked_at=None, valid_from=in_hours(-3), valid_until=in_hours(-1))
    with pytest.raises(NotAllowed):
        show(claim, gate)


def test_staff_in_scope_let_in_too_and_others_do_not(claim: Claim, organiser: User) -> None:
    for stranger in (UserFactory(), UserFactory(role=Role.ORGANISER)):
        with pytest.raises(NotAllowed):
            redeem(claim=claim, how="list", client_id=uuid.uuid4(), user=stranger)
    assert redeem(claim=claim, how="list", client_id=uuid.uuid4(), user=organiser).kind == Kind.OK


def test_links_are_made_and_revoked_by_staff_in_scope_alone(
    tonight: Session, gate: Checker, organiser: User
) -> None:
    stranger = UserFactory(role=Role.ORGANISER)
    with pytest.raises(NotAllowed):
        checkers.make(session=tonight, user=stranger, label="东门")
    with pytest.raises(NotAllowed):
        checkers.revoke(checker=gate, user=stranger)
    with pytest.raises(Invalid):
        checkers.make(session=tonight, user=organiser, label=" ")
    made, address = checkers.make(session=tonight, user=organiser, label="东门")
    secret = address.partition("#")[2]
    assert secret not in made.secret_hash and checkers.opened(secret) == made
    checkers.revoke(checker=made, user=organiser)
    assert checkers.opened(secret) is None
