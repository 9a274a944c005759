"""The member's own places in plans."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from eunion.cases import selectors as cases
from eunion.cases.medical import selectors
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """GET /me/medical/: which plans I am in, since when I am covered, what has been paid, my claims."""
    user = signed_in(request)
    member = member_of(user)
    context = {
        "tab": "me",
        "places": selectors.places_of(member) if member else [],
        "claims": cases.own(user).filter(service_name="medical")[:20],
    }
    response = render(request, "cases/medical/mine.html", context)
    response["Cache-Control"] = "no-store"
    return response
