"""What the applicant does with a submitted case: bring more, take it back, rate it, say that it is not solved."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from eunion.cases import states
from eunion.cases.application import application_of
from eunion.cases.errors import NeedsMending, ReasonNeeded, WrongState
from eunion.cases.models import Case
from eunion.cases.services import desks
from eunion.cases.services.events import Kind, locked, write
from eunion.kernel.errors import Invalid
from eunion.kernel.workdays import add_workdays
from eunion.registry.models import User

REASON_MIN, WORDS_MAX = 4, 200


@transaction.atomic
def supplement(*, case: Case, user: User, words: str = "") -> Case:
    """Hand in what was asked for: the clock goes on where it stopped. Again is the same. Raises NeedsMending, WrongState."""
    kept = locked(case)
    if kept.state == states.OPEN:
        return kept
    application = application_of(kept)
    findings = [one for one in application.findings() if one.hinders]
    if kept.state == states.MENDING and findings:
        raise NeedsMending(findings[0].words if len(findings) == 1 else "", findings=len(findings))
    write(kept, Kind.SUPPLEMENT, actor=user, words=words.strip()[:WORDS_MAX])
    kept.due_at = add_workdays(timezone.now(), max(kept.days_left or 0, 1))
    kept.days_left = None
    kept.save()
    kept.service.on_supplemented(kept, application)
    return kept


def check_unbound(case: Case) -> None:
    """Raise Invalid where the service has a reason against leaving its course now."""
    reason = case.service.bound(case) if case.state in states.RUNNING else ""
    if reason:
        raise Invalid(reason)


@transaction.atomic
def withdraw(*, case: Case, user: User, reason: str = "") -> Case:
    """Take a case back; again is the same. Raises WrongState, Invalid (what binds it)."""
    kept = locked(case)
    if kept.state == states.WITHDRAWN:
        return kept
    check_unbound(kept)
    write(kept, Kind.WITHDRAW, actor=user, words=reason.strip()[:WORDS_MAX])
    kept.outcome = "申请人撤回"
    kept.save()
    kept.service.on_closed(kept, user)
    return kept


@transaction.atomic
def rate(*, case: Case, user: User, stars: int, words: str) -> Case:
    """Rate a finished case, once; again replaces it. Raises Invalid, WrongState."""
    if stars not in range(1, 6):
        raise Invalid("请点一颗到五颗星。")
    kept = locked(case)
    words = words.strip()[:WORDS_MAX]
    if (kept.stars, kept.words) == (stars, words):
        return kept
    write(kept, Kind.RATE, actor=user)
    kept.stars, kept.words = stars, words
    kept.save()
    return kept


@transaction.atomic
def reopen(*, case: Case, user: User, reason: str) -> Case:
    """Say that it is not solved, or that a refusal is not right: it goes to the level above who decided.

    Again is the same while it runs. Raises ReasonNeeded, WrongState (too late, or withdrawn).
    """
    kept = locked(case)
    if kept.state == states.OPEN:
        return kept
    if len(reason.strip()) < REASON_MIN:
        raise ReasonNeeded("请写明还有什么没解决（至少 4 个字）。")
    if not may_reopen(kept):
        raise WrongState("已经过了可以重新办理的时间，请重新提交一次。")
    write(kept, Kind.REOPEN, actor=user, words=reason.strip()[:500])
    assert kept.stage is not None
    stage = kept.service.reopens_at(kept.stage)
    before = kept.owner
    desks.enter(kept, stage)
    kept.owner = before
    kept.owner = desks.above(kept, stage) or before
    kept.outcome = ""
    kept.save()
    return kept


def move_cases(gone: User, kept: User) -> None:
    """Give one sign-in's cases to the other when both are one person; of two drafts of a service the newer stays."""
    drafts = Case.objects.filter(state=Case.State.DRAFT, filed_by=None)
    for draft in drafts.filter(user=gone):
        other = drafts.filter(user=kept, service_name=draft.service_name).first()
        if other is not None:
            older = min(draft, other, key=lambda one: one.changed_at)
            older.pages.all().delete()
            older.delete()
    Case.objects.filter(user=gone).update(user=kept)


def may_reopen(case: Case) -> bool:
    """Say whether the member may still say that it is not solved."""
    if case.state not in (states.DONE, states.REFUSED) or case.closed_at is None:
        return False
    return timezone.now() <= case.closed_at + datetime.timedelta(days=case.service.reopen_days)
