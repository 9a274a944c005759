"""Reads over cases: the member's own, a clerk's queue, what the guide says, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from eunion.cases import policies, states
from eunion.cases.declaration import SERVICES, Service, Stage
from eunion.cases.models import Case, CaseEvent
from eunion.registry.models import User

# What a member sees of a case's course; the rest is between colleagues.
TOLD = [
    kind
    for kind in CaseEvent.Kind
    if kind not in (CaseEvent.Kind.NOTE, CaseEvent.Kind.ASSIGN, CaseEvent.Kind.RATE)
]


@dataclass(frozen=True)
class Step:
    """One stage on the member's timeline: done, now or to come."""

    stage: Stage
    when: str


def steps(case: Case) -> list[Step]:
    """Return the stages of a case with where it stands."""
    stages = list(case.service.stages)
    names = [stage.name for stage in stages]
    at = names.index(case.stage_name) if case.stage_name in names else 0
    ended = case.state == states.DONE
    return [
        Step(stage, "done" if ended or place < at else "now" if place == at else "later")
        for place, stage in enumerate(stages)
    ]


def events_told(case: Case) -> QuerySet[CaseEvent]:
    """Return what the member is told of a case, newest first."""
    return case.events.filter(kind__in=TOLD).order_by("-number")


def own(user: User) -> QuerySet[Case]:
    """Return a person's cases and drafts, running ones first."""
    rows = Case.objects.filter(Q(user=user) | Q(member__user=user))
    return rows.select_related("desk").order_by(F("closed_at").desc(nulls_first=True), "-id")


def queue(user: User, asked: dict[str, str]) -> QuerySet[Case]:
    """Return what a clerk sees, by deadline: `mine` (default), `desk` (mine to decide), `all`; filters on top."""
    rows = policies.seen_by(user)
    view = asked.get("view", "mine")
    if view == "mine":
        rows = rows.running().filter(owner=user)
    elif view == "desk":
        from eunion.registry.scope import scope_of

        rows = rows.running().filter(scope_of(user).unions("desk__"))
    if asked.get("service") in SERVICES:
        rows = rows.filter(service_name=asked["service"])
    if asked.get("state") in Case.State.values:
        rows = rows.filter(state=asked["state"])
    if asked.get("stage"):
        rows = rows.filter(stage_name=asked["stage"])
    if asked.get("late"):
        rows = rows.running().filter(due_at__lt=timezone.now())
    words = asked.get("q", "").strip()[:40]
    if words:
        rows = rows.filter(
            Q(number__iexact=words) | Q(applicant__startswith=words) | Q(union__name__contains=words)
        )
    order = F("due_at").asc() if view != "all" else F("id").desc()
    return rows.select_related("union", "desk", "owner").order_by(order, "-id")


def counts(user: User) -> dict[str, int]:
    """Return how much waits for a clerk: mine, of those late, and on the desks in scope without an owner."""
    now = timezone.now()
    return (
        policies.seen_by(user)
        .running()
        .aggregate(
            mine=Count("pk", filter=Q(owner=user)),
            late=Count("pk", filter=Q(owner=user, due_at__lt=now)),
            ownerless=Count("pk", filter=Q(owner=None)),
        )
    )


def figures(user: User, service: Service, since: Any, until: Any) -> dict[str, Any]:
    """Return a service's figures for cases submitted in a period, within the person's scope."""
    rows = policies.seen_by(user).filter(
        service_name=service.name, submitted_at__date__gte=since, submitted_at__date__lte=until
    )
    now = timezone.now()
    whole = rows.aggregate(
        submitted=Count("pk"),
        running=Count("pk", filter=Q(state__in=states.RUNNING)),
        done=Count("pk", filter=Q(state=states.DONE)),
        refused=Count("pk", filter=Q(state=states.REFUSED)),
        withdrawn=Count("pk", filter=Q(state=states.WITHDRAWN)),
        late=Count("pk", filter=Q(state__in=states.RUNNING, due_at__lt=now)),
        escalated=Count("pk", filter=_had(CaseEvent.Kind.ESCALATE)),
        mended=Count("pk", filter=_had(CaseEvent.Kind.MEND)),
        rated=Count("stars"),
        stars=Avg("stars"),
        took=Avg(F("closed_at") - F("submitted_at")),
    )
    by_stage = dict(rows.running().order_by().values_list("stage_name").annotate(count=Count("pk")))
    months = rows.annotate(month=TruncMonth("submitted_at")).order_by("month").values_list("month")
    return {
        "whole": whole,
        "stages": [(stage, by_stage.get(stage.name, 0)) for stage in service.stages],
        "months": list(months.annotate(count=Count("pk"))),
        "counted": [
            (field, _split(rows, field.name, dict(field.choices)))
            for field in service.fields()
            if field.counted
        ],
    }


def _had(kind: str) -> Q:
    """Say that a case had an event of a kind, without counting the case once an event."""
    return Q(Exists(CaseEvent.objects.filter(case=OuterRef("pk"), kind=kind)))


def _split(rows: QuerySet[Case], name: str, labels: dict[str, str]) -> list[tuple[str, int]]:
    """Return how many chose what; yes_no and choices alike."""
    labels = labels or {"yes": "是", "no": "否"}
    found = rows.order_by().values_list(f"facts__{name}").annotate(count=Count("pk"))
    counted: dict[str, int] = {}
    for chosen, count in found:
        for one in chosen if isinstance(chosen, list) else [chosen]:
            counted[one] = counted.get(one, 0) + count
    return [(label, counted[value]) for value, label in labels.items() if counted.get(value)]


def colleagues(user: User) -> list[User]:
    """Return the staff below or beside a person who may handle cases, by name."""
    from eunion.registry.scope import scope_of

    rows = User.objects.filter(is_active=True, groups__permissions__codename="handle_case").filter(
        scope_of(user).unions("scopes__union__")
    )
    return sorted(rows.distinct(), key=str)
