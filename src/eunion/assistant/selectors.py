"""Reads of the staff screens: entries with what waits of them, hit rates, what is under way."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from wagtail.models import ModelLogEntry

from eunion.assistant import weeks
from eunion.assistant.models import EntryApproval, Gap, HandOver, KnowledgeEntry, TrendAlert, Turn
from eunion.assistant.services import trends
from eunion.registry.models import Union, User
from eunion.registry.scope import Scope, scope_of

HITS_DAYS = 30


def entries_for(scope: Scope) -> QuerySet[KnowledgeEntry]:
    """Return the entries for everybody and those of the unions in scope."""
    if scope.everything:
        return KnowledgeEntry.objects.all()
    return KnowledgeEntry.objects.filter(
        Q(union=None) | Q(union__in=Union.objects.visible_to(scope).order_by().values("pk"))
    )


def returns() -> QuerySet[ModelLogEntry]:
    """Return what was noted when versions were sent back, newest first."""
    kind = ContentType.objects.get_for_model(KnowledgeEntry)
    return (
        ModelLogEntry.objects.filter(content_type=kind, action="assistant.return")
        .annotate(of_revision=Cast(KeyTextTransform("revision", "data"), IntegerField()))
        .order_by("-timestamp")
    )


def with_states(entries: QuerySet[Any]) -> QuerySet[Any]:
    """Add to each entry how many approved what waits (`approval_count`), and its `stage`."""
    counted = (
        EntryApproval.objects.filter(revision=OuterRef("latest_revision"))
        .order_by()
        .values("revision")
        .annotate(number=Count("user", distinct=True))
        .values("number")
    )
    sent_back = returns().filter(
        object_id=Cast(OuterRef("pk"), CharField()), of_revision=OuterRef("latest_revision_id")
    )
    # A withdrawn entry waits for nobody until it is written anew or someone begins to approve it again.
    at_rest = Q(first_published_at__isnull=False, latest_revision__created_at__lte=F("last_published_at"))
    return entries.annotate(
        approval_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        is_sent_back=Exists(sent_back),
        stage=Case(
            When(has_unpublished_changes=False, live=True, then=Value("live")),
            When(is_sent_back=True, then=Value("returned")),
            When(at_rest & Q(live=False, approval_count=0), then=Value("withdrawn")),
            default=Value("waiting"),
            output_field=CharField(),
        ),
    )


def with_hits(entries: QuerySet[Any]) -> QuerySet[Any]:
    """Add how often each entry answered in the last thirty days."""
    since = timezone.now() - datetime.timedelta(days=HITS_DAYS)
    counted = (
        Turn.objects.filter(entry=OuterRef("pk"), asked_at__gte=since)
        .order_by()
        .values("entry")
        .annotate(number=Count("id"))
        .values("number")
    )
    return entries.annotate(hit_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def waiting_entries(user: User) -> QuerySet[Any]:
    """Return the entries with a version that waits, and whether this person wrote or approved it."""
    mine = EntryApproval.objects.filter(revision=OuterRef("latest_revision"), user=user)
    return (
        with_states(entries_for(scope_of(user)))
        .filter(stage="waiting")
        .annotate(
            is_own=Case(
                When(latest_revision__user=user, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            is_approved_by_me=Exists(mine),
        )
        .select_related("latest_revision__user", "union", "owner")
        .order_by("latest_revision__created_at", "id")
    )


@dataclass(frozen=True)
class HitRate:
    """How an entry did: `trouble` is the share of its answers that did not help, drawn to zero while few asked."""

    entry: KnowledgeEntry
    asked: int
    up: int
    down: int
    rephrased: int
    by_person: int
    trouble: float


# An entry asked once and thumbed down is not yet worse than one asked fifty times and thumbed down thirty.
_DOUBT = 5


def hit_rates(*, since: datetime.datetime, user: User) -> list[HitRate]:
    """Return the entries that answered since a time, worst first; two queries."""
    turns = Turn.objects.visible_to(scope_of(user)).filter(asked_at__gte=since, entry__isnull=False)
    rows = (
        turns.order_by()
        .values("entry")
        .annotate(
            asked=Count("id"),
            up=Count("id", filter=Q(thumb__gt=0)),
            down=Count("id", filter=Q(thumb__lt=0)),
            again=Count("id", filter=Q(rephrased=True)),
            by_person=Count("id", filter=Q(state=Turn.State.CLOSED)),
            bad=Count("id", filter=Q(thumb__lt=0) | Q(rephrased=True) | Q(state=Turn.State.CLOSED)),
        )
    )
    found = list(rows)
    entries = KnowledgeEntry.objects.in_bulk([row["entry"] for row in found])
    rates = [
        HitRate(
            entries[row["entry"]],
            row["asked"],
            row["up"],
            row["down"],
            row["again"],
            row["by_person"],
            row["bad"] / (row["asked"] + _DOUBT),
        )
        for row in found
    ]
    return sorted(rates, key=lambda rate: (-rate.trouble, -rate.asked, rate.entry.pk))


def hand_overs_for(user: User) -> QuerySet[HandOver]:
    """Return the questions in scope that wait for a person, by deadline."""
    turns = Turn.objects.visible_to(scope_of(user)).order_by().values("pk")
    return HandOver.objects.filter(answered_at=None, turn__state=Turn.State.PASSED_ON, turn__in=turns)


def gaps_for(user: User) -> QuerySet[Gap]:
    """Return the gaps that any question in scope belongs to."""
    scope = scope_of(user)
    if scope.everything:
        return Gap.objects.all()
    turns = Turn.objects.visible_to(scope).filter(gap__isnull=False).order_by().values("gap")
    return Gap.objects.filter(pk__in=turns)


def alerts_for(user: User) -> QuerySet[TrendAlert]:
    """Return the alerts in scope."""
    return TrendAlert.objects.filter(trends.in_scope(scope_of(user)))


def under_way(user: User) -> dict[str, Any]:
    """Return the figures of the home panel, each None where the person may not look."""
    figures: dict[str, Any] = {
        "waiting": None,
        "overdue": None,
        "urgent": None,
        "gaps": None,
        "alerts": None,
        "reviews": None,
    }
    if user.has_perm("assistant.view_turn"):
        late = Count("id", filter=Q(due_at__lt=timezone.now()))
        urgent = Count("id", filter=Q(turn__urgent=True))
        found = hand_overs_for(user).order_by()
        figures |= found.aggregate(waiting=Count("id"), overdue=late, urgent=urgent)
    if user.has_perm("assistant.view_gap"):
        figures["gaps"] = gaps_for(user).filter(week=weeks.monday(), state=Gap.State.OPEN).count()
    if user.has_perm("assistant.view_trendalert"):
        figures["alerts"] = alerts_for(user).filter(seen_at=None).count()
    if user.has_perm("assistant.approve_knowledgeentry"):
        figures["reviews"] = (
            waiting_entries(user).filter(is_own=False, is_approved_by_me=False).order_by().count()
        )
    return figures
