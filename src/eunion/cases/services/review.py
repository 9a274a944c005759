"""What a decider does with a case. Each asks for the right anew, under the case's lock, on the version that was seen."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.cases import policies, states
from eunion.cases.application import Answers
from eunion.cases.declaration import Stage
from eunion.cases.errors import NeedsMending, NotYours, ReasonNeeded, WrongState
from eunion.cases.models import Case, CaseEvent
from eunion.cases.services import desks, tell
from eunion.cases.services.events import Kind, locked, write
from eunion.cases.services.member import REASON_MIN, check_unbound
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.kernel.workdays import add_workdays, workdays_left
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of


def _mine(case: Case, user: User | None, version: int | None) -> Case:
    kept = locked(case, version=version)
    if user is not None:
        policies.check_may_decide(user, kept)
    return kept


def _reason(words: str) -> str:
    words = words.strip()
    if len(words) < REASON_MIN:
        raise ReasonNeeded
    return words[:500]


def _done(case: Case, event: CaseEvent, user: User | None) -> Case:
    case.save()
    if user is not None:
        audit.record(actor=user, action=f"cases.{event.kind}", target=case, data={"event": event.number})
    tell.tell_member(event)
    return case


@transaction.atomic
def pass_stage(
    *,
    case: Case,
    user: User | None,
    version: int | None,
    words: str = "",
    note: str = "",
    typed: dict[str, Any] | None = None,
) -> Case:
    """Let a case pass its stage, with what the decider recorded; the last stage ends it. `user` None: the clock did.

    Raises NotYours, ChangedMeanwhile, WrongState, NeedsMending (the record), Invalid (what holds it).
    """
    kept = _mine(case, user, version)
    stage, service = kept.stage, kept.service
    if kept.state != states.OPEN or stage is None:
        raise WrongState
    record = _recorded(kept, typed or {}) if user is not None else {}
    holding = service.holds(kept, stage)
    if holding:
        raise Invalid(holding)
    following = service.next_stage(kept, stage)
    told = words.strip() or _told(stage, record) or (stage.told if following else "")
    service.on_passed(kept, stage, record, user)
    kind = Kind.PASS if following else Kind.FINISH
    event = write(kept, kind, actor=user, words=told, note=note.strip(), record=typed)
    if following:
        desks.enter(kept, following)
    else:
        kept.outcome = told[:200] or "已办结"
        service.on_closed(kept, user)
    return _done(kept, event, user)


def _told(stage: Stage, record: dict[str, Any]) -> str:
    return next((str(record[one.name]) for one in stage.record if one.told and record.get(one.name)), "")


def _recorded(case: Case, typed: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a stage's record. Raises NeedsMending with what is wrong, by field."""
    stage = case.stage
    assert stage is not None
    answers = Answers(list(stage.record), typed)
    missing = {
        one.name: f"还缺“{one.label}”"
        for one in stage.materials
        if one.required and not case.pages.filter(material=one.name, removed_at=None).exists()
    }
    wrong = answers.errors | missing
    if wrong:
        raise NeedsMending("；".join(wrong.values())[:300], errors=wrong)
    return answers.values


@transaction.atomic
def ask_mend(*, case: Case, user: User | None, version: int | None, words: str, note: str = "") -> Case:
    """Ask the applicant for something better: the stage's clock stands still until it comes. `user` None: the system asks.

    Raises NotYours, ChangedMeanwhile, WrongState, ReasonNeeded, Invalid (what binds it).
    """
    kept = _mine(case, user, version)
    check_unbound(kept)
    event = write(kept, Kind.MEND, actor=user, words=_reason(words), note=note.strip())
    now = timezone.now()
    assert kept.due_at is not None
    kept.days_left = workdays_left(now, kept.due_at)
    kept.due_at = add_workdays(now, kept.service.mend_workdays)
    return _done(kept, event, user)


@transaction.atomic
def refuse(*, case: Case, user: User, version: int | None, words: str, note: str = "") -> Case:
    """End a case without what was asked, and say why.

    Raises NotYours, ChangedMeanwhile, WrongState, ReasonNeeded, Invalid (what binds it).
    """
    kept = _mine(case, user, version)
    check_unbound(kept)
    event = write(kept, Kind.REFUSE, actor=user, words=_reason(words), note=note.strip())
    kept.outcome = event.words[:200]
    kept.service.on_closed(kept, user)
    return _done(kept, event, user)


@transaction.atomic
def transfer(*, case: Case, user: User, version: int | None, to: Union, words: str) -> Case:
    """Move a case to the union it belongs to; the clock goes on. Raises NotYours, ChangedMeanwhile, WrongState, ReasonNeeded."""
    kept = _mine(case, user, version)
    event = write(kept, Kind.TRANSFER, actor=user, words=_reason(words))
    kept.union = to
    _seat(kept)
    return _done(kept, event, user)


def _seat(case: Case) -> None:
    """Put a case on the desk of its stage again, keeping its clock."""
    stage, due_at = case.stage, case.due_at
    assert stage is not None
    desks.enter(case, stage)
    case.due_at = due_at


@transaction.atomic
def assign(*, case: Case, user: User, to: User) -> Case:
    """Give a case to a colleague; the same again is the same. Raises NotYours, WrongState, Invalid (may not decide it)."""
    kept = locked(case)
    in_scope = Case.objects.filter(pk=kept.pk).filter(scope_of(user).unions("desk__")).exists()
    if not user.has_perm("cases.assign_case") or not in_scope:
        raise NotYours
    if kept.owner_id == to.pk:
        return kept
    if not policies.may_decide(to, kept):
        raise Invalid(f"{to}不能办理这一环节：没有权限，或不在管理范围。")
    event = write(kept, Kind.ASSIGN, actor=user, note=f"交给{to}")
    kept.owner = to
    return _done(kept, event, user)


@transaction.atomic
def note(*, case: Case, user: User, words: str) -> Case:
    """Write something down for colleagues. Raises NotYours, ReasonNeeded."""
    if not policies.seen_by(user).filter(pk=case.pk).exists() or not user.has_perm("cases.handle_case"):
        raise NotYours
    kept = locked(case)
    event = write(kept, Kind.NOTE, actor=user, note=_reason(words))
    return _done(kept, event, user)
