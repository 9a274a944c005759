"""Member screens of 實名認證: phone, name and ID number, what came of it, the member card."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.kernel import fields
from eunion.kernel.errors import DomainError
from eunion.registry import card
from eunion.registry.certification import phones, reading, services
from eunion.registry.errors import CodeTooSoon
from eunion.registry.models import CertificationRequest, IdReading, Member
from eunion.registry.scope import scope_of, signed_in
from eunion.registry.selectors import member_of


def _state(request: HttpRequest) -> dict[str, Any]:
    user = signed_in(request)
    newest = CertificationRequest.objects.filter(user=user).first()
    return {
        "tab": "me",
        "member": member_of(user),
        "asked": newest,
        "phone": user.phone,
        "masked_phone": fields.masked_phone(user.phone),
        "can_send": bool(phones.SENDERS),
    }


@login_required
@require_http_methods(["GET", "POST"])
def certify(request: HttpRequest) -> HttpResponse:
    """GET or POST /me/certify/: two steps on one page, the phone and then the person; what was typed stays."""
    context, error, sent = _state(request), "", False
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("phone", "code", "name", "id_number")}
    if request.method == "POST":
        try:
            return _step(request, typed, context)
        except DomainError as problem:
            # Where nothing was sent there is no code to type; "too soon" means that one is on its way.
            error = problem.message
            sent = isinstance(problem, CodeTooSoon) or request.POST.get("do") == "check"
    context |= {"error": error, "typed": typed, "sent": sent}
    return render(request, "portal/certify.html", context, status=422 if error else 200)


def _step(request: HttpRequest, typed: dict[str, str], context: dict[str, Any]) -> HttpResponse:
    """Do what a button asks for. Raises DomainError."""
    user, step = signed_in(request), request.POST.get("do")
    if step == "send":
        phones.send_code(user=user, phone=typed["phone"])
        return render(request, "portal/certify.html", {**context, "typed": typed, "sent": True})
    if step == "check":
        phones.check_code(user=user, phone=typed["phone"], code=typed["code"])
    elif step == "other":
        phones.keep_phone(user=user, phone="")
    else:
        services.ask(user=user, name=typed["name"], id_number=typed["id_number"])
    return redirect("certify")


@login_required
@require_POST
def read_id(request: HttpRequest) -> HttpResponse:
    """POST /me/certify/photo/: a photo to be read; answers with where to ask for the result."""
    file = request.FILES.get("photo")
    try:
        made = reading.upload(user=signed_in(request), content=file.read() if file else b"")
    except DomainError as error:
        return JsonResponse({"title": error.message}, status=error.status)
    return JsonResponse({"result": reverse("id_reading", args=[made.public_id])}, status=202)


@login_required
@require_GET
def id_reading(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /me/certify/photo/<id>/: what was read, for the one who took the photo alone."""
    found = IdReading.objects.filter(public_id=public_id, user=signed_in(request)).first()
    if found is None:
        return JsonResponse({"title": "照片已过期，请重新拍。"}, status=404)
    body = {"state": found.state, "name": found.name, "id_number": found.id_number}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


def card_url(member: Member) -> str:
    """Return what the card's QR code says now: an address that anyone's camera can open. Raises NotCertified."""
    return f"{settings.PUBLIC_URL}{reverse('card_check', args=[card.token(member)])}"


@login_required
@require_GET
def member_card(request: HttpRequest) -> HttpResponse:
    """GET /me/card/: the card; ?part=code gives the QR code alone, for the page's half-minute refresh."""
    member = member_of(request.user)
    if member is None or member.certification != Member.Certification.CERTIFIED:
        return redirect("certify")
    buffer = io.BytesIO()
    segno.make(card_url(member), error="m").save(
        buffer, kind="svg", scale=6, border=2, xmldecl=False, svgns=True, svgclass=None, lineclass=None
    )
    union = member.memberships.filter(left_on=None).select_related("union").first()
    context = {
        "tab": "me",
        "member": member,
        "union": union.union if union else None,
        "number": f"{member.pk:08d}",
        "code": buffer.getvalue().decode(),
        "seconds": card.seconds_left(),
    }
    part = "portal/card_code.html" if request.GET.get("part") == "code" else "portal/card.html"
    response = render(request, part, context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def card_check(request: HttpRequest, token: str) -> HttpResponse:
    """GET /card/<token>/: whether a card that was just shown is good; the name only for staff in scope."""
    member = card.holder(token)
    context: dict[str, Any] = {"tab": "home", "member": member}
    if member:
        staff = request.user.is_authenticated and request.user.has_perm("registry.view_member")
        seen = staff and Member.objects.visible_to(scope_of(request.user)).filter(pk=member.pk).exists()
        union = member.memberships.filter(left_on=None).select_related("union").first()
        context |= {"name": member.name if seen else fields.masked_name(member.name), "union": union}
    return render(request, "portal/card_check.html", context, status=200 if member else 410)
