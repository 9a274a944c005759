"""What legal aid adds to the member's page of a case and to the workbench."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from eunion.cases import policies as cases
from eunion.cases.legal import limits, selectors
from eunion.cases.legal.rules import rules
from eunion.cases.models import Assignment, Case, LegalAid
from eunion.registry.models import User


def clock_of(aid: LegalAid | None, warn_days: int) -> dict[str, Any]:
    """Return the limit of arbitration in words, and whether fewer days are left than the warning begins at."""
    if aid is None:
        return {"words": "", "near": False}
    if aid.filed_on:
        return {"words": f"已于 {aid.filed_on:%Y-%m-%d} 申请仲裁。", "near": False}
    limit, today = limits.Limit(aid.limit_on), timezone.localdate()
    left = limit.days_left(today)
    return {"words": limits.warning(limit, today), "near": left is not None and left < warn_days}


def _aid(case: Case) -> LegalAid | None:
    return LegalAid.objects.filter(case=case).select_related("reported_by").first()


def _shared(case: Case) -> dict[str, Any]:
    acting = Assignment.objects.filter(case=case, ended_at=None).select_related("lawyer").first()
    aid = _aid(case)
    return {
        "acting": acting,
        "aid": aid,
        "clock": clock_of(aid, rules().warn_days),
        **selectors.work_of(case),
    }


def for_member(case: Case) -> dict[str, Any]:
    """Return the lawyer, the limit while it matters, and how much was done."""
    return _shared(case) | {"running": case.state in ("open", "mending")}


def for_desk(case: Case, user: User) -> dict[str, Any]:
    """Return the same with what a person may do."""
    shared = _shared(case)
    acting = shared["acting"]
    decides = case.state == "open" and cases.may_decide(user, case)
    is_lawyer = bool(acting and acting.lawyer.user_id == user.pk)
    at_work = case.state == "open" and case.stage_name == "work"
    return shared | {
        "may_choose": decides
        and user.has_perm("cases.assign_lawyer")
        and case.stage_name in ("assign", "work"),
        "may_write": at_work and acting and user.has_perm("cases.write_worknote") and (decides or is_lawyer),
        "outcomes": LegalAid.Outcome.choices,
        "token": uuid.uuid4(),
        "today": timezone.localdate(),
    }
