"""A lawyer's calendar: the weekly hours, days without advice, who comes; the lawyer keeps their own."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.legal import selectors, slots
from eunion.cases.legal.policies import lawyer_of
from eunion.cases.legal.services import appointments, roster
from eunion.cases.models import Appointment, Lawyer
from eunion.cases.models.legal import WEEKDAYS
from eunion.kernel.console import day
from eunion.kernel.errors import DomainError, Invalid, NotAllowed
from eunion.registry.scope import signed_in

may_write = permission_required("cases.write_worknote", raise_exception=True)
HOURS_MOST = 14
WEEK = datetime.timedelta(days=7)


@require_GET
@permission_required("cases.act_lawyer", raise_exception=True)
def own(request: HttpRequest) -> HttpResponse:
    """GET /admin/legal-hours/: a lawyer's own calendar."""
    lawyer = lawyer_of(signed_in(request))
    if lawyer is None:
        raise NotAllowed("您的账号还没有和律师名册关联，请找总工会办件员。")
    return redirect("legal_calendar", lawyer.public_id)


@require_GET
@may_write
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/lawyers/<id>/calendar/?week=2026-11-23: one week."""
    lawyer = get_object_or_404(Lawyer, public_id=public_id)
    appointments.check_may_keep(signed_in(request), lawyer)
    return _shown(request, lawyer)


def _shown(request: HttpRequest, lawyer: Lawyer, error: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    asked = day(request.GET.get("week"), today)
    monday = asked - datetime.timedelta(days=asked.weekday())
    hours = list(lawyer.hours.all())
    context: dict[str, Any] = {
        "lawyer": lawyer,
        "days": _week(lawyer, monday, hours),
        "before": monday - WEEK,
        "after": monday + WEEK,
        "monday": monday,
        "today": today,
        "now": timezone.now(),
        "weekdays": WEEKDAYS,
        "hours": [*hours, *[None] * min(3, HOURS_MOST - len(hours))],
        "off": lawyer.days_off.filter(day__gte=today),
        "error": error,
    }
    return render(request, "cases/legal/admin/calendar.html", context, status=status)


def _week(lawyer: Lawyer, monday: datetime.date, hours: list[Any]) -> list[dict[str, Any]]:
    """Return seven days, each with its slots and who has them."""
    sunday = monday + datetime.timedelta(days=6)
    taken: dict[datetime.date, list[Appointment]] = {}
    for one in selectors.appointments_of(lawyer, monday, sunday):
        taken.setdefault(timezone.localtime(one.starts_at).date(), []).append(one)
    off = {one.day: one for one in lawyer.days_off.filter(day__range=(monday, sunday))}
    found = []
    for ahead in range(7):
        date = monday + datetime.timedelta(days=ahead)
        there = {one.starts_at: one for one in taken.get(date, [])}
        now = timezone.now()
        # What nobody took and is past is of no use to anyone.
        open_at = [] if date in off else [at for at in slots.moments(hours, date) if at > now]
        starts = sorted({*open_at, *there})
        found.append({"day": date, "off": off.get(date), "slots": [(at, there.get(at)) for at in starts]})
    return found


def _typed_hours(request: HttpRequest) -> list[roster.Hours]:
    found = []
    sent = (request.POST.getlist(name)[:HOURS_MOST] for name in ("weekday", "begins", "ends"))
    for weekday, begins, ends in zip(*sent, strict=False):
        if not begins and not ends:
            continue
        try:
            hours = roster.Hours(
                int(weekday), datetime.time.fromisoformat(begins), datetime.time.fromisoformat(ends)
            )
        except ValueError:
            raise Invalid("请把时间填完整，例如 09:00 到 11:30。") from None
        if not 1 <= hours.weekday <= 7:
            raise Invalid("请选择星期几。")
        found.append(hours)
    return found


def _day(request: HttpRequest) -> datetime.date:
    try:
        return datetime.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Invalid("请选择日期。") from None


@require_POST
@may_write
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/calendar/change/ (what: hours, close, open, call_off, came, missed, phone): change the calendar."""
    lawyer, user = get_object_or_404(Lawyer, public_id=public_id), signed_in(request)
    what = request.POST.get("what", "")
    try:
        if what == "hours":
            roster.keep_hours(lawyer=lawyer, hours=_typed_hours(request), user=user)
            flash.success(request, "每周的咨询时间已保存，已约好的不受影响。")
        elif what == "close":
            why = request.POST.get("why", "")
            count = roster.close_day(lawyer=lawyer, day=_day(request), why=why, user=user)
            flash.success(request, f"这一天停诊，已通知 {count} 位预约的人。")
        elif what == "open":
            roster.open_day(lawyer=lawyer, day=_day(request), user=user)
        else:
            _one_of(request, lawyer, what)
    except NotAllowed:
        raise
    except DomainError as problem:
        return _shown(request, lawyer, problem.message, problem.status)
    return redirect(request.get_full_path().replace("change/", ""))


def _one_of(request: HttpRequest, lawyer: Lawyer, what: str) -> None:
    found = get_object_or_404(Appointment, lawyer=lawyer, public_id=request.POST.get("appointment", ""))
    user = signed_in(request)
    if what == "call_off":
        appointments.call_off(appointment=found, user=user, why=request.POST.get("why", ""))
        flash.success(request, "已取消并通知本人。")
    elif what == "phone":
        flash.info(request, f"{found.name}：{appointments.see_phone(appointment=found, user=user)}")
    elif what in ("came", "missed"):
        appointments.mark(appointment=found, user=user, came=what == "came")
    else:
        raise Invalid("请选择要做什么。")
