"""參保名單: who is in which plan, and lists that bring members in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.cases.medical import selectors
from eunion.cases.medical.enrolling import columns, services
from eunion.cases.models import EnrolmentList, EnrolmentRow, MedicalPlan
from eunion.kernel.console import PAGE_SIZE, XLSX, day, paged, workbook
from eunion.kernel.errors import DomainError
from eunion.kernel.fields import masked_id_number
from eunion.registry.models import Union
from eunion.registry.scope import scope_of, signed_in

may_view = permission_required("cases.view_enrolment", raise_exception=True)
may_enrol = permission_required("cases.enrol_members", raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/medical/enrolments/?plan=…&how=…&q=…: who is in, numbers masked."""
    context: dict[str, Any] = paged(request, selectors.enrolments(signed_in(request), request.GET.dict()))
    for one in context["pager"]:
        one.masked = masked_id_number(one.member.id_number)
    context["plans"] = MedicalPlan.objects.exclude(state=MedicalPlan.State.DRAFT)
    return render(request, "cases/medical/admin/enrolments.html", context)


@require_http_methods(["GET", "POST"])
@may_enrol
def lists(request: HttpRequest) -> HttpResponse:
    """GET /admin/medical/lists/: earlier lists and the upload form; POST sends one in."""
    user, error = signed_in(request), ""
    unions = Union.objects.visible_to(scope_of(user)).order_by("path")
    plans = MedicalPlan.objects.filter(state=MedicalPlan.State.PUBLISHED)
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            held = services.upload(
                plan=get_object_or_404(plans, public_id=request.POST.get("plan", "")),
                union=get_object_or_404(unions, public_id=request.POST.get("union", "")),
                since=day(request.POST.get("since"), timezone.localdate()),
                file_name=file.name or "" if file else "",
                content=file.read(services.FILE_MAX + 1) if file else b"",
                user=user,
            )
            return redirect("medical_list", held.public_id)
        except DomainError as problem:
            error = problem.message
    rows = EnrolmentList.objects.visible_to(scope_of(user)).select_related("plan", "union", "created_by")
    context = paged(request, rows) | {
        "plans": plans,
        "unions": unions,
        "today": timezone.localdate(),
        "typed": request.POST,
        "error": error,
    }
    return render(request, "cases/medical/admin/lists.html", context, status=422 if error else 200)


@require_GET
@may_enrol
def template(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/medical/plans/<id>/template/: an empty list for a plan."""
    plan = get_object_or_404(MedicalPlan, public_id=public_id)
    response = HttpResponse(columns.template(plan), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="enrolment-template.xlsx"'
    return response


def _list(request: HttpRequest, public_id: str) -> EnrolmentList:
    rows = EnrolmentList.objects.visible_to(scope_of(signed_in(request)))
    return get_object_or_404(rows.select_related("plan", "union", "created_by"), public_id=public_id)


@require_GET
@may_enrol
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/medical/lists/<id>/?action=…: progress, counts, what would become of each row; ?part=live for polling."""
    held = _list(request, public_id)
    counts = selectors.row_counts(held)
    context: dict[str, Any] = {
        "held": held,
        "counts": [(label, counts[value], value) for value, label in EnrolmentRow.Action.choices],
        "taken": sum(counts[action] for action in EnrolmentRow.TAKEN),
        "error": request.GET.get("problem") and "这份名单的状态已经变了，请看最新的结果。",
    }
    if request.GET.get("part") == "live":
        return render(request, "cases/medical/admin/list_live.html", context)
    action = request.GET.get("action", "")
    rows = EnrolmentRow.objects.filter(list=held).order_by("number")
    if action in EnrolmentRow.Action.values:
        rows = rows.filter(action=action)
    kept = f"action={action}" if action else ""
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "cases/medical/admin/list.html", context | {"pager": pager, "kept": kept, "action": action}
    )


@require_GET
@may_enrol
def rejects(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/medical/lists/<id>/rejects/: the rows that can't be taken and why, as XLSX, numbers masked."""
    held = _list(request, public_id)
    rows = EnrolmentRow.objects.filter(list=held).exclude(action__in=EnrolmentRow.TAKEN).order_by("number")
    lines = (
        (row.number, row.name, row.masked, row.fee_fen / 100, row.get_action_display(), row.note)
        for row in rows.iterator(chunk_size=2000)
    )
    heads = ("行号", "姓名", "证件号（已遮盖）", "金额（元）", "处理", "原因")
    return workbook("not-enrolled", "没有登记的行", heads, lines)


@require_POST
@may_enrol
def change(request: HttpRequest, public_id: str, verb: str) -> HttpResponse:
    """POST /admin/medical/lists/<id>/confirm|cancel/."""
    held, act = _list(request, public_id), {"confirm": services.confirm, "cancel": services.cancel}[verb]
    try:
        act(held=held, user=signed_in(request))
    except DomainError:
        return redirect(f"{request.path.rsplit(verb, 1)[0]}?problem=1")
    return redirect("medical_list", public_id)
