"""A lawyer's half hours: the weekly hours without days off, what is taken and what is past."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from eunion.cases.legal.rules import rules
from eunion.cases.models import AdviceHours, Appointment, DayOff, Lawyer

SLOT = datetime.timedelta(minutes=30)
FREED = (Appointment.State.CANCELLED, Appointment.State.CALLED_OFF)


@dataclass(frozen=True)
class Day:
    """One day's free half hours of a lawyer."""

    day: datetime.date
    starts: list[datetime.datetime]


def moments(hours: Iterable[AdviceHours], day: datetime.date) -> Iterator[datetime.datetime]:
    """Yield the beginnings of a day's slots; a rest shorter than a slot is left out."""
    zone = timezone.get_default_timezone()
    for one in hours:
        if one.weekday != day.isoweekday():
            continue
        at = datetime.datetime.combine(day, one.begins, zone)
        end = datetime.datetime.combine(day, one.ends, zone)
        while at + SLOT <= end:
            yield at
            at += SLOT


def free(lawyers: Iterable[Lawyer], now: datetime.datetime) -> dict[int, list[Day]]:
    """Return the free half hours of the coming days, lawyer id → days that have any. Four queries for all of them."""
    lawyers = list(lawyers)
    today = timezone.localdate(now)
    days = [today + datetime.timedelta(days=ahead) for ahead in range(rules().ahead_days + 1)]
    off = set(DayOff.objects.filter(lawyer__in=lawyers, day__gte=today).values_list("lawyer_id", "day"))
    taken = set(
        Appointment.objects.filter(lawyer__in=lawyers, starts_at__gte=now)
        .exclude(state__in=FREED)
        .values_list("lawyer_id", "starts_at")
    )
    hours: dict[int, list[AdviceHours]] = {}
    for one in AdviceHours.objects.filter(lawyer__in=lawyers):
        hours.setdefault(one.lawyer_id, []).append(one)
    found: dict[int, list[Day]] = {}
    for lawyer in lawyers:
        for day in days:
            if (lawyer.pk, day) in off:
                continue
            all_of_day = moments(hours.get(lawyer.pk, []), day)
            starts = [at for at in all_of_day if at > now and (lawyer.pk, at) not in taken]
            if starts:
                found.setdefault(lawyer.pk, []).append(Day(day, starts))
    return found


def is_offered(lawyer: Lawyer, starts_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Say whether a moment is one of a lawyer's free half hours."""
    return any(starts_at in day.starts for day in free([lawyer], now).get(lawyer.pk, []))
