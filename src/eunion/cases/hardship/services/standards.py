"""The figures of the rule book and the programmes, as staff keep them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from eunion.cases.hardship import policies
from eunion.cases.hardship.errors import WrongFigures
from eunion.cases.models import HardshipProgramme, HardshipStandard
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User


@transaction.atomic
def add_standard(*, user: User, effective_on: datetime.date, source: str, **figures: int) -> HardshipStandard:
    """Keep the figures that hold from a day on. None is ever changed: cases before that day keep theirs.

    Raises NotAllowed, WrongFigures (a day that has its figures, figures that make no sense).
    """
    policies.check(user, policies.SET)
    if not source.strip():
        raise WrongFigures("请写明依据的文件。", errors={"source": "请写明依据的文件。"})
    try:
        with transaction.atomic():
            made = HardshipStandard.objects.create(
                effective_on=effective_on, source=source.strip()[:200], added_by=user, **figures
            )
    except IntegrityError as problem:
        if "effective_on" in str(problem):
            raise WrongFigures("这一天已经录过标准了，录错请换一天再录一次。") from None
        raise WrongFigures("低保标准要大于 0，相对困难线不低于 100%，天数和月数至少是 1。") from None
    data: dict[str, Any] = {"effective_on": str(effective_on), **figures}
    audit.record(actor=user, action="hardship.standard", target=made, data=data)
    return made


@transaction.atomic
def keep_programme(*, user: User, name: str, source: str = "", active: bool = True) -> HardshipProgramme:
    """Add a programme, or change its source or whether it is in use. Raises NotAllowed, Invalid."""
    policies.check(user, policies.SET)
    name = name.strip()
    if not 2 <= len(name) <= 20:
        raise Invalid("项目名称要 2 到 20 个字。")
    made, _ = HardshipProgramme.objects.update_or_create(
        name=name, defaults={"source": source.strip()[:200], "active": active}
    )
    audit.record(actor=user, action="hardship.programme", target=made, data={"active": active})
    return made
