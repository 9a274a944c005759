"""Member screens of legal aid: lawyers' hours, one's own appointments, and the contract check."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.cases.declaration import SERVICES
from eunion.cases.legal import contract, selectors, slots
from eunion.cases.legal.rules import rules
from eunion.cases.legal.services import appointments
from eunion.cases.models import Appointment, Lawyer
from eunion.cases.services import drafts
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of

_KEPT = "legal_contract"


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """GET /services/legal/hours/?about=…: lawyers with their free half hours."""
    about = request.GET.get("about", "")
    lawyers = Lawyer.objects.filter(active=True)
    if about in Lawyer.Speciality.values:
        lawyers = lawyers.filter(specialities__contains=[about])
    rows = list(lawyers)
    free = slots.free(rows, timezone.now())
    offered = [(one, free[one.pk]) for one in rows if one.pk in free]
    offered.sort(key=lambda one: one[1][0].starts[0])
    context = {
        "tab": "home",
        "offered": offered,
        "about": about,
        "specialities": Lawyer.Speciality.choices,
        "rules": rules(),
    }
    return _fresh(render(request, "cases/legal/hours.html", context))


def _moment(text: str) -> datetime.datetime | None:
    """Return a moment as the list gave it, or nothing."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    # Far from today no hour is offered, and arithmetic would leave the calendar.
    return at if at.tzinfo and abs(at.year - timezone.localdate().year) <= 1 else None


@login_required
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /services/legal/hours/<lawyer>/?at=…: whom, when, who; POST (name, phone, topic) books it."""
    lawyer = get_object_or_404(Lawyer, public_id=public_id, active=True)
    starts_at = _moment(request.GET.get("at", ""))
    if starts_at is None:
        return redirect("legal_hours")
    user = signed_in(request)
    member = member_of(user)
    context: dict[str, Any] = {
        "tab": "home",
        "lawyer": lawyer,
        "starts_at": starts_at,
        "ends_at": starts_at + slots.SLOT,
        "rules": rules(),
        "typed": {"name": member.name if member else "", "phone": member.phone if member else user.phone},
    }
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("name", "phone", "topic")}
        try:
            appointments.book(lawyer=lawyer, starts_at=starts_at, user=user, **typed)
            return redirect("legal_appointments")
        except DomainError as problem:
            context |= {"typed": typed, "error": problem.message, "status": problem.status}
    return _fresh(render(request, "cases/legal/book.html", context, status=context.get("status", 200)))


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """GET /me/legal/appointments/: my half hours."""
    return _mine(request)


def _mine(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    rows = list(selectors.own_appointments(signed_in(request)))
    context = {
        "tab": "me",
        "coming": sorted(
            (one for one in rows if one.state == "booked" and one.starts_at > now),
            key=lambda one: one.starts_at,
        ),
        "past": [one for one in rows if one.state != "booked" or one.starts_at <= now],
        "cancellable": {one.pk for one in rows if appointments.may_cancel(one, now)},
        "rules": rules(),
        "error": error,
    }
    return _fresh(render(request, "cases/legal/appointments.html", context, status=status))


@login_required
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /me/legal/appointments/<id>/cancel/: give my half hour back."""
    user = signed_in(request)
    found = get_object_or_404(Appointment, public_id=public_id, user=user)
    try:
        appointments.cancel(appointment=found, user=user)
    except DomainError as problem:
        return _mine(request, problem.message, problem.status)
    return redirect("legal_appointments")


def _answers(request: HttpRequest) -> dict[str, str]:
    known = {question.name for question in contract.QUESTIONS}
    return {name: value for name, value in request.POST.items() if name in known and value in ("yes", "no")}


@require_http_methods(["GET", "POST"])
def check_contract(request: HttpRequest) -> HttpResponse:
    """GET or POST /services/legal/contract/: the questions; POST what the answers mean. Nothing is stored."""
    answers = _answers(request)
    shown = [
        (group.title, [(one, answers.get(one.name, "")) for one in group.questions])
        for group in contract.GROUPS
    ]
    context: dict[str, Any] = {"tab": "home", "groups": shown}
    if request.method == "POST":
        found = contract.reviewed(answers)
        context |= {
            "done": True,
            "answers": answers,
            "answered": len(answers),
            "illegal": [one for one in found if one.kind == "illegal"],
            "missing": [one for one in found if one.kind == "missing"],
        }
    return _fresh(render(request, "cases/legal/contract.html", context))


@require_http_methods(["GET", "POST"])
def keep_contract(request: HttpRequest) -> HttpResponse:
    """GET or POST /services/legal/contract/keep/: put what was found into one's draft; what is typed there stays.

    Who has yet to sign in comes back by GET, the answers wait in their session.
    """
    answers = _answers(request) or request.session.get(_KEPT, {})
    if not answers:
        return redirect("legal_contract")
    if not request.user.is_authenticated:
        request.session[_KEPT] = answers
        return redirect(f"{reverse('signin')}?{urlencode({'next': request.path})}")
    request.session.pop(_KEPT, None)
    words = contract.as_text(contract.reviewed(answers))
    draft = drafts.open_draft(service=SERVICES["legal"], user=signed_in(request))
    known = draft.answers
    story = str(known.get("story", ""))
    changes: dict[str, Any] = {
        "what": known.get("what") or "advice",
        "claims": known.get("claims") or ["contract"],
    }
    if words not in story:
        changes["story"] = f"{story}\n{words}".strip()
    drafts.save(case=draft, changes=changes)
    return redirect("service_apply", "legal")
