"""Reads of hardship assistance."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from eunion.cases import states
from eunion.cases.models import (
    Case,
    HardshipEntry,
    HardshipFile,
    HardshipKind,
    HardshipNotice,
    HardshipObjection,
    HardshipRecheck,
    HardshipStandard,
)
from eunion.registry.models import Member
from eunion.registry.scope import Scope


def standard_on(day: datetime.date | None = None) -> HardshipStandard | None:
    """Return the figures in force on a day (default today); None where none were kept yet."""
    day = day or timezone.localdate()
    return HardshipStandard.objects.filter(effective_on__lte=day).order_by("-effective_on").first()


def has_standing_file(member: Member | None, besides: Case | None = None) -> bool:
    """Say whether a member's household is being helped already, by another case than one."""
    if member is None:
        return False
    rows = HardshipFile.objects.standing().filter(member=member)
    return rows.exclude(case=besides).exists() if besides else rows.exists()


def shown_notices(now: datetime.datetime | None = None) -> QuerySet[HardshipNotice]:
    """Return the notices that stand now: their case waits at its notice and the period is not over."""
    now = now or timezone.now()
    return HardshipNotice.objects.filter(
        case__state=states.OPEN, case__stage_name="notice", case__due_at__gt=now
    ).select_related("case__union")


def files(scope: Scope, asked: dict[str, str]) -> QuerySet[HardshipFile]:
    """Return the files in scope by `kind`, `state` (standing, left, late), `q` (name, number, union)."""
    rows = HardshipFile.objects.visible_to(scope)
    if asked.get("kind") in HardshipKind.values:
        rows = rows.filter(kind=asked["kind"])
    state = asked.get("state", "standing")
    if state == "standing":
        rows = rows.standing()
    elif state == "left":
        rows = rows.exclude(left_on=None)
    elif state == "late":
        rows = rows.standing().filter(recheck_on__lt=timezone.localdate())
    words = asked.get("q", "").strip()[:40]
    if words:
        rows = rows.filter(
            Q(name__startswith=words) | Q(number__iexact=words) | Q(union__name__contains=words)
        )
    return rows.select_related("union").annotate(given=Sum("entries__amount_fen")).order_by("-id")


def entries(scope: Scope, asked: dict[str, Any]) -> QuerySet[HardshipEntry]:
    """Return the ledger in scope by `programme` (id), `year`, `q` (name, number of the file)."""
    rows = HardshipEntry.objects.filter(scope.unions("file__union__"))
    if str(asked.get("programme", "")).isdecimal():
        rows = rows.filter(programme_id=int(asked["programme"]))
    if str(asked.get("year", "")).isdecimal():
        rows = rows.filter(paid_on__year=int(asked["year"]))
    words = str(asked.get("q", "")).strip()[:40]
    if words:
        rows = rows.filter(Q(file__name__startswith=words) | Q(file__number__iexact=words))
    return rows.select_related(
        "file__union", "programme", "recorded_by", "corrects", "corrected_by"
    ).order_by("-paid_on", "-id")


def sums(rows: QuerySet[HardshipEntry]) -> list[dict[str, Any]]:
    """Return what was given, by year and programme: year, programme__name, fen, lines."""
    grouped = rows.order_by().annotate(year=ExtractYear("paid_on")).values("year", "programme__name")
    summed = grouped.annotate(fen=Sum("amount_fen"), lines=Count("pk"))
    return [dict(row) for row in summed.order_by("-year", "programme__name")]


def rechecks(scope: Scope, asked: dict[str, str]) -> QuerySet[HardshipRecheck]:
    """Return re-checks in scope by `state` (due, late, done)."""
    rows = HardshipRecheck.objects.filter(scope.unions("file__union__"))
    state = asked.get("state", "due")
    if state == "done":
        return (
            rows.exclude(done_at=None).select_related("file__union", "owner", "done_by").order_by("-done_at")
        )
    rows = rows.filter(done_at=None)
    if state == "late":
        rows = rows.filter(due_on__lt=timezone.localdate())
    return rows.select_related("file__union", "owner", "done_by").order_by("due_on", "id")


def notices(scope: Scope, asked: dict[str, str]) -> QuerySet[HardshipNotice]:
    """Return notices in scope with their counts of objections; `state` open: those with one that waits."""
    waiting = Count("objections", filter=Q(objections__state=HardshipObjection.State.OPEN))
    rows = HardshipNotice.objects.filter(scope.unions("case__union__")).annotate(
        said=Count("objections"), waiting=waiting
    )
    if asked.get("state") == "open":
        rows = rows.filter(waiting__gt=0)
    return rows.select_related("case__union").order_by("-began_at", "-id")


def own_file(member: Member) -> HardshipFile | None:
    """Return a member's newest file."""
    return HardshipFile.objects.filter(member=member).select_related("union").order_by("-id").first()
