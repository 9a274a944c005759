"""Reads over legal aid: the roster with its load, a calendar, a lawyer's cases, the figures."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Avg, Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from eunion.cases import policies
from eunion.cases.declaration import SERVICES
from eunion.cases.legal import conflicts
from eunion.cases.legal.policies import given_to
from eunion.cases.models import Appointment, Assignment, Case, Lawyer, LegalAid, WorkNote
from eunion.registry.models import User

COMING = datetime.timedelta(days=7)


def roster(asked: dict[str, str]) -> QuerySet[Lawyer]:
    """Return the lawyers with their running cases and the half hours booked for the coming week."""
    now = timezone.now()
    rows = Lawyer.objects.annotate(
        load=Count(
            "assignments",
            filter=Q(assignments__ended_at=None, assignments__case__state__in=conflicts.RUNNING),
            distinct=True,
        ),
        coming=Count(
            "appointments",
            filter=Q(
                appointments__state=Appointment.State.BOOKED,
                appointments__starts_at__range=(now, now + COMING),
            ),
            distinct=True,
        ),
    )
    if asked.get("speciality") in Lawyer.Speciality.values:
        rows = rows.filter(specialities__contains=[asked["speciality"]])
    if asked.get("state") != "all":
        rows = rows.filter(active=asked.get("state") != "off")
    words = asked.get("q", "").strip()[:40]
    if words:
        rows = rows.filter(Q(name__startswith=words) | Q(firm__contains=words) | Q(licence=words))
    return rows.order_by("-active", "name", "pk")


def appointments_of(lawyer: Lawyer, since: datetime.date, until: datetime.date) -> QuerySet[Appointment]:
    """Return a lawyer's half hours of some days, whoever came or not."""
    rows = Appointment.objects.filter(lawyer=lawyer, starts_at__date__range=(since, until))
    return rows.exclude(state=Appointment.State.CANCELLED)


def own_appointments(user: User) -> QuerySet[Appointment]:
    """Return a person's half hours, the next first, then the past ones."""
    rows = Appointment.objects.filter(user=user).select_related("lawyer")
    return rows.order_by("-starts_at")[:50]  # type: ignore[return-value]


def cases_of(user: User) -> QuerySet[Case]:
    """Return the cases in which a person acts, those with the nearest limit first."""
    given = given_to(user)
    if given is None:
        return Case.objects.none()
    rows = policies.seen_by(user).filter(given, service_name="legal").select_related("legal")
    return rows.annotate(last_note=Max("work_notes__done_on")).order_by(
        F("closed_at").desc(nulls_first=True), F("legal__limit_on").asc(nulls_last=True), "-id"
    )


def work_of(case: Case) -> dict[str, Any]:
    """Return a case's work notes with the time they took together, in minutes."""
    notes = list(case.work_notes.select_related("lawyer"))  # type: ignore[attr-defined]
    return {"notes": notes, "minutes": sum(one.minutes for one in notes)}


def figures(user: User, since: datetime.date, until: datetime.date) -> dict[str, Any]:
    """Return the figures of cases submitted in a period, within the person's scope. Money in fen."""
    rows = policies.seen_by(user).filter(
        service_name="legal", submitted_at__date__gte=since, submitted_at__date__lte=until
    )
    aids = LegalAid.objects.filter(case__in=rows)
    assigned = Assignment.objects.filter(case__in=rows, case__legal__accepted_at__isnull=False)
    whole = rows.aggregate(
        submitted=Count("pk"),
        running=Count("pk", filter=Q(state__in=conflicts.RUNNING)),
        done=Count("pk", filter=Q(state=Case.State.DONE)),
        refused=Count("pk", filter=Q(state=Case.State.REFUSED)),
        stars=Avg("stars"),
    )
    whole |= aids.aggregate(
        accepted=Count("pk", filter=Q(accepted_at__isnull=False)), recovered=Sum("recovered_fen")
    )
    whole["minutes"] = WorkNote.objects.filter(case__in=rows).aggregate(sum=Sum("minutes"))["sum"] or 0
    took = assigned.aggregate(took=Avg(F("assigned_at") - F("case__legal__accepted_at")))["took"]
    whole["days_to_lawyer"] = round(took.total_seconds() / 86400, 1) if took is not None else None
    outcomes = dict(aids.exclude(outcome="").order_by().values_list("outcome").annotate(count=Count("pk")))
    return {
        "whole": whole,
        "refused": _reasons(rows),
        "outcomes": [
            (label, outcomes[value]) for value, label in LegalAid.Outcome.choices if value in outcomes
        ],
        "lawyers": _by_lawyer(rows),
    }


def _reasons(rows: QuerySet[Case]) -> list[tuple[str, int]]:
    """Return how many were refused for which of the usual reasons; one's own words count as another."""
    usual = SERVICES["legal"].refuse_reasons
    counted: dict[str, int] = {}
    for outcome in rows.filter(state=Case.State.REFUSED).values_list("outcome", flat=True):
        reason = next((one for one in usual if outcome.startswith(one)), "其他原因")
        counted[reason] = counted.get(reason, 0) + 1
    return sorted(counted.items(), key=lambda one: -one[1])


def _by_lawyer(rows: QuerySet[Case]) -> list[Any]:
    """Return the lawyers who acted, with their cases, the time they took (minutes) and what was recovered (fen)."""
    minutes = dict(
        WorkNote.objects.filter(case__in=rows).order_by().values_list("lawyer").annotate(sum=Sum("minutes"))
    )
    found: list[Any] = list(
        Lawyer.objects.filter(assignments__ended_at=None, assignments__case__in=rows)
        .annotate(
            acted=Count("assignments__case", distinct=True),
            open=Count(
                "assignments__case", filter=Q(assignments__case__state__in=conflicts.RUNNING), distinct=True
            ),
            recovered=Sum("assignments__case__legal__recovered_fen"),
        )
        .order_by("-acted", "pk")
    )
    for one in found:
        one.minutes = minutes.get(one.pk, 0)
    return found
