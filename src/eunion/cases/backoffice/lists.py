"""待辦: a clerk's queue by deadline, shared out, exported; and what the figures say."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.cases import policies, selectors
from eunion.cases.declaration import SERVICES
from eunion.cases.models import Case
from eunion.cases.services import review
from eunion.kernel import audit
from eunion.kernel.console import day, paged, workbook
from eunion.kernel.errors import DomainError
from eunion.registry.models import User
from eunion.registry.scope import signed_in

VIEWS = (("mine", "我的待办"), ("desk", "本级待办"), ("all", "全部"))
EXPORTED_MOST = 20_000
AT_ONCE_MOST = 200
HEADS = (
    "编号",
    "事项",
    "申请人",
    "所属工会",
    "状态",
    "环节",
    "经办人",
    "提交时间",
    "应办结时间",
    "办结时间",
    "结果",
    "评价",
)
may_view = permission_required("cases.view_case", raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/cases/?view=…&service=…&state=…&late=1&q=…: the queue, by deadline."""
    user = signed_in(request)
    asked = request.GET.dict()
    context: dict[str, Any] = paged(request, selectors.queue(user, asked))
    service = SERVICES.get(str(asked.get("service", "")))
    context |= {
        "view": asked.get("view", "mine"),
        "views": VIEWS,
        "services": policies.services_of(user),
        "stages": service.stages if service else (),
        "states": Case.State.choices[1:],
        "counts": selectors.counts(user),
        "now": timezone.now(),
        "colleagues": selectors.colleagues(user) if user.has_perm("cases.assign_case") else [],
    }
    return render(request, "cases/admin/queue.html", context)


@require_POST
@permission_required("cases.assign_case", raise_exception=True)
def assign(request: HttpRequest) -> HttpResponse:
    """POST /admin/cases/assign/ (case=…, to): give the ticked cases to a colleague; what can't be is named and left."""
    user = signed_in(request)
    back = redirect(f"{reverse('cases_queue')}?{request.GET.urlencode()}")
    to = User.objects.filter(pk=request.POST.get("to") or 0, is_active=True).first()
    ids = request.POST.getlist("case")[:AT_ONCE_MOST]
    if to is None or not ids:
        flash.error(request, "请先勾选办件，再选交给谁。")
        return back
    done = 0
    for case in policies.seen_by(user).filter(public_id__in=ids):
        try:
            review.assign(case=case, user=user, to=to)
            done += 1
        except DomainError as problem:
            flash.error(request, f"{case.number}：{problem.message}")
    if done:
        flash.success(request, f"已把 {done} 件交给{to}。")
    return back


@require_POST
@permission_required("cases.export_case", raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """POST /admin/cases/export/?…: what the list shows, as XLSX, without numbers of persons. Logged."""
    user = signed_in(request)
    rows = selectors.queue(user, request.GET.dict())[:EXPORTED_MOST]
    audit.record(
        actor=user, action="cases.export", target=user, data={"rows": len(rows), **request.GET.dict()}
    )
    return workbook("cases", "办件", HEADS, (_line(case) for case in rows))


def _line(case: Case) -> tuple[Any, ...]:
    return (
        case.number,
        case.service.title,
        case.applicant,
        str(case.union or ""),
        case.get_state_display(),
        case.stage.label if case.stage else "",
        str(case.owner or ""),
        *(_moment(at) for at in (case.submitted_at, case.due_at, case.closed_at)),
        case.outcome,
        case.stars or "",
    )


def _moment(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


@require_GET
@may_view
def statistics(request: HttpRequest) -> HttpResponse:
    """GET /admin/cases/statistics/?from=…&to=…: each service's figures within one's scope."""
    user, today = signed_in(request), timezone.localdate()
    since = day(request.GET.get("from"), today.replace(month=1, day=1))
    until = day(request.GET.get("to"), today)
    services = policies.services_of(user)
    figures = [(service, selectors.figures(user, service, since, until)) for service in services]
    context = {"figures": figures, "since": since, "until": until}
    return render(request, "cases/admin/statistics.html", context)
