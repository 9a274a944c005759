"""互助計劃: plans with a worked example beside the form; published, closed, copied to the next period."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.cases import forms, shown
from eunion.cases.medical import plan_form, plans, selectors
from eunion.cases.models import MedicalPlan
from eunion.cases.reading.benefit import PlanRules
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

may_view = permission_required("cases.view_medicalplan", raise_exception=True)
may_change = permission_required("cases.change_medicalplan", raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/medical/plans/?kind=…&state=…: plans, the latest period first."""
    rows = MedicalPlan.objects.annotate(enrolled=Count("enrolments")).select_related("follows")
    rows = rows.order_by("-begins", "kind", "-pk")
    if request.GET.get("kind") in MedicalPlan.Kind.values:
        rows = rows.filter(kind=request.GET["kind"])
    if request.GET.get("state") in MedicalPlan.State.values:
        rows = rows.filter(state=request.GET["state"])
    context = paged(request, rows)
    context |= {"kinds": MedicalPlan.Kind.choices, "states": MedicalPlan.State.choices}
    for plan in context["pager"]:
        plan.words = plan_form.in_words(plan)
    return render(request, "cases/medical/admin/plans.html", context)


@require_http_methods(["GET", "POST"])
@may_change
def add(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/medical/plans/add/: a new plan, as a draft."""
    if request.method == "GET":
        return _form(request, None, plan_form.NEW)
    typed = forms.taken(plan_form.FIELDS, request.POST)
    if "more" in request.POST:
        return _form(request, None, typed)
    try:
        plan = plans.create(typed=typed, user=signed_in(request))
    except DomainError as problem:
        return _form(request, None, typed, problem)
    flash.success(request, "已保存为草稿，核对以后就可以发布。")
    return redirect("medical_plan", plan.public_id)


@require_http_methods(["GET", "POST"])
@may_view
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/medical/plans/<id>/: a plan; its form as long as nobody has joined."""
    plan = get_object_or_404(MedicalPlan.objects.select_related("follows"), public_id=public_id)
    if request.method == "GET":
        return _form(request, plan, plan_form.typed_of(plan))
    typed = forms.taken(plan_form.FIELDS, request.POST)
    if "more" in request.POST:
        return _form(request, plan, typed)
    try:
        plans.save(plan=plan, typed=typed, user=signed_in(request))
    except DomainError as problem:
        return _form(request, plan, typed, problem)
    flash.success(request, "已保存。")
    return redirect("medical_plan", public_id)


def _form(
    request: HttpRequest, plan: MedicalPlan | None, typed: dict[str, Any], problem: DomainError | None = None
) -> HttpResponse:
    errors = problem.detail.get("errors", {}) if problem else {}
    enrolled = plan.enrolments.count() if plan else 0
    context: dict[str, Any] = {
        "plan": plan,
        "enrolled": enrolled,
        "frozen": enrolled > 0 or not signed_in(request).has_perm("cases.change_medicalplan"),
        "fields": shown.fields_of(plan_form.FIELDS, typed, errors, request.POST.get("more", "")),
        "terms": selectors.lines_of(plan) if plan else [],
        "error": problem.message if problem else "",
        **_example(typed),
    }
    return render(
        request, "cases/medical/admin/plan.html", context, status=problem.status if problem else 200
    )


def _example(typed: dict[str, Any]) -> dict[str, Any]:
    """Return the worked example of what is typed, as far as it can be worked out."""
    values, _ = plan_form.read(typed)
    rules = PlanRules.model_validate(values["rules"]) if values["rules"] else None
    return {
        "example": plan_form.example(rules) if rules else None,
        "example_total": plan_form.EXAMPLE_TOTAL,
        "example_self_paid": plan_form.EXAMPLE_SELF_PAID,
    }


@require_POST
@may_change
def example(request: HttpRequest) -> HttpResponse:
    """POST /admin/medical/plans/example/: the worked example of a form that is being typed."""
    typed = forms.taken(plan_form.FIELDS, request.POST)
    return render(request, "cases/medical/admin/example.html", _example(typed))


_VERBS = {"publish": (plans.publish, "已发布，可以导入参保名单了。"), "close": (plans.close, "已停止参加。")}


@require_POST
@may_change
def change(request: HttpRequest, public_id: str, verb: str) -> HttpResponse:
    """POST /admin/medical/plans/<id>/publish|close|next|copy/."""
    plan, user = get_object_or_404(MedicalPlan, public_id=public_id), signed_in(request)
    try:
        if verb in _VERBS:
            act, told = _VERBS[verb]
            act(plan=plan, user=user)
        else:
            plan, told = (
                plans.copy(plan=plan, next_period=verb == "next", user=user),
                "已复制成草稿，请核对日期和标准。",
            )
        flash.success(request, told)
    except DomainError as problem:
        flash.error(request, problem.message)
    return redirect("medical_plan", plan.public_id)
