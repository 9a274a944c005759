"""The arithmetic of labour law, nothing else: days of leave, months of compensation, limits and rates."""

from __future__ import annotations

import calendar
import datetime
import math
from fractions import Fraction

# 人力资源和社会保障部: (365 − 104) ÷ 12.
PAID_DAYS = Fraction(2175, 100)
HOURS_A_DAY = 8
WORKDAY, REST_DAY, HOLIDAY = Fraction(3, 2), Fraction(2), Fraction(3)


def leave_days(years: float) -> int:
    """Return the days of paid annual leave for all years worked (职工带薪年休假条例 第三条)."""
    return 0 if years < 1 else 5 if years < 10 else 10 if years < 20 else 15


def compensation_months(years: float) -> float:
    """Return how many months' pay severance is: six months count as a year, less as half (劳动合同法 第四十七条)."""
    # Years come with four digits: 六个月 must not fall short of a half by rounding.
    months = round(years * 12, 2)
    whole, rest = divmod(months, 12)
    return whole + (1 if rest >= 6 else 0.5 if rest > 0 else 0)


def probation_months(contract_months: float) -> int:
    """Return the longest probation for a contract's length in months (劳动合同法 第十九条)."""
    if contract_months < 3:
        return 0
    return 1 if contract_months < 12 else 2 if contract_months < 36 else 6


def hourly(wage: float, unit: str) -> Fraction:
    """Return the pay of an hour from a wage in 元/月, 元/天 or 元/小时."""
    per_hour = {"元/月": PAID_DAYS * HOURS_A_DAY, "元/天": Fraction(HOURS_A_DAY), "元/小时": Fraction(1)}
    return Fraction(wage).limit_denominator(100) / per_hour[unit]


def yuan(amount: Fraction | float) -> str:
    """Return a sum rounded to the fen, without needless zeros."""
    cents = math.floor(Fraction(amount).limit_denominator(10**9) * 100 + Fraction(1, 2))
    return f"{cents / 100:,.2f}".removesuffix(".00")


def number(count: float) -> str:
    """Return a number without needless zeros: 2.5, 3."""
    return f"{round(count, 2):g}"


def last_day_to_claim(since: datetime.date) -> datetime.date:
    """Return the day on which a year from then ends (劳动争议调解仲裁法 第二十七条)."""
    year = since.year + 1
    return datetime.date(year, since.month, min(since.day, calendar.monthrange(year, since.month)[1]))
