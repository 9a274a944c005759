"""A lawyer is given to a case, replaced, or let act in spite of a conflict."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.cases import policies, states
from eunion.cases.errors import NotYours, ReasonNeeded, WrongState
from eunion.cases.legal import conflicts
from eunion.cases.legal.errors import InConflict, LawyerFull
from eunion.cases.models import Assignment, Case, ConflictClearance, Lawyer
from eunion.cases.services import review
from eunion.cases.services.events import Kind, locked, write
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

REASON_MIN = 4
STAGES = ("assign", "work")


@transaction.atomic
def assign(
    *, case: Case, lawyer: Lawyer, user: User, version: int | None = None, why: str = ""
) -> Assignment:
    """Give a case to a lawyer; at the stage for it the case goes on to the work. The same again is the same.

    Replacing a lawyer needs `why`. Raises NotYours, ChangedMeanwhile, WrongState, InConflict, LawyerFull, ReasonNeeded.
    """
    kept = locked(case)
    _check_may_assign(user, kept)
    # Two officers may give the last place of one lawyer to two cases.
    lawyer = Lawyer.objects.select_for_update(of=("self",)).get(pk=lawyer.pk)
    current = Assignment.objects.filter(case=kept, ended_at=None).first()
    if current and current.lawyer_id == lawyer.pk:
        return current
    kept = locked(case, version=version)
    _check_fits(kept, lawyer)
    if current:
        _end(current, why)
    made = Assignment.objects.create(case=kept, lawyer=lawyer, assigned_by=user)
    audit.record(
        actor=user, action="legal.assign", target=kept, data={"lawyer": str(lawyer), "why": why[:200]}
    )
    told = f"为您办事的是{lawyer.firm}{lawyer}，电话 {lawyer.phone}。"
    if kept.stage_name == "assign":
        review.pass_stage(case=kept, user=user, version=None, words=told)
    else:
        write(kept, Kind.NOTE, actor=user, note=f"改由{lawyer}办理：{why.strip()}")
        kept.save()
    return made


def _check_may_assign(user: User, case: Case) -> None:
    if not user.has_perm("cases.assign_lawyer") or not policies.may_decide(user, case):
        raise NotYours
    if case.service_name != "legal" or case.state != states.OPEN or case.stage_name not in STAGES:
        raise WrongState


def _check_fits(case: Case, lawyer: Lawyer) -> None:
    found = next((one for one in conflicts.suggestions(case) if one.lawyer.pk == lawyer.pk), None)
    if found is None or not lawyer.active:
        raise Invalid("这位律师不在册。")
    if found.conflicts and found.cleared is None:
        raise InConflict("不能指派：" + "".join(found.conflicts) + "确实合适的，请管理员写明理由同意。")
    if found.full:
        raise LawyerFull


def _end(current: Assignment, why: str) -> None:
    if len(why.strip()) < REASON_MIN:
        raise ReasonNeeded("请写明为什么换律师（至少 4 个字）。")
    current.ended_at, current.why_ended = timezone.now(), why.strip()[:200]
    current.save(update_fields=["ended_at", "why_ended"])


@transaction.atomic
def clear_conflict(*, case: Case, lawyer: Lawyer, user: User, statement: str) -> ConflictClearance:
    """Let a lawyer act in spite of what the conflict check found; again is the same. Raises NotYours, ReasonNeeded, Invalid."""
    kept = locked(case)
    seen = policies.seen_by(user).filter(pk=kept.pk).exists()
    if not user.has_perm("cases.clear_conflict") or not seen:
        raise NotYours("只有总工会管理员可以同意有利益冲突的指派。")
    found = next((one for one in conflicts.suggestions(kept) if one.lawyer.pk == lawyer.pk), None)
    if found is None or not found.conflicts:
        raise Invalid("这位律师没有利益冲突，可以直接指派。")
    if found.cleared:
        return found.cleared
    if len(statement.strip()) < REASON_MIN:
        raise ReasonNeeded("请写明同意的理由（至少 4 个字），会记入日志。")
    conflict = "".join(found.conflicts)
    made = ConflictClearance.objects.create(
        case=kept, lawyer=lawyer, conflict=conflict[:300], statement=statement.strip()[:300], cleared_by=user
    )
    audit.record(
        actor=user,
        action="legal.clear_conflict",
        target=kept,
        data={"lawyer": str(lawyer), "conflict": conflict[:300], "statement": made.statement},
    )
    return made
