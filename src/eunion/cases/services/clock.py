"""What time does to cases: public notices end, late cases go up, those who were asked for more are reminded."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from eunion.cases import states
from eunion.cases.models import Case
from eunion.cases.services import desks, review, tell
from eunion.cases.services.events import Kind, locked, write
from eunion.kernel.errors import DomainError
from eunion.kernel.workdays import add_workdays

_SLICE = 200
ESCALATE_AGAIN = datetime.timedelta(days=1)


def tick(*, now: datetime.datetime | None = None) -> int:
    """Do what is due, each case in its own transaction: killed at any point, the next run goes on. Return how many."""
    now = now or timezone.now()
    late = Q(escalated_at=None) | Q(escalated_at__lt=now - ESCALATE_AGAIN)
    rows = Case.objects.running().filter(late, due_at__lt=now).order_by("due_at")
    return sum(_one(case, now) for case in rows[:_SLICE])


def _one(case: Case, now: datetime.datetime) -> bool:
    stage = case.stage
    if case.state == states.OPEN and stage and stage.public_days:
        try:
            review.pass_stage(case=case, user=None, version=case.version)
            return True
        except DomainError:
            pass  # something holds it: it is late, and goes up
    return _late(case, now)


@transaction.atomic
def _late(case: Case, now: datetime.datetime) -> bool:
    kept = locked(case)
    if kept.version != case.version or kept.state not in states.RUNNING:
        return False  # somebody was quicker
    if kept.state == states.MENDING:
        event = write(kept, Kind.REMIND, actor=None, words="请尽快补充材料，过期可能无法继续办理。")
        kept.due_at = add_workdays(now, kept.service.mend_workdays)
    else:
        above = desks.above(kept, kept.stage) if kept.stage else None
        event = write(kept, Kind.ESCALATE, actor=None, note=f"超期，转给{above}" if above else "超期")
        kept.owner = above or kept.owner
    kept.escalated_at = now
    kept.save()
    tell.tell_member(event)
    return True
