"""The household's figures out of typed answers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from eunion.cases.hardship.asked import INCOME, SPENDING
from eunion.cases.hardship.formula import Household

if TYPE_CHECKING:
    from eunion.cases.models import Case


def year_before(day: datetime.date) -> datetime.date:
    """Return the same day a year earlier; of 29 February the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def day_of(case: Case | None, today: datetime.date) -> datetime.date:
    """Return the day by whose standard a case is judged: when it was handed in, until then today."""
    from django.utils import timezone

    return timezone.localtime(case.submitted_at).date() if case and case.submitted_at else today


def household_of(values: dict[str, Any], day: datetime.date) -> Household | None:
    """Return the household of an application's values on a day; None while something of it is missing or wrong."""
    if values.get("own_income") is None:
        return None
    family = values.get("family") or []
    if any(row.get("income") is None for row in family):
        return None
    return Household(
        size=1 + len(family),
        income_fen=_sum(values, INCOME) + sum(row["income"] for row in family),
        spending_fen=_sum(values, SPENDING),
        loss_fen=loss_of(values, day),
    )


def loss_of(values: dict[str, Any], day: datetime.date) -> int:
    """Return the loss of an accident within the year before a day, in fen; an older one does not count."""
    happened = values.get("accident_on")
    if values.get("accident") != "yes" or not happened or not year_before(day) <= happened <= day:
        return 0
    return values.get("loss") or 0


def _sum(values: dict[str, Any], fields: Any) -> int:
    return sum(values.get(one.name) or 0 for one in fields)
