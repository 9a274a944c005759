"""Member screens of a course one has a place in: homework, its photos, the rating."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from eunion.booking.models import Claim, HandIn, Homework, Photo
from eunion.booking.services import homework as services
from eunion.booking.services.rate import rate
from eunion.kernel.errors import DomainError
from eunion.kernel.uploads import PHOTO_BYTES_MAX
from eunion.registry.scope import signed_in


def own_claim(request: HttpRequest, public_id: str) -> Claim:
    """Return one's own claim, or 404."""
    rows = Claim.objects.select_related("session__offering__owner", "member")
    return get_object_or_404(rows, public_id=public_id, member__user=signed_in(request))


def _both(request: HttpRequest, public_id: str, homework_id: str) -> tuple[Claim, Homework]:
    claim = own_claim(request, public_id)
    return claim, get_object_or_404(Homework, public_id=homework_id, session=claim.session_id)


@login_required
@require_http_methods(["GET", "POST"])
def homework(request: HttpRequest, public_id: str, homework_id: str) -> HttpResponse:
    """GET or POST /me/tickets/<claim>/homework/<id>/: the task, and one's own work; what was typed stays on the page."""
    claim, task = _both(request, public_id, homework_id)
    if request.method == "GET":
        return _show(request, claim, task)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        # Where no script runs, the photos come with the form.
        for file in request.FILES.getlist("photos"):
            _keep(claim, task, file)
        services.hand_in(claim=claim, homework=task, text=text)
    except DomainError as problem:
        return _show(request, claim, task, problem, text)
    return redirect("homework", public_id, homework_id)


def _show(
    request: HttpRequest,
    claim: Claim,
    task: Homework,
    problem: DomainError | None = None,
    text: str | None = None,
) -> HttpResponse:
    own = HandIn.objects.filter(homework=task, claim=claim).prefetch_related("photos").first()
    photos = list(own.photos.all()) if own else []
    context: dict[str, Any] = {
        "tab": "me",
        "claim": claim,
        "task": task,
        "own": own,
        "photos": photos,
        "left": services.PHOTOS_MAX - len(photos),
        "most": services.PHOTOS_MAX,
        "is_open": timezone.now() <= task.due_at,
        "text": text if text is not None else (own.text if own else ""),
        "error": problem.message if problem else "",
    }
    response = render(request, "booking/homework.html", context, status=problem.status if problem else 200)
    response["Cache-Control"] = "no-store"
    return response


def _keep(claim: Claim, task: Homework, file: UploadedFile[Any], client_id: str = "") -> Photo:
    """Keep a photo; without a client id its content names it, so that a form sent twice keeps it once."""
    # One byte more than is taken tells that it is too large, and no more is read.
    content = file.read(PHOTO_BYTES_MAX + 1)
    name = client_id or str(uuid.UUID(hashlib.sha256(content).hexdigest()[:32]))
    return services.keep_photo(claim=claim, homework=task, client_id=name, content=content)


@login_required
@require_POST
def add_photo(request: HttpRequest, public_id: str, homework_id: str) -> JsonResponse:
    """POST …/photos/ (photo, client_id): keep one photo, once a client id."""
    claim, task = _both(request, public_id, homework_id)
    file = request.FILES.get("photo")
    if file is None:
        return JsonResponse({"title": "没有收到照片，请再试一次。"}, status=422)
    try:
        made = _keep(claim, task, file, request.POST.get("client_id", "-"))
    except DomainError as problem:
        return JsonResponse({"title": problem.message}, status=problem.status)
    remove = reverse("homework_photo_remove", args=[public_id, homework_id, made.public_id])
    body = {"src": reverse("homework_photo", args=[made.public_id]), "remove": remove}
    return JsonResponse(body, status=201)


@login_required
@require_POST
def remove_photo(request: HttpRequest, public_id: str, homework_id: str, photo_id: str) -> HttpResponse:
    """POST …/photos/<id>/remove/: take a photo out of one's own work."""
    claim, task = _both(request, public_id, homework_id)
    try:
        services.remove_photo(claim=claim, homework=task, public_id=photo_id)
    except DomainError as problem:
        return _show(request, claim, task, problem)
    return redirect("homework", public_id, homework_id)


@login_required
@require_POST
def rate_it(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /me/tickets/<claim>/rate/ (stars, words): say what one thought of it."""
    claim = own_claim(request, public_id)
    stars = request.POST.get("stars", "")
    number = int(stars) if stars in ("1", "2", "3", "4", "5") else 0
    try:
        rate(claim=claim, user=signed_in(request), stars=number, words=request.POST.get("words", ""))
    except DomainError as problem:
        context = {"tab": "me", "claim": claim, "offering": claim.session.offering, "error": problem.message}
        context |= {"typed": request.POST, "stars": range(1, 6)}
        return render(request, "booking/rate.html", context, status=problem.status)
    return redirect("ticket", public_id)
