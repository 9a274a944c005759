"""Files of households: the list, one file with its ledger, and leaving."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.cases import forms, shown
from eunion.cases.application import Answers
from eunion.cases.declaration import Field
from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.services import files, ledger
from eunion.cases.models import HardshipEntry, HardshipFile, HardshipKind, HardshipProgramme
from eunion.kernel import audit
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError, Invalid
from eunion.kernel.private_files import served
from eunion.kernel.uploads import PHOTO_BYTES_MAX
from eunion.registry.scope import scope_of, signed_in

STATES = (("standing", "在帮扶"), ("late", "复核超期"), ("left", "已退出"), ("all", "全部"))
may_view = permission_required(policies.VIEW, raise_exception=True)
may_pay = permission_required(policies.PAY, raise_exception=True)
LEAVING = [
    Field("left_on", "脱困日期", "date"),
    Field("leaving", "退出原因", "choice", choices=tuple(HardshipFile.Leaving.choices)),
    Field("leaving_words", "说明", required=False),
]


def paying() -> list[Field]:
    """Return what is asked for a line of the ledger."""
    programmes = HardshipProgramme.objects.filter(active=True)
    return [
        Field(
            "programme", "救助项目", "choice", choices=tuple((str(one.pk), one.name) for one in programmes)
        ),
        Field("amount", "金额（元）", "money"),
        Field("paid_on", "发放日期", "date"),
        Field("decided_by", "谁决定的", help="例如：区总工会主席办公会 2026 年第 12 次。"),
        Field("proof", "凭证号", help="银行回单号或签收单号。"),
        Field("note", "说明", required=False, help="本人在“我的帮扶”里看得到。"),
    ]


def file_of(request: HttpRequest, public_id: str) -> HardshipFile:
    """Return a file in the person's scope, or answer 404."""
    rows = HardshipFile.objects.visible_to(scope_of(signed_in(request)))
    return get_object_or_404(rows.select_related("union", "case", "member"), public_id=public_id)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/files/?state=…&kind=…&q=…: the files in scope."""
    asked = request.GET.dict()
    context = paged(request, selectors.files(scope_of(signed_in(request)), asked))
    context |= {
        "states": STATES,
        "state": asked.get("state", "standing"),
        "kinds": HardshipKind.choices,
        "today": timezone.localdate(),
    }
    return render(request, "cases/hardship/admin/files.html", context)


@require_GET
@may_view
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/hardship/files/<id>/: a file, its ledger and its re-checks. Who looked is written down."""
    file = file_of(request, public_id)
    audit.record(actor=signed_in(request), action="hardship.see", target=file)
    return _show(request, file)


def _show(request: HttpRequest, file: HardshipFile, doing: str = "", **more: Any) -> HttpResponse:
    typed, errors = more.get("typed") or {}, more.get("errors") or {}
    pay_typed, leave_typed = (typed if doing == "pay" else {}), (typed if doing == "leave" else {})
    context: dict[str, Any] = {
        "file": file,
        "entries": file.entries.select_related("programme", "recorded_by", "corrects", "corrected_by"),
        "sums": selectors.sums(file.entries.all()),
        "rechecks": file.rechecks.select_related("owner", "done_by").order_by("-due_on"),
        "paying": shown.fields_of(paying(), pay_typed, errors if doing == "pay" else {}),
        "leaving": shown.fields_of(LEAVING, leave_typed, errors if doing == "leave" else {}),
        "client_id": request.POST.get("client_id") or uuid.uuid4(),
        "doing": doing,
        **more,
    }
    context["total"] = sum(row["fen"] for row in context["sums"])
    return render(request, "cases/hardship/admin/file.html", context, status=more.get("status", 200))


def _again(
    request: HttpRequest, file: HardshipFile, doing: str, problem: DomainError, typed: dict[str, Any]
) -> HttpResponse:
    """Show the file again with what was typed and what is wrong with it."""
    errors = problem.detail.get("errors") or {}
    return _show(
        request, file, doing, error=problem.message, errors=errors, typed=typed, status=problem.status
    )


def _values(fields: list[Field], typed: dict[str, Any]) -> dict[str, Any]:
    read = Answers(fields, typed)
    if read.errors:
        raise Invalid("有几处没填好，请按提示改一改。", errors=read.errors)
    return read.values


@require_POST
@may_pay
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/pay/ (client_id, programme, amount, …, picture): write a line of the ledger."""
    file, fields = file_of(request, public_id), paying()
    typed = forms.taken(fields, request.POST)
    picture = request.FILES.get("picture")
    try:
        values = _values(fields, typed)
        programme = HardshipProgramme.objects.get(pk=int(values.pop("programme")))
        ledger.pay(
            file=file,
            user=signed_in(request),
            client_id=request.POST.get("client_id", ""),
            programme=programme,
            amount_fen=values.pop("amount"),
            picture=picture.read(PHOTO_BYTES_MAX + 1) if picture else b"",
            **values,
        )
    except DomainError as problem:
        return _again(request, file, "pay", problem, typed)
    flash.success(request, "已登记到台账。")
    return redirect("hardship_file", public_id)


@require_POST
@may_pay
def correct(request: HttpRequest, public_id: str, entry_id: str) -> HttpResponse:
    """POST …/entries/<id>/correct/ (reason): take a line back by a counter-entry."""
    file = file_of(request, public_id)
    entry = get_object_or_404(file.entries, public_id=entry_id)
    try:
        ledger.correct(entry=entry, user=signed_in(request), reason=request.POST.get("reason", ""))
    except DomainError as problem:
        return _again(request, file, "correct", problem, {})
    flash.success(request, "已冲正；如有正确的金额，请重新登记。")
    return redirect("hardship_file", public_id)


@require_GET
@may_view
def proof(request: HttpRequest, public_id: str, entry_id: str) -> FileResponse:
    """GET …/entries/<id>/proof/: the photo of a line's proof."""
    entry: HardshipEntry = get_object_or_404(
        file_of(request, public_id).entries.exclude(picture=""), public_id=entry_id
    )
    return served(entry.picture, f"{entry.proof}.jpg", "image/jpeg")


@require_POST
@permission_required(policies.RECHECK, raise_exception=True)
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/leave/ (left_on, leaving, leaving_words): the household is helped no more."""
    file = file_of(request, public_id)
    typed = forms.taken(LEAVING, request.POST)
    try:
        values = _values(LEAVING, typed)
        files.leave(
            file=file,
            user=signed_in(request),
            on=values["left_on"],
            leaving=values["leaving"],
            words=values["leaving_words"],
        )
    except DomainError as problem:
        return _again(request, file, "leave", problem, typed)
    flash.success(request, f"{file.number} 已退出帮扶。")
    return redirect("hardship_file", public_id)
