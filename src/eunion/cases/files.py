"""Papers of a case: they come in one by one, and go out to the applicant and the staff of the case alone."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from eunion.cases import documents, policies
from eunion.cases.application import application_of
from eunion.cases.models import Page
from eunion.cases.pages import own_case
from eunion.cases.services import papers
from eunion.kernel.errors import DomainError
from eunion.kernel.private_files import served
from eunion.kernel.uploads import PHOTO_BYTES_MAX
from eunion.registry.scope import signed_in


@login_required
@require_POST
def add(request: HttpRequest, public_id: str, material: str) -> HttpResponse:
    """POST /me/cases/<id>/papers/<material>/ (photo, client_id): keep a picture or a PDF's pages, once a client id."""
    case = own_case(request, public_id)
    file = request.FILES.get("photo")
    if file is None:
        return JsonResponse({"title": "没有收到照片，请再试一次。"}, status=422)
    # One byte more than is taken tells that it is too large, and no more is read.
    content = file.read(PHOTO_BYTES_MAX + 1)
    name = request.POST.get("client_id") or str(uuid.UUID(hashlib.sha256(content).hexdigest()[:32]))
    try:
        pages = papers.keep(
            case=case, material=material, client_id=name, content=content, user=signed_in(request)
        )
    except DomainError as problem:
        return JsonResponse({"title": problem.message}, status=problem.status)
    if not request.POST.get("client_id"):
        return redirect("case_papers", public_id)
    return JsonResponse({"pages": [_links(page) for page in pages]}, status=201)


def _links(page: Page) -> dict[str, str]:
    return {
        "src": reverse("case_page", args=[page.public_id]),
        "remove": reverse("case_page_remove", args=[page.public_id]),
    }


@login_required
@require_GET
def page(request: HttpRequest, public_id: str) -> FileResponse:
    """GET /case-pages/<id>/: one picture, for the applicant and staff who may see the case."""
    found = get_object_or_404(Page.objects.select_related("case__member"), public_id=public_id)
    if not _may_see(request, found):
        raise Http404
    return served(found.file, f"{found.case.number or 'draft'}-{found.material}.jpg", "image/jpeg")


def _may_see(request: HttpRequest, found: Page) -> bool:
    user, case = signed_in(request), found.case
    if user.pk in (case.user_id, case.member.user_id if case.member else None):
        return True
    return user.has_perm("cases.view_case") and policies.seen_by(user).filter(pk=case.pk).exists()


@login_required
@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /case-pages/<id>/remove/: take a picture out of one's own case."""
    found = get_object_or_404(Page.objects.select_related("case"), public_id=public_id)
    case = own_case(request, found.case.public_id)
    try:
        papers.remove(case=case, public_id=public_id)
    except DomainError as problem:
        return HttpResponse(problem.message, status=problem.status)
    return redirect("case_papers", case.public_id)


@login_required
@require_GET
def reading(request: HttpRequest, public_id: str) -> JsonResponse:
    """GET /me/cases/<id>/reading/: how many pages are still being read, and what the others offer for the form."""
    case = own_case(request, public_id)
    waiting = case.pages.filter(reading=Page.Reading.WAITING, removed_at=None).count()
    answer = JsonResponse({"waiting": waiting, "offers": application_of(case).offers()})
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def document(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """GET /me/cases/<id>/documents/<name>/: a paper that comes out of one's own case."""
    case = own_case(request, public_id)
    declared = next((one for one in case.service.documents if one.name == name and one.for_member), None)
    if declared is None:
        raise Http404
    return documents.answer(case, declared)
