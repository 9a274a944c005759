"""Home visits on an officer's phone: its page opens without a connection, what was written down is sent when it is back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from eunion.cases import forms, policies
from eunion.cases.declaration import SERVICES, Stage
from eunion.cases.hardship import policies as rights
from eunion.cases.hardship.services import visits
from eunion.cases.models import Case
from eunion.kernel.errors import DomainError, Invalid
from eunion.kernel.uploads import PHOTO_BYTES_MAX
from eunion.registry.scope import scope_of, signed_in

# What fits on a phone's page; the nearest deadlines come first.
SHOWN_MOST = 60
may_visit = permission_required(rights.VISIT, raise_exception=True)


def _stage() -> Stage:
    return SERVICES["hardship"].stage(visits.STAGE)


@require_GET
@may_visit
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/visits/: whom to visit, by deadline, with a form each."""
    user = signed_in(request)
    rows = policies.seen_by(user).filter(
        scope_of(user).unions("desk__"),
        service_name="hardship",
        stage_name=visits.STAGE,
        state=Case.State.OPEN,
    )
    cases = rows.order_by("due_at")[:SHOWN_MOST]
    context = {
        "visits": [_card(case) for case in cases],
        "relations": ("本人", "配偶", "子女", "父母", "邻居"),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    answer = render(request, "cases/hardship/admin/visits.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _card(case: Case) -> dict[str, Any]:
    """Return what an officer needs at the door, and no more: where, whom, what was told."""
    typed = case.answers
    return {
        "case": case,
        "address": typed.get("address", ""),
        "phone": typed.get("phone", ""),
        "family": [f"{row.get('name', '')}（{_label(row)}）" for row in typed.get("family") or []],
        "story": typed.get("story", ""),
    }


def _label(row: dict[str, Any]) -> str:
    relations = dict(SERVICES["hardship"].field("family").columns[1].choices)
    return relations.get(row.get("relation", ""), "")


@require_GET
@may_visit
def worker(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/visits/worker.js: what keeps the page on the phone; it may look after this page alone."""
    page = {"page": reverse("hardship_visits")}
    answer = render(request, "cases/hardship/admin/visits_worker.js", page, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _case(request: HttpRequest, public_id: str) -> Case:
    rows = policies.seen_by(signed_in(request)).filter(service_name="hardship")
    return get_object_or_404(rows.select_related("member", "desk", "union"), public_id=public_id)


def _refused(problem: DomainError) -> JsonResponse:
    words = {"title": problem.message, "errors": problem.detail.get("errors") or {}}
    return JsonResponse(words, status=problem.status)


@require_POST
@may_visit
def add_paper(request: HttpRequest, public_id: str, material: str) -> JsonResponse:
    """POST …/visits/<case>/papers/<material>/ (photo, client_id): a picture of the visit, once a client id."""
    case, file = _case(request, public_id), request.FILES.get("photo")
    try:
        if file is None:
            raise Invalid("没有收到照片，请再试一次。")
        visits.keep_paper(
            case=case,
            user=signed_in(request),
            material=material,
            client_id=request.POST.get("client_id", ""),
            content=file.read(PHOTO_BYTES_MAX + 1),
        )
    except DomainError as problem:
        return _refused(problem)
    return JsonResponse({"kept": True}, status=201)


@require_POST
@may_visit
def record(request: HttpRequest, public_id: str) -> JsonResponse:
    """POST …/visits/<case>/ (client_id, the record's fields): the visit itself, after its pictures; once a client id."""
    case = _case(request, public_id)
    try:
        visits.record(
            case=case,
            user=signed_in(request),
            client_id=request.POST.get("client_id", ""),
            typed=forms.taken(_stage().record, request.POST),
        )
    except DomainError as problem:
        return _refused(problem)
    return JsonResponse({"kept": True, "case": reverse("cases_one", args=[case.public_id])}, status=201)
