"""What plans pay, for any rules and any bills: never more than the ceiling, never more than the rate, every fen accounted for."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eunion.cases.medical import plan_form
from eunion.cases.reading.benefit import Bands, Bill, FixedSums, Percent, PlanRules, expected

FEN = st.integers(0, 10**9)
RATES = st.integers(0, 10_000)


@st.composite
def all_rules(draw: Any) -> PlanRules:
    """Return any rules that the console lets through."""
    ceiling = draw(st.integers(1, 10**9))
    kind = draw(st.sampled_from(("percent", "bands", "fixed_sums")))
    if kind == "percent":
        pays: Any = Percent(
            of=draw(st.sampled_from(("self_paid", "total"))), rate=draw(RATES), threshold=draw(FEN)
        )
    elif kind == "bands":
        begins = sorted(draw(st.sets(FEN, min_size=1, max_size=6)))
        pays = Bands(bands=tuple({"begins": one, "rate": draw(RATES)} for one in begins))
    else:
        pays = FixedSums(sums={"恶性肿瘤": draw(st.integers(1, 10**9))})
    return PlanRules(pays=pays, ceiling=ceiling)


@st.composite
def bills(draw: Any) -> Bill:
    """Return any bill."""
    self_paid = draw(FEN)
    return Bill(
        self_paid=self_paid,
        total=self_paid + draw(FEN),
        illness=draw(st.sampled_from(("", "恶性肿瘤", "感冒"))),
        paid_before=draw(FEN),
    )


@given(all_rules(), bills())
def test_no_benefit_passes_what_the_ceiling_leaves(rules: PlanRules, bill: Bill) -> None:
    found = expected(rules, bill)
    assert 0 <= found.fen <= max(rules.ceiling - bill.paid_before, 0)
    assert found.steps[-1].fen == found.fen


@given(all_rules(), st.lists(bills(), max_size=6))
def test_claim_after_claim_never_passes_the_ceiling(rules: PlanRules, claims: list[Bill]) -> None:
    before = 0
    for bill in claims:
        before += expected(rules, Bill(bill.self_paid, bill.total, bill.illness, before)).fen
    assert before <= rules.ceiling


@given(all_rules(), bills())
def test_nobody_is_paid_more_than_they_paid_by_a_share(rules: PlanRules, bill: Bill) -> None:
    if isinstance(rules.pays, FixedSums):
        return
    base = bill.total if isinstance(rules.pays, Percent) and rules.pays.of == "total" else bill.self_paid
    assert expected(rules, bill).fen <= base


@given(all_rules(), bills(), st.integers(0, 10**8))
def test_who_paid_more_never_gets_less(rules: PlanRules, bill: Bill, more: int) -> None:
    dearer = Bill(bill.self_paid + more, bill.total + more, bill.illness, bill.paid_before)
    assert expected(rules, dearer).fen >= expected(rules, bill).fen


@given(st.sets(FEN, min_size=2, max_size=6), RATES, FEN)
def test_bands_of_one_rate_are_that_rate(begins: set[int], rate: int, self_paid: int) -> None:
    bands = Bands(bands=tuple({"begins": one, "rate": rate} for one in sorted(begins)))  # type: ignore[arg-type]
    whole = Percent(rate=rate, threshold=min(begins))
    bill = Bill(self_paid=self_paid, total=self_paid)
    ceiling = 10**12
    banded = expected(PlanRules(pays=bands, ceiling=ceiling), bill).fen
    assert banded == expected(PlanRules(pays=whole, ceiling=ceiling), bill).fen


@given(all_rules())
def test_the_worked_example_is_what_the_rules_pay(rules: PlanRules) -> None:
    assert 0 <= plan_form.example(rules).fen <= rules.ceiling
