"""What members will see of an offering that is still in the form: the members' own templates over unsaved rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from eunion.booking import shown
from eunion.booking.backoffice.forms import Page
from eunion.booking.courses.shown import for_session
from eunion.booking.models import Offering, Session
from eunion.booking.services import edit
from eunion.booking.services.place import opening_of
from eunion.registry.models import Union

# A row that is not in the database: relations of it are empty.
NOWHERE = 0


def preview_of(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the member's page; what is missing or wrong is left out of it, and said in the form."""
    offering = _offering(page)
    known = {session.pk for session in page.sessions_before}
    sessions = [_session(offering, one.cleaned_data, known) for one in _usable(page)]
    sessions.sort(key=lambda session: session.starts_at)
    common = {"tab": "home", "offering": offering, "rules": shown.rules_of(offering), "now": timezone.now()}
    if len(sessions) != 1 and request.POST.get("preview_of") != "session":
        return render(request, "booking/event.html", {**common, "sessions": sessions})
    if not sessions:
        return render(request, "booking/event.html", {**common, "sessions": []})
    session = sessions[0]
    context = {
        **common,
        "session": session,
        "view": _view(session),
        "opening": opening_of(session),
        **for_session(session),
        "draw": {} if offering.mode == Offering.Mode.LOTTERY else None,
    }
    return render(request, "booking/session.html", context)


def _usable(page: Page) -> list[Any]:
    needed = ("starts_at", "ends_at", "quota")
    forms = [one for one in page.sessions.forms if not one.cleaned_data.get("gone")]
    return [one for one in forms if all(one.cleaned_data.get(name) is not None for name in needed)]


def _offering(page: Page) -> Offering:
    told = page.form.cleaned_data
    fields = {name: value for name, value in told.items() if name in edit.RULES | edit.PROMISED}
    owner = page.offering.owner if page.offering else told.get("owner")
    offering = Offering(pk=NOWHERE, owner=owner or Union(name="（还没有选主办工会）"), **_filled(fields))
    offering.price_fen = int(told.get("price", 0) * 100)
    offering.title = offering.title or "（还没有标题）"
    offering._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "unions": told.get("unions") or [],
        "grids": told.get("grids") or [],
    }
    return offering


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has no value where the model wants one."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None or Offering._meta.get_field(name).null
    }


def _session(offering: Offering, told: dict[str, Any], known: set[int]) -> Session:
    fields = {name: value for name, value in told.items() if name in edit.DETAILS}
    pk = told.get("pk")
    return Session(pk=pk if pk in known else NOWHERE, offering=offering, **fields)


def _view(session: Session) -> shown.View:
    if session.closing <= timezone.now():
        return shown.View("closed", "报名已截止。")
    soon = session.opening and session.opening > timezone.now()
    return shown.View("soon" if soon else "open", key="preview")
