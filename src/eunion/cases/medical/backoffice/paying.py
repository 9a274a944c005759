"""互助金發放: what waits, lists for the bank, a second person's word, the bank's results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from eunion.cases.medical import selectors
from eunion.cases.medical.paying import lists, results
from eunion.cases.models import PayLine, PayList
from eunion.kernel.console import paged, workbook
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

may_view = permission_required("cases.view_paylist", raise_exception=True)
may_change = permission_required("cases.change_paylist", raise_exception=True)
HEADS = ("序号", "附言编号", "户名", "卡号", "开户行", "金额（元）", "用途")
RESULT_HEADS = ("附言编号", "金额", "结果", "失败原因")
RESULTS_MAX = 20 << 20


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/medical/payments/?state=…: what waits to be paid, and the lists."""
    user, rows = signed_in(request), selectors.pay_lists(signed_in(request))
    if request.GET.get("state") in PayList.State.values:
        rows = rows.filter(state=request.GET["state"])
    waiting = lists.to_pay(user)
    context: dict[str, Any] = paged(request, rows)
    context |= {
        "states": PayList.State.choices,
        "waiting": waiting.select_related("case", "enrolment__plan")[:20],
        "waiting_count": waiting.count(),
        "waiting_fen": waiting.aggregate(fen=Sum("benefit_fen"))["fen"] or 0,
    }
    return render(request, "cases/medical/admin/payments.html", context)


@require_POST
@may_change
def gather(request: HttpRequest) -> HttpResponse:
    """POST /admin/medical/payments/gather/: put what waits on a new list."""
    try:
        held = lists.gather(user=signed_in(request))
    except DomainError as problem:
        flash.error(request, problem.message)
        return redirect("medical_payments")
    return redirect("medical_payment", held.number)


def _list(request: HttpRequest, number: str) -> PayList:
    return get_object_or_404(selectors.pay_lists(signed_in(request)), number=number)


@require_GET
@may_view
def one(request: HttpRequest, number: str) -> HttpResponse:
    """GET /admin/medical/payments/<number>/?result=…: a list, cards masked."""
    return _shown(request, _list(request, number))


def _shown(request: HttpRequest, held: PayList, problem: DomainError | None = None) -> HttpResponse:
    rows = held.lines.select_related("facts__case")
    if request.GET.get("result") in PayLine.State.values:
        rows = rows.filter(state=request.GET["result"])
    context: dict[str, Any] = paged(request, rows)
    for line in context["pager"]:
        line.masked = "*" * max(len(line.card_number) - 4, 0) + line.card_number[-4:]
    context |= {
        "held": held,
        "own": held.created_by_id == signed_in(request).pk,
        "line_states": PayLine.State.choices,
        "error": problem.message if problem else "",
        "problems": problem.detail.get("problems", []) if problem else [],
    }
    return render(
        request, "cases/medical/admin/payment.html", context, status=problem.status if problem else 200
    )


_VERBS = {
    "approve": (lists.approve, "已复核，清单已锁定，可以导出给银行。"),
    "give-back": (lists.give_back, "已退回整理。"),
    "cancel": (lists.cancel, "已取消，里面的互助金回到待发放。"),
}


@require_POST
@may_view
def change(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """POST /admin/medical/payments/<number>/approve|give-back|cancel|leave-out/; the service asks for the right."""
    held, user = _list(request, number), signed_in(request)
    try:
        if verb in _VERBS:
            act, told = _VERBS[verb]
            act(held=held, user=user)
        else:
            lists.leave_out(held=held, reference=request.POST.get("reference", ""), user=user)
            told = "已移出，等下一份清单。"
    except DomainError as problem:
        return _shown(request, held, problem)
    flash.success(request, told)
    return redirect("medical_payment", number)


@require_POST
@permission_required("cases.export_paylist", raise_exception=True)
def export(request: HttpRequest, number: str) -> HttpResponse:
    """POST /admin/medical/payments/<number>/export/: the list for the bank, with whole card numbers. Logged."""
    held = _list(request, number)
    try:
        lines = lists.export(held=held, user=signed_in(request))
    except DomainError as problem:
        return _shown(request, held, problem)
    rows = (
        (place, line.reference, line.name, line.card_number, line.bank, line.amount_fen / 100, "医疗互助金")
        for place, line in enumerate(lines, 1)
    )
    return workbook(f"payments-{held.number}", held.number, HEADS, rows)


@require_GET
@may_view
def results_template(request: HttpRequest, number: str) -> HttpResponse:
    """GET /admin/medical/payments/<number>/results-template/: the references and amounts, for the results to be put beside."""
    rows = ((line.reference, line.amount_fen / 100, "", "") for line in _list(request, number).lines.all())
    return workbook(f"results-{number}", "回盘", RESULT_HEADS, rows)


@require_POST
@may_change
def take_results(request: HttpRequest, number: str) -> HttpResponse:
    """POST /admin/medical/payments/<number>/results/ (file): what the bank answered."""
    held, file = _list(request, number), request.FILES.get("file")
    try:
        content = file.read(RESULTS_MAX) if file else b""
        paid, failed = results.take(held=held, content=content, user=signed_in(request))
    except DomainError as problem:
        return _shown(request, held, problem)
    flash.success(
        request, f"已登记：成功 {paid} 笔，失败 {failed} 笔。成功的已办结并通知本人，失败的已请本人改卡号。"
    )
    return redirect("medical_payment", number)
