"""Member screens: what can be done, the guide, the form, the papers, the last look, and one's cases."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.cases import forms, guide, selectors, shown
from eunion.cases.application import application_of
from eunion.cases.declaration import SERVICES, Service
from eunion.cases.errors import AlreadyRunning, NotForYou
from eunion.cases.models import Case, Page
from eunion.cases.services import drafts, member, submit
from eunion.kernel.errors import DomainError
from eunion.registry.models import Union
from eunion.registry.scope import signed_in


def service_of(name: str) -> Service:
    """Return a declared service, or 404."""
    if name not in SERVICES:
        raise Http404
    return SERVICES[name]


def own_case(request: HttpRequest, public_id: str) -> Case:
    """Return one's own case, or 404."""
    rows = selectors.own(signed_in(request)).select_related("member", "union", "desk", "user")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """GET /services/: everything that can be done here."""
    return render(request, "cases/services.html", {"tab": "home", "services": SERVICES.values()})


@require_GET
def about(request: HttpRequest, name: str) -> HttpResponse:
    """GET /services/<name>/: the guide, made of the declaration."""
    service = service_of(name)
    context = {"tab": "home", "service": service, "guide": guide.guide_of(service)}
    return render(request, "cases/guide.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """GET or POST /services/<name>/apply/: the form, begun or gone on with; POST keeps it and goes on to the papers."""
    service = service_of(name)
    try:
        user = signed_in(request)
        draft = drafts.open_draft(service=service, user=user, known=_given(request, service))
    except (NotForYou, AlreadyRunning) as problem:
        running = Case.objects.running().filter(user=signed_in(request), service_name=name).first()
        context = {"tab": "home", "service": service, "problem": problem.message, "running": running}
        context["certify"] = isinstance(problem, NotForYou)
        return render(request, "cases/not_now.html", context, status=problem.status)
    if request.method == "POST":
        return _typed(request, draft)
    if service.papers_first and "step" not in request.GET and not draft.pages.exists():
        return redirect("case_papers", draft.public_id)
    return _form(request, draft)


@require_GET
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /join/<union>/: the QR code of a union or an industry, on a wall or a street: the form with it filled in."""
    union = get_object_or_404(Union, public_id=public_id, active=True)
    return redirect(f"{reverse('service_apply', args=['joining'])}?{urlencode({'union': union.public_id})}")


def _given(request: HttpRequest, service: Service) -> dict[str, str]:
    """Return what an address fills in of the form: a union alone, never words of a person."""
    named = {one.name for one in service.fields() if one.kind == "union"}
    return {name: text[:16] for name, text in request.GET.items() if name in named and isinstance(text, str)}


@login_required
@require_http_methods(["GET", "POST"])
def mend(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /me/cases/<id>/form/: the form of a case that waits for mending."""
    case = own_case(request, public_id)
    if case.state != Case.State.MENDING:
        return redirect("case", public_id)
    return _form(request, case) if request.method == "GET" else _typed(request, case)


def _typed(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        changes = forms.taken(case.service.fields(), request.POST)
        case = drafts.save(case=case, changes=changes)
    except DomainError as problem:
        return _form(request, case, problem.message)
    if "more" in request.POST:
        return _form(request, case, more=request.POST["more"])
    application = application_of(case)
    if application.answers.errors:
        return _form(
            request, case, "有几处没填好，已标出来；其他内容都保存了。", errors=application.answers.errors
        )
    return redirect(shown.walk(case, "form")["on"])


def _form(
    request: HttpRequest,
    case: Case,
    error: str = "",
    errors: dict[str, str] | None = None,
    more: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "tab": "home",
        "case": case,
        "service": case.service,
        "sections": shown.sections(case, errors or {}, more),
        "error": error,
        "save_url": reverse("case_save", args=[case.public_id]),
        "walk": shown.walk(case, "form"),
        "waiting": case.pages.filter(reading=Page.Reading.WAITING, removed_at=None).count(),
    }
    return _fresh(render(request, "cases/form.html", context, status=422 if error else 200))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def save(request: HttpRequest, public_id: str) -> JsonResponse:
    """POST /me/cases/<id>/save/: keep what was typed so far (only the touched fields are sent)."""
    case = own_case(request, public_id)
    try:
        drafts.save(case=case, changes=forms.taken(case.service.fields(), request.POST))
    except DomainError as problem:
        return JsonResponse({"title": problem.message}, status=problem.status)
    return JsonResponse({"saved": True})


@login_required
@require_GET
def papers(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /me/cases/<id>/papers/: photograph what is needed."""
    case = own_case(request, public_id)
    if case.state not in (Case.State.DRAFT, Case.State.MENDING):
        return redirect("case", public_id)
    context = {"tab": "home", "case": case, "service": case.service, "slots": shown.slots(case)}
    context["walk"] = shown.walk(case, "papers")
    return _fresh(render(request, "cases/papers.html", context))


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /me/cases/<id>/check/: what the rules say, everything once more, and the button that hands it in."""
    case = own_case(request, public_id)
    if case.state not in (Case.State.DRAFT, Case.State.MENDING):
        return redirect("case", public_id)
    error = ""
    if request.method == "POST":
        try:
            if not request.POST.get("consent") and case.state == Case.State.DRAFT:
                error = "请先看一看并勾选同意。"
            else:
                act = submit.submit if case.state == Case.State.DRAFT else member.supplement
                act(case=case, user=signed_in(request))
                return redirect("case", public_id)
        except DomainError as problem:
            error = problem.message
    context = {"tab": "home", "case": case, "service": case.service, "error": error, **shown.last_look(case)}
    context["walk"] = shown.walk(case, "check")
    return _fresh(render(request, "cases/check.html", context, status=422 if error else 200))


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """GET /me/cases/: my cases and drafts."""
    rows = list(selectors.own(signed_in(request))[:100])
    return _fresh(render(request, "cases/mine.html", {"tab": "me", "cases": rows}))


@login_required
@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /me/cases/<id>/: how far it is."""
    case = own_case(request, public_id)
    if case.state == Case.State.DRAFT:
        return redirect("service_apply", case.service_name)
    context = {"tab": "me", "case": case, "service": case.service, **shown.progress(case)}
    return _fresh(render(request, "cases/case.html", context))


@login_required
@require_POST
def act(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """POST /me/cases/<id>/<what>/: withdraw, rate, reopen a case, or discard a draft."""
    case, user = own_case(request, public_id), signed_in(request)
    words = request.POST.get("words", "")
    try:
        if what == "discard":
            drafts.discard(case=case)
            return redirect("services")
        if what == "withdraw":
            member.withdraw(case=case, user=user, reason=words)
        elif what == "rate":
            stars = request.POST.get("stars", "")
            member.rate(
                case=case, user=user, stars=int(stars) if stars in "12345" and stars else 0, words=words
            )
        else:
            member.reopen(case=case, user=user, reason=words)
    except DomainError as problem:
        case.refresh_from_db()
        context = {
            "tab": "me",
            "case": case,
            "service": case.service,
            "error": problem.message,
            "typed": words,
        }
        context |= shown.progress(case)
        return _fresh(render(request, "cases/case.html", context, status=problem.status))
    return redirect("case", public_id)


@require_GET
def unions(request: HttpRequest) -> JsonResponse:
    """GET /services/unions/?q=…: unions by name, for choosing one's own."""
    from eunion.registry.selectors import find_unions

    query = request.GET.get("q", "").strip()[:40]
    found = find_unions(query) if query else []
    # Whose own name holds the words comes before whose address does.
    rows = sorted(found, key=lambda one: query not in one.name)[:12]
    return JsonResponse({"unions": [{"id": one.public_id, "name": one.name} for one in rows]})
