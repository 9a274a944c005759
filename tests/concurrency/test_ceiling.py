"""Claims of one member granted at the same moment: past the ceiling when nobody waits, never as it is."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from eunion.cases.factories import applicant, staff
from eunion.cases.medical import claims, granting
from eunion.cases.medical.errors import NothingToGrant, NothingToPay
from eunion.cases.medical.factories import claimed, enrolled, granted, plan, record
from eunion.cases.medical.paying import lists
from eunion.cases.models import Case, ClaimFacts, Enrolment, PayLine
from eunion.cases.services import review
from eunion.kernel.errors import DomainError
from eunion.registry.models import User

CLAIMS, EACH, CEILING = 4, 80_000, 100_000  # fen


def waiting() -> tuple[User, list[Case]]:
    """Return claims of 800 yuan each of one member, in a plan that pays 1,000 a period."""
    officer, member = staff(), applicant()
    enrolled(member, plan(officer, ceiling="1000"))
    return officer, [claimed(member, invoice_number=f"001111111{number}") for number in range(CLAIMS)]


def at_once(acts: list[Any]) -> list[str]:
    """Do everything at the same moment; return what each ended with."""
    together = threading.Barrier(len(acts))

    def one(act: Any) -> str:
        try:
            together.wait()
            act()
            return "done"
        except DomainError as problem:
            return type(problem).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def grants(officer: User, cases: list[Case]) -> list[Any]:
    def grant(place: int) -> Any:
        typed = record(invoice_number=f"001111111{place}")
        return lambda: review.pass_stage(
            case=cases[place], user=officer, version=cases[place].version, typed=typed
        )

    return [grant(place) for place in range(CLAIMS)]


def total() -> int:
    return ClaimFacts.objects.granted().aggregate(fen=Sum("benefit_fen"))["fen"] or 0


def test_without_the_lock_claims_pass_the_ceiling(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = claims.granted_before

    def slowly(enrolment: Enrolment, **more: Any) -> int:
        found = whole(enrolment, **more)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(claims, "granted_before", slowly)
    monkeypatch.setattr(granting, "held", lambda enrolment: enrolment)
    officer, cases = waiting()
    at_once(grants(officer, cases))
    assert total() > CEILING, "the race that the lock is for did not happen"


def test_claims_granted_at_once_stay_within_the_ceiling(committed_db: str) -> None:
    officer, cases = waiting()
    told = at_once(grants(officer, cases))
    assert total() == CEILING
    assert sorted(told) == [NothingToGrant.__name__] * (CLAIMS - 2) + ["done"] * 2
    fens = ClaimFacts.objects.granted().order_by("-benefit_fen").values_list("benefit_fen", flat=True)
    assert list(fens) == [EACH, CEILING - EACH]


def test_two_lists_made_at_once_take_a_benefit_once(committed_db: str) -> None:
    officer = staff()
    running = plan(officer)
    for number in range(3):
        member = applicant()
        enrolled(member, running)
        granted(member, officer, invoice_number=f"002222222{number}")
    told = at_once([lambda: lists.gather(user=officer)] * 4)
    assert set(told) <= {"done", NothingToPay.__name__} and "done" in told
    assert PayLine.objects.count() == PayLine.objects.values("facts").distinct().count() == 3
