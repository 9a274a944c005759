"""Topics on the rise: a week's questions by topic and grid against the mean of the four weeks before."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from eunion.assistant import weeks
from eunion.assistant.models import TrendAlert, Turn
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import Grid, User
from eunion.registry.scope import Scope, scope_of

# A topic is on the rise from this many questions on, if they are this many times the mean of the weeks before …
LEAST = 5
TIMES = 3.0
WEEKS_BEFORE = 4
# … and do not all come from one person.
ASKERS_LEAST = 2
# The weeks before tell something only if people asked from their first on, and this often in all: in the first weeks of an
# installation every topic is new.
BEFORE_LEAST = 20

# (topic, grid or None for the district) → one (channel, sender) a question.
_Counts = dict[tuple[str, int | None], list[tuple[str, str]]]


def find_trends(week: datetime.date) -> list[TrendAlert]:
    """Return the alerts of a week, made or brought up to date; what was seen stays seen.

    None while the weeks before tell too little to compare with.
    """
    week = weeks.monday(week)
    begin, end = weeks.bounds(week)
    now = _counts(begin, end)
    start, _ = weeks.bounds(week - datetime.timedelta(weeks=WEEKS_BEFORE))
    if not _has_history(start, begin):
        return []
    before = _counts(start, begin)
    alerts = []
    for (topic, grid), askers in sorted(now.items(), key=lambda pair: (pair[0][0], pair[0][1] or 0)):
        mean = len(before.get((topic, grid), ())) / WEEKS_BEFORE
        if len(askers) >= LEAST and len(askers) >= TIMES * mean and len(set(askers)) >= ASKERS_LEAST:
            which: dict[str, Any] = {"week": week, "topic": topic, "grid_id": grid}
            found = {"turn_count": len(askers), "before": mean}
            alert, _ = TrendAlert.objects.update_or_create(**which, defaults=found)
            alerts.append(alert)
    return alerts


def _has_history(begin: datetime.datetime, end: datetime.datetime) -> bool:
    """Return whether people asked in the first of the weeks before, or earlier, and often enough since."""
    asked = Turn.objects.exclude(state=Turn.State.SLOWED).filter(asked_at__lt=end)
    from_the_first_on = asked.filter(asked_at__lt=begin + datetime.timedelta(weeks=1)).exists()
    return from_the_first_on and asked.filter(asked_at__gte=begin).count() >= BEFORE_LEAST


def _counts(begin: datetime.datetime, end: datetime.datetime) -> _Counts:
    found: _Counts = defaultdict(list)
    turns = Turn.objects.filter(asked_at__gte=begin, asked_at__lt=end).exclude(topic="")
    asked = turns.exclude(state=Turn.State.SLOWED).order_by()
    for topic, grid, channel, sender in asked.values_list("topic", "grid", "channel", "sender").iterator():
        found[topic, None].append((channel, sender))
        if grid is not None:
            found[topic, grid].append((channel, sender))
    return found


def in_scope(scope: Scope) -> Q:
    """Return the filter for alerts that a scope covers: those of its grids; the district's for the federation."""
    if scope.everything:
        return Q()
    district = Q(grid=None) if any(len(path) == 4 for path in scope.union_paths) else Q(pk__in=[])
    return Q(grid__in=Grid.objects.visible_to(scope)) | district


def mark_seen(*, alert: TrendAlert, user: User) -> None:
    """Note that someone has taken an alert up; the first who did stays. Raises NotAllowed."""
    seen = TrendAlert.objects.filter(in_scope(scope_of(user)), pk=alert.pk)
    if not user.has_perm("assistant.change_trendalert") or not seen.exists():
        raise NotAllowed
    with transaction.atomic():
        if TrendAlert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=timezone.now(), seen_by=user):
            audit.record(actor=user, action="assistant.alert_seen", target=alert)
