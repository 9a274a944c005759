"""Re-checks: a job makes them due, late ones go up, staff look at the household's figures again."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from eunion.cases.declaration import SERVICES
from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.errors import AlreadyRechecked
from eunion.cases.hardship.formula import Household, Outcome, outcome
from eunion.cases.hardship.services import files
from eunion.cases.models import HardshipFile, HardshipRecheck
from eunion.cases.services import desks
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

AHEAD = datetime.timedelta(days=30)
_SLICE = 500


def make_due(*, today: datetime.date | None = None) -> int:
    """Make the re-checks of files that are due within thirty days, and send late ones up; safe to repeat. Return how many."""
    today = today or timezone.localdate()
    return sum(_make(file) for file in _without(today)) + sum(_escalate(one) for one in _late(today))


def _without(today: datetime.date) -> list[HardshipFile]:
    from django.db.models import F

    waiting = HardshipFile.objects.standing().filter(recheck_on__lte=today + AHEAD)
    return list(waiting.exclude(rechecks__due_on=F("recheck_on")).select_related("union", "case")[:_SLICE])


def _late(today: datetime.date) -> list[HardshipRecheck]:
    rows = HardshipRecheck.objects.filter(done_at=None, escalated_at=None, due_on__lt=today)
    return list(rows.select_related("file__union")[:_SLICE])


@transaction.atomic
def _make(file: HardshipFile) -> int:
    stage = SERVICES["hardship"].stage("visit")
    own = {pk for pk in (file.member.user_id,) if pk}
    owner = desks.chosen(stage, file.union, without=own)
    _, made = HardshipRecheck.objects.get_or_create(
        file=file, due_on=file.recheck_on, defaults={"owner": owner}
    )
    return int(made)


@transaction.atomic
def _escalate(recheck: HardshipRecheck) -> int:
    """Give a late re-check to the federation, once."""
    kept = HardshipRecheck.objects.select_for_update(of=("self",)).get(pk=recheck.pk)
    if kept.done_at or kept.escalated_at:
        return 0
    stage = SERVICES["hardship"].stage("federation")
    kept.owner = desks.chosen(stage, desks.root()) or kept.owner
    kept.escalated_at = timezone.now()
    kept.save(update_fields=["owner", "escalated_at"])
    return 1


def outcome_of(household: Household) -> Outcome:
    """Return what a household's figures of today make. Raises Invalid without a standard."""
    standard = selectors.standard_on()
    if standard is None:
        raise Invalid("还没有录入帮扶标准，请先在“帮扶标准”里录入。")
    return outcome(household, standard)


@transaction.atomic
def finish(
    *, recheck: HardshipRecheck, user: User, household: Household, words: str, leaving: str = ""
) -> HardshipRecheck:
    """Write down a re-check: the household goes on being helped by the kind that its figures make, or leaves (`leaving`).

    Raises NotAllowed, Invalid, AlreadyRechecked.
    """
    file = files.locked(recheck.file)
    policies.check(user, policies.RECHECK, file.union)
    kept = HardshipRecheck.objects.select_for_update(of=("self",)).get(pk=recheck.pk)
    if kept.done_at:
        raise AlreadyRechecked
    if user.pk == file.member.user_id:
        raise Invalid("不能复核自己家，请交给同事。")
    if len(words.strip()) < 4:
        raise Invalid("请写明复核情况（至少 4 个字）。")
    found = outcome_of(household)
    if not leaving and not found.kind:
        raise Invalid("按这次的数字已经不符合任何一类困难，请选脱困退出的原因。")
    today = timezone.localdate()
    kept.result = HardshipRecheck.Result.LEFT if leaving else HardshipRecheck.Result.GOES_ON
    kept.done_at, kept.done_by, kept.words = timezone.now(), user, words.strip()[:1000]
    kept.size, kept.kind = household.size, found.kind
    kept.income_fen, kept.spending_fen = household.income_fen, household.spending_fen
    kept.save()
    audit.record(actor=user, action="hardship.recheck", target=kept, data={"result": kept.result})
    if leaving:
        files.leave(file=file, user=user, on=today, leaving=leaving, words=words)
    else:
        file.kind, file.size = found.kind, household.size
        file.recheck_on = files.next_recheck(max(kept.due_on, today))
        file.save(update_fields=["kind", "size", "recheck_on"])
    return kept
