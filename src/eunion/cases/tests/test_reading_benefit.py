import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eunion.cases.reading.benefit import Band, Bands, Bill, FixedSums, Percent, PlanRules, expected

MONEY = st.integers(0, 50_000_000)
RATES = st.integers(0, 10_000)


@st.composite
def plans(draw: st.DrawFn) -> PlanRules:
    begins = sorted(draw(st.sets(MONEY, min_size=1, max_size=4)))
    pays = draw(
        st.one_of(
            st.builds(Percent, rate=RATES, threshold=MONEY),
            st.just(Bands(bands=tuple(Band(begins=one, rate=draw(RATES)) for one in begins))),
            st.just(FixedSums(sums={"急性心肌梗死": draw(st.integers(1, 10_000_000))})),
        )
    )
    return PlanRules(pays=pays, ceiling=draw(st.integers(1, 10_000_000)))


def bill(self_paid: int, paid_before: int = 0) -> Bill:
    return Bill(self_paid=self_paid, total=self_paid * 2, illness="急性心肌梗死", paid_before=paid_before)


@given(plans(), MONEY, MONEY)
def test_the_benefit_is_never_negative_and_never_above_what_the_period_has_left(
    rules: PlanRules, self_paid: int, paid_before: int
) -> None:
    fen = expected(rules, bill(self_paid, paid_before)).fen
    assert 0 <= fen <= max(rules.ceiling - paid_before, 0)


@given(plans(), MONEY, MONEY)
def test_who_paid_more_never_gets_less(rules: PlanRules, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert expected(rules, bill(low)).fen <= expected(rules, bill(high)).fen


@given(plans(), MONEY, MONEY)
def test_a_period_never_pays_more_in_two_claims_than_its_ceiling(
    rules: PlanRules, one: int, other: int
) -> None:
    first = expected(rules, bill(one)).fen
    assert first + expected(rules, bill(other, paid_before=first)).fen <= rules.ceiling


@given(plans(), MONEY)
def test_the_last_step_is_the_benefit(rules: PlanRules, self_paid: int) -> None:
    done = expected(rules, bill(self_paid))
    assert done.steps[-1].fen == done.fen


def test_a_percentage_of_the_self_paid_part_drops_the_share_of_a_fen() -> None:
    done = expected(PlanRules(pays=Percent(rate=1_000), ceiling=5_000_000), bill(123_459))
    assert done.fen == 12_345
    assert [step.says for step in done.steps] == [
        "个人负担 1,234.59 元",
        "1,234.59 元 × 10% = 123.45 元（不足 1 分的舍去）",
        "本期最高 50,000.00 元，已经领过 0.00 元，还可以领 50,000.00 元",
        "预计互助金 123.45 元",
    ]


def test_a_percentage_of_the_whole_bill_counts_above_its_threshold() -> None:
    rules = PlanRules(pays=Percent(of="total", rate=1_000, threshold=100_000), ceiling=5_000_000)
    assert expected(rules, Bill(self_paid=1, total=300_000)).fen == 20_000


def test_each_band_pays_its_rate_for_the_money_inside_it() -> None:
    bands = Bands(
        bands=(
            Band(begins=50_000, rate=3_000),
            Band(begins=1_000_000, rate=4_000),
            Band(begins=2_000_000, rate=5_000),
        )
    )
    done = expected(PlanRules(pays=bands, ceiling=10_000_000), bill(2_500_000))
    assert done.fen == 950_000 * 3 // 10 + 1_000_000 * 4 // 10 + 500_000 // 2


def test_a_listed_illness_pays_its_sum_and_another_nothing() -> None:
    rules = PlanRules(pays=FixedSums(sums={"急性心肌梗死": 1_000_000}), ceiling=1_000_000)
    assert expected(rules, bill(1)).fen == 1_000_000
    assert expected(rules, Bill(self_paid=900_000, total=900_000, illness="感冒")).fen == 0


def test_at_the_ceiling_the_worker_is_told_so() -> None:
    done = expected(PlanRules(pays=Percent(rate=5_000), ceiling=100_000), bill(1_000_000, paid_before=40_000))
    assert done.fen == 60_000
    assert done.steps[-1].says == "预计互助金 600.00 元（已到本期最高额）"


def test_rules_are_read_from_data_and_nonsense_is_refused() -> None:
    read = PlanRules.model_validate({"pays": {"kind": "percent", "rate": 1000}, "ceiling": 5_000_000})
    assert expected(read, bill(100_000)).fen == 10_000
    for wrong in (
        {"pays": {"kind": "percent", "rate": 10_001}, "ceiling": 1},
        {
            "pays": {"kind": "bands", "bands": [{"begins": 9, "rate": 1}, {"begins": 9, "rate": 2}]},
            "ceiling": 1,
        },
        {"pays": {"kind": "percent", "rate": 1, "rates": 2}, "ceiling": 1},
    ):
        with pytest.raises(ValidationError):
            PlanRules.model_validate(wrong)


def test_a_negative_bill_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Bill(self_paid=-1, total=0)
