"""Every event of a case is written here: under the case's lock, once, in order."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone

from eunion.cases import states
from eunion.cases.errors import ChangedMeanwhile
from eunion.cases.models import Case, CaseEvent
from eunion.registry.models import User

Kind = CaseEvent.Kind


def locked(case: Case, *, version: int | None = None) -> Case:
    """Return a case with its row locked. Raises ChangedMeanwhile when it is no longer the version that was seen."""
    rows = Case.objects.select_for_update(of=("self",)).select_related(
        "union", "desk", "member", "owner", "user"
    )
    found = rows.get(pk=case.pk)
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


def write(
    case: Case,
    kind: str,
    *,
    actor: User | None,
    words: str = "",
    note: str = "",
    record: dict[str, Any] | None = None,
) -> CaseEvent:
    """Move a locked case along the table and append the event. Raises WrongState. The caller saves the case."""
    case.state = states.after(case.state, kind)
    if case.state in states.CLOSED:
        case.closed_at = case.closed_at or timezone.now()
        case.days_left = None
    else:
        case.closed_at = None
    case.version += 1
    typed = json.dumps(record, ensure_ascii=False) if record else ""
    last = (
        CaseEvent.objects.filter(case=case).order_by("-number").values_list("number", flat=True).first() or 0
    )
    return CaseEvent.objects.create(
        case=case,
        number=last + 1,
        kind=kind,
        stage_name=case.stage_name,
        actor=actor,
        words=words[:500],
        note=note[:500],
        typed=typed,
    )
