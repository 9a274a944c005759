"""What the screens share: which rows a person may open, and the words of a refusal."""

from __future__ import annotations

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from eunion.booking.models import Offering, Session
from eunion.kernel.errors import DomainError
from eunion.registry.scope import scope_of, signed_in

may_view = permission_required("booking.view_offering", raise_exception=True)
may_see_claims = permission_required("booking.view_claim", raise_exception=True)


def offering_of(request: HttpRequest, public_id: str) -> Offering:
    """Return an offering of the person's own unions, or answer 404."""
    visible = Offering.objects.visible_to(scope_of(signed_in(request)))
    return get_object_or_404(visible.select_related("owner", "season", "created_by"), public_id=public_id)


def session_of(request: HttpRequest, public_id: str) -> Session:
    """Return a session of the person's own unions, or answer 404."""
    visible = Session.objects.visible_to(scope_of(signed_in(request)))
    return get_object_or_404(visible.select_related("offering__owner"), public_id=public_id)


def tell_refusal(request: HttpRequest, problem: DomainError) -> None:
    """Show what a service refused, on the page that comes next."""
    flash.error(request, problem.message)
