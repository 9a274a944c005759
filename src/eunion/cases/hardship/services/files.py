"""Files: opened when a case ends well, left for a reason."""

from __future__ import annotations

import calendar
import datetime

from django.db import transaction
from django.utils import timezone

from eunion.cases.application import application_of
from eunion.cases.hardship import figures, policies, selectors
from eunion.cases.hardship.errors import FileLeft
from eunion.cases.hardship.explained import outcome_of
from eunion.cases.models import Case, HardshipFile, HardshipRecheck
from eunion.cases.numbers import next_number
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

PREFIX = "DA"
RECHECK_MONTHS = 12


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the day so many months on; the month's last where there is no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_recheck(day: datetime.date) -> datetime.date:
    """Return when a household is looked at again, by the standard in force."""
    standard = selectors.standard_on(day)
    return months_after(day, standard.recheck_months if standard else RECHECK_MONTHS)


@transaction.atomic
def open_file(*, case: Case) -> HardshipFile:
    """Open the file of a case that ended well; again is the same."""
    known = HardshipFile.objects.filter(case=case).first()
    if known:
        return known
    application, today = application_of(case), timezone.localdate()
    found = outcome_of(application)
    household = figures.household_of(application.values, figures.day_of(case, today))
    assert found and found.kind and household and case.member and case.union  # holds() let nothing else pass
    return HardshipFile.objects.create(
        number=next_number(PREFIX),
        case=case,
        member=case.member,
        name=case.applicant,
        union=case.union,
        kind=found.kind,
        size=household.size,
        opened_on=today,
        recheck_on=next_recheck(today),
    )


def locked(file: HardshipFile) -> HardshipFile:
    """Return a file with its row locked."""
    return (
        HardshipFile.objects.select_for_update(of=("self",)).select_related("union", "member").get(pk=file.pk)
    )


@transaction.atomic
def leave(*, file: HardshipFile, user: User, on: datetime.date, leaving: str, words: str) -> HardshipFile:
    """End the help of a household, with the reason; again the same is the same. Raises NotAllowed, Invalid, FileLeft."""
    kept = locked(file)
    policies.check(user, policies.RECHECK, kept.union)
    if kept.left_on:
        if (kept.left_on, kept.leaving) == (on, leaving):
            return kept
        raise FileLeft
    if leaving not in HardshipFile.Leaving.values:
        raise Invalid("请选择退出原因。")
    if not kept.opened_on <= on <= timezone.localdate():
        raise Invalid("脱困日期要在建档以后、今天以前。")
    kept.left_on, kept.leaving, kept.leaving_words = on, leaving, words.strip()[:200]
    kept.save()
    HardshipRecheck.objects.filter(file=kept, done_at=None).delete()
    audit.record(actor=user, action="hardship.leave", target=kept, data={"reason": leaving})
    return kept
