"""What a clerk does with a case; a refusal shows the workbench again with everything that was typed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from eunion.cases import forms, policies
from eunion.cases.backoffice.workbench import case_of, shown_to
from eunion.cases.models import Case
from eunion.cases.services import papers, review
from eunion.kernel.errors import DomainError, Invalid
from eunion.kernel.uploads import PHOTO_BYTES_MAX
from eunion.registry.models import Union, User
from eunion.registry.scope import signed_in

may_handle = permission_required("cases.handle_case", raise_exception=True)


@require_POST
@may_handle
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /admin/cases/<id>/act/ (what, version, words, note, …): pass, mend, refuse, transfer, assign or note."""
    case = case_of(request, public_id)
    doing = _ACTS.get(request.POST.get("what", ""))
    typed = forms.taken(case.stage.record, request.POST) if case.stage else {}
    try:
        if doing is None:
            raise Invalid("请选择要怎么处理。")
        done = doing(request, case, signed_in(request), typed)
    except DomainError as problem:
        case = case_of(request, public_id)
        return shown_to(
            request,
            case,
            error=problem.message,
            errors=problem.detail.get("errors"),
            typed=typed,
            words=request.POST.get("words", ""),
            note=request.POST.get("note", ""),
            status=problem.status,
        )
    event = done.events.order_by("-number").first()
    flash.success(request, f"{done.number} {event.get_kind_display() if event else ''}")
    # On to the next in the queue, unless this one goes on at the same desk.
    if policies.may_decide(signed_in(request), done):
        return redirect("cases_one", public_id)
    return redirect("cases_queue")


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal():
        raise Invalid("页面不完整，请刷新再试。")
    return int(text)


def _told(request: HttpRequest) -> dict[str, str]:
    return {"words": request.POST.get("words", ""), "note": request.POST.get("note", "")}


def _pass(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    return review.pass_stage(case=case, user=user, version=_version(request), typed=typed, **_told(request))


def _mend(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    return review.ask_mend(case=case, user=user, version=_version(request), **_told(request))


def _refuse(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    return review.refuse(case=case, user=user, version=_version(request), **_told(request))


def _transfer(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    to = Union.objects.filter(public_id=request.POST.get("union", ""), active=True).first()
    if to is None:
        raise Invalid("请选择要转到哪个工会。")
    words = request.POST.get("words", "")
    return review.transfer(case=case, user=user, version=_version(request), to=to, words=words)


def _assign(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    to = User.objects.filter(pk=request.POST.get("to") or 0, is_active=True).first()
    if to is None:
        raise Invalid("请选择交给谁。")
    return review.assign(case=case, user=user, to=to)


def _note(request: HttpRequest, case: Case, user: User, typed: dict[str, object]) -> Case:
    return review.note(case=case, user=user, words=request.POST.get("note", ""))


_Act = Callable[[HttpRequest, Case, User, dict[str, object]], Case]
_ACTS: dict[str, _Act] = {
    "pass": _pass,
    "mend": _mend,
    "refuse": _refuse,
    "transfer": _transfer,
    "assign": _assign,
    "note": _note,
}


@require_POST
@may_handle
def add_paper(request: HttpRequest, public_id: str, material: str) -> HttpResponse:
    """POST …/papers/<material>/ (photo): a paper of the stage itself, e.g. a photo of a home visit."""
    case, user = case_of(request, public_id), signed_in(request)
    file = request.FILES.get("photo")
    try:
        policies.check_may_decide(user, case)
        if file is None or case.stage is None or material not in {one.name for one in case.stage.materials}:
            raise Invalid("没有收到照片，请再试一次。")
        content = file.read(PHOTO_BYTES_MAX + 1)
        name = request.POST.get("client_id") or str(uuid.UUID(hashlib.sha256(content).hexdigest()[:32]))
        papers.keep(case=case, material=material, client_id=name, content=content, user=user)
    except DomainError as problem:
        flash.error(request, problem.message)
    return redirect("cases_one", public_id)
