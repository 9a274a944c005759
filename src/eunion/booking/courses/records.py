"""我的證書與志願時長: what one has earned, its papers, and the page on which anyone may check them."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.booking import papers
from eunion.booking.courses.pages import own_claim
from eunion.booking.models import Certificate, HourEntry
from eunion.booking.services import certificates, hours
from eunion.kernel import fields
from eunion.kernel.errors import DomainError
from eunion.registry.models import Member
from eunion.registry.scope import scope_of, signed_in
from eunion.registry.selectors import member_of

PAGE_SIZE = 20
# A paper is often opened in another browser than the one that is signed in; the link is good for ten minutes.
PAPER_GOOD_S = 600
_SALT = "eunion.booking.paper"


def paper_url(certificate: Certificate) -> str:
    """Return an address of the PDF that works in any browser for ten minutes."""
    token = signing.dumps(certificate.code, salt=_SALT)
    return reverse("certificate_paper", args=[token])


@login_required
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """GET /me/records/: one's certificates and hours of service."""
    return _show(request, member_of(request.user))


def _show(request: HttpRequest, member: Member | None, problem: DomainError | None = None) -> HttpResponse:
    found = Certificate.objects.of(member).standing() if member else Certificate.objects.none()
    entries = HourEntry.objects.filter(member=member) if member else HourEntry.objects.none()
    today = timezone.localdate()
    context = {
        "tab": "me",
        "certificates": [(one, paper_url(one)) for one in found[:100]],
        "pager": Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page")),
        "total": hours.total_of(member.pk) if member else 0,
        "since": request.POST.get("since") or f"{today:%Y}-01-01",
        "until": request.POST.get("until") or f"{today:%Y-%m-%d}",
        "error": problem.message if problem else "",
    }
    response = render(request, "booking/records.html", context, status=problem.status if problem else 200)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def take_hours(request: HttpRequest) -> HttpResponse:
    """POST /me/records/hours/ (since, until): a certificate of the hours of a period."""
    member = member_of(request.user)
    try:
        if member is None:
            raise certificates.NoCertificate("还没有找到您的会籍，请先实名认证。")
        since, until = (_day(request.POST.get(name, "")) for name in ("since", "until"))
        certificates.issue_for_hours(member=member, since=since, until=until)
    except DomainError as problem:
        return _show(request, member, problem)
    return redirect("records")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise certificates.Invalid("请选起止日期。") from None


@login_required
@require_POST
def take_certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /me/tickets/<claim>/certificate/: the certificate of a course one has finished."""
    claim = own_claim(request, public_id)
    try:
        certificates.issue_for_course(claim=claim, user=signed_in(request))
    except DomainError as problem:
        return _show(request, claim.member, problem)
    return redirect("records")


@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """GET /certificate-papers/<token>/: the PDF, for whoever holds a link of the last ten minutes."""
    try:
        code = signing.loads(token, salt=_SALT, max_age=PAPER_GOOD_S)
    except signing.BadSignature:
        return render(request, "booking/paper_old.html", {"tab": "me"}, status=410)
    found = get_object_or_404(Certificate.objects.standing().select_related("issuer"), code=code)
    return paper_response(found)


def paper_response(certificate: Certificate) -> HttpResponse:
    """Return the PDF to look at or keep. Raises PapersUnavailable."""
    response = HttpResponse(papers.certificate_pdf(certificate), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{certificate.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """GET /certificates/<code>/: whether a certificate is good; the name is masked but for staff in scope."""
    found = Certificate.objects.filter(code=code).select_related("issuer").first()
    context = {"tab": "home", "certificate": found, "address": f"{settings.PUBLIC_URL}{request.path}"}
    if found:
        user = request.user
        staff = user.is_authenticated and user.has_perm("booking.view_certificate")
        seen = staff and Certificate.objects.visible_to(scope_of(user)).filter(pk=found.pk).exists()
        context["name"] = found.name if seen else fields.masked_name(found.name)
    response = render(request, "booking/certificate.html", context, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    return response
