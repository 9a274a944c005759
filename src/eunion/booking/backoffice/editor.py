"""新建 and 修改: one page for an offering with its sessions, and what members will see beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import ModelLogEntry

from eunion.booking.backoffice.forms import Page
from eunion.booking.backoffice.preview import preview_of
from eunion.booking.backoffice.reach import offering_of
from eunion.booking.errors import ChangedMeanwhile
from eunion.booking.models import Offering
from eunion.booking.services import save
from eunion.kernel.errors import DomainError
from eunion.kernel.ids import new_public_id
from eunion.registry.models import User
from eunion.registry.scope import signed_in

KEY_LENGTH = 16


@require_http_methods(["GET", "POST"])
@permission_required("booking.add_offering", raise_exception=True)
def add(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/offerings/add/: a new draft; the same page sent twice makes one."""
    user = signed_in(request)
    page = Page(user=user, offering=None, data=request.POST if request.method == "POST" else None)
    sent = request.POST.get("key", "")
    key = sent if len(sent) == KEY_LENGTH and sent.isalnum() else new_public_id()
    context: dict[str, Any] = {"key": key}
    if request.method == "POST" and page.is_valid():
        try:
            made = save.save_new(
                user=user, owner=page.form.cleaned_data["owner"], draft=page.draft(), key=key
            )
        except DomainError as problem:
            return _show(request, page, {**context, "error": problem.message}, problem.status)
        flash.success(request, f"“{made}”已存为草稿，会员还看不到。检查好了再发布。")
        return redirect("booking_offering", made.public_id)
    return _show(request, page, context)


@require_http_methods(["GET", "POST"])
@permission_required("booking.change_offering", raise_exception=True)
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/offerings/<id>/edit/: change it; who would overwrite a colleague's change is told."""
    user, offering = signed_in(request), offering_of(request, public_id)
    version = save.version_of(offering)
    page = Page(user=user, offering=offering, data=request.POST if request.method == "POST" else None)
    context = {"version": request.POST.get("version", version)}
    if request.method == "POST" and page.is_valid():
        try:
            save.save_changes(
                offering=offering, user=user, draft=page.draft(), version=request.POST.getlist("version")[-1]
            )
        except ChangedMeanwhile as problem:
            told = {
                "error": problem.message,
                "newest": version,
                "theirs": _theirs(offering),
                "last": _last(offering),
            }
            return _show(request, page, {**context, **told}, problem.status)
        except DomainError as problem:
            return _refused(request, page, context, problem)
        flash.success(request, f"“{offering}”已保存。")
        return redirect("booking_offering", offering.public_id)
    return _show(request, page, context)


def _refused(request: HttpRequest, page: Page, context: dict[str, Any], problem: DomainError) -> HttpResponse:
    """Say a service's refusal where the person typed: at the field or the session it is about, else on top."""
    place, name = problem.detail.get("session"), problem.detail.get("field")
    if place is None and name is None:
        return _show(request, page, {**context, "error": problem.message}, problem.status)
    form = page.form if place is None else page.sessions.forms[place]
    form.add_error("price" if name == "price_fen" else name, problem.message)
    return _show(request, page, context, problem.status)


def _show(request: HttpRequest, page: Page, context: dict[str, Any], status: int = 200) -> HttpResponse:
    wrong = page.wrong() if page.form.is_bound else []
    offering = page.offering
    context |= {
        "offering": offering,
        "form": page.form,
        "sessions": page.sessions,
        "wrong": wrong,
        "claimed": page.claimed,
        "removable": offering is None or offering.state == Offering.State.DRAFT,
    }
    return render(
        request, "booking/admin/editor.html", context, status=422 if wrong and status == 200 else status
    )


def _last(offering: Offering) -> ModelLogEntry | None:
    found = ModelLogEntry.objects.for_instance(offering).select_related("user")
    return found.order_by("-timestamp").first()


def _theirs(offering: Offering) -> list[tuple[str, Any]]:
    """Return what stands now, for the eyes of who was about to overwrite it."""
    names = ("title", "summary", "opens_at", "closes_at", "waiting_size", "per_day", "per_event")
    meta: Any = Offering._meta
    stored = Offering.objects.get(pk=offering.pk)  # the form has put what was typed into `offering`
    rows = [(str(meta.get_field(name).verbose_name), getattr(stored, name)) for name in names]
    for session in save.standing(offering):
        rows.append(
            (f"场次 {session.name}", f"{session.starts_at:%Y-%m-%d} {session.place} 名额 {session.quota}")
        )
    return rows


@require_POST
@permission_required("booking.view_offering", raise_exception=True)
def preview(request: HttpRequest) -> HttpResponse:
    """POST /admin/offerings/preview/: the member's page of what is in the form, saved nowhere."""
    user: User = signed_in(request)
    key = request.POST.get("offering", "")
    offering = offering_of(request, key) if key else None
    page = Page(user=user, offering=offering, data=request.POST)
    page.is_valid()
    return preview_of(request, page)
