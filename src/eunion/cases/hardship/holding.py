"""Why a hardship case must not pass its stage yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from eunion.cases.hardship.explained import outcome_of
from eunion.cases.hardship.selectors import has_standing_file
from eunion.cases.models import CaseEvent, HardshipObjection

if TYPE_CHECKING:
    from eunion.cases.declaration import Stage
    from eunion.cases.models import Case


def holding(case: Case, stage: Stage) -> str:
    """Return why a stage must not pass, or nothing."""
    if stage.name in ("federation", "filing"):
        return _without_kind(case) or _second_file(case)
    return _notice(case) if stage.name == "notice" else ""


def _without_kind(case: Case) -> str:
    from eunion.cases.application import application_of

    found = outcome_of(application_of(case))
    if found is None:
        return "还没有录入申请那天适用的帮扶标准，请先在“帮扶标准”里录入。"
    return "" if found.kind else "按申报的数字不符合任何一类困难，不能通过。"


def _second_file(case: Case) -> str:
    return "这户已经有在帮扶的档案。" if has_standing_file(case.member, besides=case) else ""


def _notice(case: Case) -> str:
    if case.due_at and timezone.now() < case.due_at:
        return f"公示期还没有满，到 {timezone.localtime(case.due_at):%-m月%-d日 %H:%M} 为止。"
    said = HardshipObjection.objects.filter(notice__case=case)
    if said.filter(state=HardshipObjection.State.OPEN).exists():
        return "有异议还没有核实，请先在“公示与异议”里处理。"
    upheld = said.filter(state=HardshipObjection.State.UPHELD).order_by("-decided_at").first()
    mended = CaseEvent.Kind.SUPPLEMENT
    if upheld and not case.events.filter(kind=mended, at__gt=upheld.decided_at).exists():
        return "有异议查实，请要求补正或不予通过。"
    return _another_kind(case)


def _another_kind(case: Case) -> str:
    """What was mended meanwhile may make another kind than the public was told."""
    from eunion.cases.application import application_of

    found, shown = outcome_of(application_of(case)), case.notice.kind
    return (
        "" if found and found.kind == shown else "补正以后类型和公示的不一样，请不予通过，让申请人重新提交。"
    )
