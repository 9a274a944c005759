"""Which kind a household's figures make: on, above and below each line, to the fen."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from eunion.cases.hardship.figures import household_of
from eunion.cases.hardship.formula import Household, outcome, yuan
from eunion.cases.models import HardshipStandard

STANDARD = HardshipStandard(
    effective_on=datetime.date(2026, 7, 1),
    monthly_fen=100_000,
    relative_percent=200,
    accident_percent=80,
    source="区民政局文件",
)
DAY = datetime.date(2026, 11, 25)


def kinds(size: int, income: int, spending: int = 0, loss: int = 0) -> tuple[str, ...]:
    """Return the kinds of figures given in yuan."""
    return outcome(Household(size, income * 100, spending * 100, loss * 100), STANDARD).kinds


def test_deep_is_below_the_standard_and_not_on_it() -> None:
    assert kinds(2, 23_999) == ("deep",)
    assert kinds(2, 24_000) == ("relative",)


def test_relative_is_below_twice_the_standard_and_not_on_it() -> None:
    assert kinds(2, 47_999) == ("relative",)
    assert kinds(2, 48_000) == ()


def test_rigid_spending_counts_against_income_even_below_zero() -> None:
    assert kinds(1, 30_000, 20_000) == ("deep",)
    assert kinds(1, 10_000, 30_000) == ("deep",)


def test_an_accident_counts_above_the_share_of_the_years_income() -> None:
    assert kinds(1, 100_000, loss=80_000) == ()
    assert kinds(1, 100_000, loss=80_001) == ("accident",)
    assert kinds(1, 0, loss=1) == ("deep", "accident")


def test_the_gravest_kind_is_the_kind() -> None:
    found = outcome(Household(1, 0, 0, 100), STANDARD)
    assert found.kind == "deep"


def test_another_standard_draws_other_lines() -> None:
    other = HardshipStandard(
        effective_on=DAY, monthly_fen=80_000, relative_percent=150, accident_percent=50, source="外省文件"
    )
    assert outcome(Household(1, 1_200_000, 0, 0), other).kinds == ("relative",)
    assert outcome(Household(1, 1_440_000, 0, 720_001), other).kinds == ("accident",)


def test_each_step_is_told_in_plain_words() -> None:
    steps = dict(outcome(Household(2, 3_000_000, 1_200_000, 0), STANDARD).steps)
    assert "30,000 元 − 一年必须花的钱 12,000 元 = 18,000 元" in steps["第一步：算每人每月还剩多少钱"]
    assert "÷ 12 个月 ÷ 2 口人 = 每人每月 750 元" in steps["第一步：算每人每月还剩多少钱"]
    assert "750 元低于 1,000 元" in steps["第二步：和低保标准比"]
    assert "区民政局文件" in steps["第二步：和低保标准比"]


@given(
    size=st.integers(1, 11),
    income=st.integers(0, 10**9),
    spending=st.integers(0, 10**9),
    loss=st.integers(0, 10**9),
)
def test_what_is_shown_never_contradicts_what_was_decided(
    size: int, income: int, spending: int, loss: int
) -> None:
    found = outcome(Household(size, income, spending, loss), STANDARD)
    shown = (income - spending) // (12 * size)
    assert ("deep" in found.kinds) == (shown < 100_000)
    assert ("relative" in found.kinds) == (100_000 <= shown < 200_000)
    assert f"每人每月 {yuan(shown)} 元" in found.steps[0][1]


def test_an_accident_of_more_than_a_year_ago_does_not_count() -> None:
    values = {"own_income": 0, "accident": "yes", "loss": 500, "accident_on": datetime.date(2025, 11, 24)}
    old = household_of(values, DAY)
    fresh = household_of(values | {"accident_on": datetime.date(2025, 11, 25)}, DAY)
    assert old and old.loss_fen == 0
    assert fresh and fresh.loss_fen == 500


def test_figures_that_are_missing_make_no_household() -> None:
    assert household_of({}, DAY) is None
    assert household_of({"own_income": 1, "family": [{"name": "李小雨"}]}, DAY) is None
