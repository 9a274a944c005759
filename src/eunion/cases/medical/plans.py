"""Plans: typed as drafts, published, copied to the next period. What somebody has joined under does not change."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from eunion.cases.medical import plan_form
from eunion.cases.medical.errors import PlanFrozen, PlanNotReady, PlanWrong
from eunion.cases.models import MedicalPlan
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User

State = MedicalPlan.State


def _check(user: User) -> None:
    if not user.has_perm("cases.change_medicalplan"):
        raise NotAllowed


def _locked(plan: MedicalPlan) -> MedicalPlan:
    """Return a plan with its row locked: an enrolment that is just being written is waited for."""
    return MedicalPlan.objects.select_for_update().get(pk=plan.pk)


@transaction.atomic
def create(*, typed: dict[str, Any], user: User) -> MedicalPlan:
    """Make a draft. Raises NotAllowed, PlanWrong (with `errors` by field)."""
    _check(user)
    plan = MedicalPlan(created_by=user)
    _fill(plan, typed)
    plan.save()
    audit.record(actor=user, action="medical.plan_change", target=plan)
    return plan


@transaction.atomic
def save(*, plan: MedicalPlan, typed: dict[str, Any], user: User) -> MedicalPlan:
    """Change a draft, or a published plan that nobody has joined. Raises NotAllowed, PlanFrozen, PlanWrong."""
    _check(user)
    kept = _locked(plan)
    if kept.enrolments.exists():
        raise PlanFrozen
    _fill(kept, typed)
    kept.save()
    audit.record(actor=user, action="medical.plan_change", target=kept)
    return kept


def _fill(plan: MedicalPlan, typed: dict[str, Any]) -> None:
    values, errors = plan_form.read(typed)
    if errors:
        raise PlanWrong(errors=errors)
    for name, value in values.items():
        setattr(plan, name, value)


@transaction.atomic
def publish(*, plan: MedicalPlan, user: User) -> MedicalPlan:
    """Let members join. Again is the same. Raises NotAllowed, PlanNotReady, PlanWrong (not behind the one it follows)."""
    _check(user)
    kept = _locked(plan)
    if kept.state == State.PUBLISHED:
        return kept
    if kept.state != State.DRAFT:
        raise PlanNotReady
    if kept.follows and kept.begins <= kept.follows.ends:
        raise PlanWrong(
            f"上一期到 {kept.follows.ends:%Y年%m月%d日} 才结束，这一期要在它之后开始。",
            errors={"begins": "要在上一期结束以后。"},
        )
    return _moved(kept, State.PUBLISHED, user)


@transaction.atomic
def close(*, plan: MedicalPlan, user: User) -> MedicalPlan:
    """Let nobody else join; who is in stays in. Again is the same. Raises NotAllowed, PlanNotReady."""
    _check(user)
    kept = _locked(plan)
    if kept.state == State.CLOSED:
        return kept
    if kept.state != State.PUBLISHED:
        raise PlanNotReady
    return _moved(kept, State.CLOSED, user)


def _moved(plan: MedicalPlan, state: str, user: User) -> MedicalPlan:
    plan.state = state
    plan.save(update_fields=["state", "changed_at"])
    audit.record(actor=user, action=f"medical.plan_{state}", target=plan)
    return plan


@transaction.atomic
def copy(*, plan: MedicalPlan, next_period: bool, user: User) -> MedicalPlan:
    """Return a draft with the same rules: for the period behind it (whoever is in this one renews there), or a new plan.

    A draft copy that nobody has touched is returned again. Raises NotAllowed.
    """
    _check(user)
    kept = _locked(plan)
    begins, ends = kept.begins, kept.ends
    if next_period:
        begins = ends + datetime.timedelta(days=1)
        ends = (
            _a_year_on(kept.ends) if _a_year_on(kept.begins) == begins else begins + (kept.ends - kept.begins)
        )
    again = MedicalPlan.objects.filter(
        state=State.DRAFT, follows=kept if next_period else kept.follows, begins=begins, kind=kept.kind
    )
    found = again.filter(name=kept.name).first()
    if found:
        return found
    made = MedicalPlan.objects.get(pk=kept.pk)
    made.pk, made.public_id, made.state = (
        None,
        MedicalPlan._meta.get_field("public_id").get_default(),
        State.DRAFT,
    )
    made.begins, made.ends, made.created_by = begins, ends, user
    made.follows = kept if next_period else kept.follows
    made._state.adding = True
    made.save()
    audit.record(actor=user, action="medical.plan_change", target=made, data={"copied_from": kept.public_id})
    return made


def _a_year_on(day: datetime.date) -> datetime.date:
    """Return the same day of the next year; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
