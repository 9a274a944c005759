"""Files of courses: who may have which."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from eunion.booking.courses import shown
from eunion.booking.models import Homework, Material, Photo
from eunion.kernel.private_files import served
from eunion.registry.scope import scope_of


def _is_staff_of(request: HttpRequest, model: type[Material] | type[Homework], pk: int, right: str) -> bool:
    user = request.user
    if not user.is_authenticated or not user.has_perm(right):
        return False
    return model.objects.visible_to(scope_of(user)).filter(pk=pk).exists()


@require_GET
def material(request: HttpRequest, public_id: str) -> FileResponse:
    """GET /materials/<id>/: a file of a course, for those it is for."""
    found = get_object_or_404(
        Material.objects.exclude(file="").select_related("offering"), public_id=public_id
    )
    member_of_it = shown.may_read(found, request.user.pk) and found.offering.state in ("published", "closed")
    if not member_of_it and not _is_staff_of(request, Material, found.pk, "booking.view_material"):
        raise Http404
    extension = str(found.file.name).rpartition(".")[2]
    return served(found.file, f"{found.name}.{extension}", found.content_type)


@require_GET
def photo(request: HttpRequest, public_id: str) -> FileResponse:
    """GET /homework-photos/<id>/: for who handed it in, and staff of that course."""
    rows = Photo.objects.select_related("hand_in__claim__member")
    found = get_object_or_404(rows, public_id=public_id)
    user_id = found.hand_in.claim.member.user_id
    own = user_id is not None and user_id == request.user.pk
    if not own and not _is_staff_of(request, Homework, found.hand_in.homework_id, "booking.view_handin"):
        raise Http404
    return served(found.file, f"{public_id}.jpg", "image/jpeg")
