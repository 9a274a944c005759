"""Two checkers and one ticket at the same moment: let in twice when the update looks first, never as it is."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from eunion.booking.factories import SessionFactory, in_hours, make_claim
from eunion.booking.models import Checker, Claim, Offering, Redemption, Session
from eunion.booking.services import checkers, places
from eunion.booking.services.redeem import Kind, redeem
from eunion.registry.factories import MemberFactory, UserFactory

GATES = 6


def rush(gates: list[Checker], claim: Claim, acts: list[uuid.UUID], *, again: bool = False) -> list[Kind]:
    """Have the ticket checked at every gate at the same moment; return what each is told."""
    together = threading.Barrier(len(gates))

    def one(gate: Checker, act: uuid.UUID) -> Kind:
        try:
            together.wait()
            mine = Claim.objects.get(pk=claim.pk)
            return redeem(claim=mine, how="scan", client_id=act, checker=gate, again=again).kind
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gates)) as pool:
        return list(pool.map(one, gates, acts))


def entrance() -> tuple[Session, Claim, list[Checker]]:
    session, boss = SessionFactory(starts_at=in_hours(1), ends_at=in_hours(3)), UserFactory(is_superuser=True)
    gates = [checkers.make(session=session, user=boss, label=f"{number}号门")[0] for number in range(GATES)]
    return session, make_claim(session, MemberFactory()), gates


def look_then_write(*, claim: Claim, to: str, **_: Any) -> Claim:
    """Mark a claim as one who looks first would."""
    assert Claim.objects.get(pk=claim.pk).state == Claim.State.CONFIRMED
    time.sleep(0.3)
    Claim.objects.filter(pk=claim.pk).update(state=to)
    return claim


def test_looking_first_lets_one_ticket_in_twice(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, claim, gates = entrance()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_standing_redemption_per_use")
    monkeypatch.setattr(places, "mark", look_then_write)
    monkeypatch.setattr("eunion.booking.services.redeem.hold", lambda claim: None)
    told = rush(gates, claim, [uuid.uuid4() for _ in gates])
    assert told.count(Kind.OK) > 1, "the race that the conditional update is for did not happen"


def test_one_ticket_at_many_gates_lets_in_once(committed_db: str) -> None:
    _, claim, gates = entrance()
    told = rush(gates, claim, [uuid.uuid4() for _ in gates])
    assert (told.count(Kind.OK), told.count(Kind.ALREADY)) == (1, GATES - 1)
    assert Redemption.objects.count() == 1


def test_a_card_for_two_visits_is_used_twice_at_many_gates(committed_db: str) -> None:
    session, claim, gates = entrance()
    Offering.objects.filter(pk=session.offering_id).update(uses=2)
    told = rush(gates, claim, [uuid.uuid4() for _ in gates], again=True)
    assert told.count(Kind.OK) == 2
    assert list(Redemption.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_one_act_sent_many_times_at_once_is_let_in_each_time_and_written_once(committed_db: str) -> None:
    _, claim, gates = entrance()
    told = rush([gates[0]] * GATES, claim, [uuid.uuid4()] * GATES)
    assert told == [Kind.OK] * GATES and Redemption.objects.count() == 1
