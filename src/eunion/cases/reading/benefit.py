"""What a mutual-aid plan pays for a claim, computed step by step from the plan's rules as data. All money is integer fen.

A share of a fen is dropped, once, at the end of the computation. What is paid never passes the plan's ceiling for the period
less what was paid in it before.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator

WHOLE = 10_000  # rates are counted in ten-thousandths: 1,000 is 10 %
Rate = Annotated[int, Field(ge=0, le=WHOLE)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Percent(_Rule):
    """A rate of what exceeds a threshold, of the self-paid part or of the whole bill."""

    kind: Literal["percent"] = "percent"
    of: Literal["self_paid", "total"] = "self_paid"
    rate: Rate
    threshold: NonNegativeInt = 0


class Band(_Rule):
    """From an amount on, a rate, up to where the next band begins."""

    begins: NonNegativeInt
    rate: Rate


class Bands(_Rule):
    """Rates of the self-paid part by bands; each rate is for the money inside its band alone."""

    kind: Literal["bands"] = "bands"
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Bands:
        if any(later.begins <= before.begins for before, later in pairwise(self.bands)):
            raise ValueError("bands must begin one above the other")
        return self


class FixedSums(_Rule):
    """A sum for each listed illness, whatever it cost."""

    kind: Literal["fixed_sums"] = "fixed_sums"
    sums: dict[str, PositiveInt]


class PlanRules(_Rule):
    """What a plan pays and its ceiling for one period."""

    pays: Percent | Bands | FixedSums = Field(discriminator="kind")
    ceiling: PositiveInt


@dataclass(frozen=True)
class Bill:
    """What a claim is about: the amounts on the settlement sheet, the illness, and what this period has paid before."""

    self_paid: int
    total: int
    illness: str = ""
    paid_before: int = 0

    def __post_init__(self) -> None:
        if min(self.self_paid, self.total, self.paid_before) < 0:
            raise ValueError("amounts on a bill are not negative")


@dataclass(frozen=True)
class Step:
    """One step of the computation, in words, and the amount that it ends with."""

    says: str
    fen: int


@dataclass(frozen=True)
class Expected:
    """The benefit to expect, and how it came about."""

    fen: int
    steps: tuple[Step, ...]


def expected(rules: PlanRules, bill: Bill) -> Expected:
    """Compute the benefit of a bill."""
    counted, steps = _counted(rules, bill)
    left = max(rules.ceiling - bill.paid_before, 0)
    fen = min(counted, left)
    steps.append(
        Step(
            f"本期最高 {yuan(rules.ceiling)} 元，已经领过 {yuan(bill.paid_before)} 元，还可以领 {yuan(left)} 元",
            left,
        )
    )
    steps.append(Step(f"预计互助金 {yuan(fen)} 元" + ("（已到本期最高额）" if fen < counted else ""), fen))
    return Expected(fen, tuple(steps))


def yuan(fen: int) -> str:
    """Write an amount in yuan, with thousands marked."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _counted(rules: PlanRules, bill: Bill) -> tuple[int, list[Step]]:
    pays = rules.pays
    if isinstance(pays, FixedSums):
        fen = pays.sums.get(bill.illness, 0)
        said = f"“{bill.illness}”定额 {yuan(fen)} 元" if fen else "所患疾病不在这个计划的病种表里"
        return fen, [Step(said, fen)]
    if isinstance(pays, Bands):
        return _by_bands(pays, bill.self_paid)
    base, named = (bill.self_paid, "个人负担") if pays.of == "self_paid" else (bill.total, "医疗费总额")
    above = max(base - pays.threshold, 0)
    steps = [Step(f"{named} {yuan(base)} 元", base)]
    if pays.threshold:
        steps.append(Step(f"减去起付线 {yuan(pays.threshold)} 元，余 {yuan(above)} 元", above))
    fen = above * pays.rate // WHOLE
    steps.append(Step(f"{yuan(above)} 元 × {_percent(pays.rate)} = {yuan(fen)} 元（不足 1 分的舍去）", fen))
    return fen, steps


def _by_bands(pays: Bands, self_paid: int) -> tuple[int, list[Step]]:
    steps, parts = [Step(f"个人负担 {yuan(self_paid)} 元", self_paid)], 0
    ends = [band.begins for band in pays.bands[1:]] + [self_paid]
    for band, end in zip(pays.bands, ends, strict=True):
        inside = max(min(self_paid, end) - band.begins, 0)
        if inside:
            parts += inside * band.rate
            part = inside * band.rate // WHOLE
            steps.append(
                Step(
                    f"{yuan(band.begins)} 元以上的 {yuan(inside)} 元 × {_percent(band.rate)} = {yuan(part)} 元",
                    part,
                )
            )
    fen = parts // WHOLE
    steps.append(Step(f"各段合计 {yuan(fen)} 元（合计后不足 1 分的舍去）", fen))
    return fen, steps


def _percent(rate: int) -> str:
    return f"{rate / 100:g}%"
