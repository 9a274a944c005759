"""Which kind of hardship a household's figures make, in whole fen, with every step in plain words.

Source: the rules of the federations as domain practice has them (青岛): deep below the minimum living standard, relative
below a multiple of it, accident where a loss exceeds a share of the year's income.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eunion.cases.models.hardship import HardshipKind

if TYPE_CHECKING:
    from eunion.cases.models import HardshipStandard

MONTHS = 12


@dataclass(frozen=True)
class Household:
    """A household's figures over the last twelve months, in fen. `loss_fen` is what an accident cost within the year."""

    size: int
    income_fen: int
    spending_fen: int
    loss_fen: int = 0


@dataclass(frozen=True)
class Outcome:
    """The gravest kind that fits ("" for none), all that fit, and the steps: heading and words."""

    kind: str
    kinds: tuple[str, ...]
    steps: list[tuple[str, str]]


def yuan(fen: int) -> str:
    """Return fen as yuan for people: 1,234.50, whole yuan without the fen."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}" + (f".{whole % 100:02d}" if whole % 100 else "")


def outcome(household: Household, standard: HardshipStandard) -> Outcome:
    """Work out which kinds fit. Limits are compared exactly; only what is shown is cut to the fen."""
    kinds = []
    left = household.income_fen - household.spending_fen
    head_year = standard.monthly_fen * MONTHS * household.size
    if left < head_year:
        kinds.append(HardshipKind.DEEP)
    elif left * 100 < head_year * standard.relative_percent:
        kinds.append(HardshipKind.RELATIVE)
    limit = household.income_fen * standard.accident_percent
    if household.loss_fen and household.loss_fen * 100 > limit:
        kinds.append(HardshipKind.ACCIDENT)
    steps = [_per_head(household, left), _compared(household, left, standard)]
    if household.loss_fen:
        steps.append(_accident(household, standard))
    return Outcome(kinds[0] if kinds else "", tuple(kinds), steps)


def _monthly(household: Household, left: int) -> int:
    """Return what a head has a month, in whole fen; the rest is dropped, so that what is shown compares as the exact does."""
    return left // (MONTHS * household.size)


def _per_head(household: Household, left: int) -> tuple[str, str]:
    words = (
        f"一年收入 {yuan(household.income_fen)} 元 − 一年必须花的钱 {yuan(household.spending_fen)} 元"
        f" = {yuan(left)} 元\n"
        f"{yuan(left)} 元 ÷ {MONTHS} 个月 ÷ {household.size} 口人 = 每人每月 {yuan(_monthly(household, left))} 元"
    )
    return "第一步：算每人每月还剩多少钱", words


def _compared(household: Household, left: int, standard: HardshipStandard) -> tuple[str, str]:
    by, line = MONTHS * household.size, standard.monthly_fen
    upper = line * standard.relative_percent // 100
    shown = yuan(_monthly(household, left))
    if left < line * by:
        said = f"{shown} 元低于 {yuan(line)} 元，符合“深度困难”的收入条件。"
    elif left * 100 < line * by * standard.relative_percent:
        said = f"{shown} 元不低于 {yuan(line)} 元、低于 {yuan(upper)} 元，符合“相对困难”的收入条件。"
    else:
        said = f"{shown} 元不低于 {yuan(upper)} 元，不符合深度困难、相对困难的收入条件。"
    words = (
        f"本地低保标准：每人每月 {yuan(line)} 元（{standard.effective_on:%Y年%-m月%-d日}起，{standard.source}）\n"
        f"相对困难线：低保标准的 {standard.relative_percent}%，就是 {yuan(upper)} 元\n{said}"
    )
    return "第二步：和低保标准比", words


def _accident(household: Household, standard: HardshipStandard) -> tuple[str, str]:
    limit = household.income_fen * standard.accident_percent // 100
    more = household.loss_fen * 100 > household.income_fen * standard.accident_percent
    said = "超过了，符合“意外致困”的条件。" if more else "没有超过，不符合“意外致困”的条件。"
    words = (
        f"一年收入 {yuan(household.income_fen)} 元 × {standard.accident_percent}% = {yuan(limit)} 元\n"
        f"近一年因灾害、意外或重大疾病损失 {yuan(household.loss_fen)} 元，{said}"
    )
    return "第三步：看意外损失", words
