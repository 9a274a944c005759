"""Legal aid in figures, to look at and as XLSX; and the federation's own figures for it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.cases.legal import policies, selectors
from eunion.cases.legal.rules import rules
from eunion.cases.legal.services import roster
from eunion.cases.models import LegalRules
from eunion.kernel import audit
from eunion.kernel.console import day, workbook
from eunion.registry.scope import signed_in

may_view = permission_required("cases.view_lawyer", raise_exception=True)


def _period(request: HttpRequest) -> tuple[datetime.date, datetime.date]:
    today = timezone.localdate()
    return day(request.GET.get("from"), today.replace(month=1, day=1)), day(request.GET.get("to"), today)


@require_GET
@may_view
def statistics(request: HttpRequest) -> HttpResponse:
    """GET /admin/legal-statistics/?from=…&to=…: accepted, refused and why, days to a lawyer, money, lawyers."""
    since, until = _period(request)
    context = {"since": since, "until": until, **selectors.figures(signed_in(request), since, until)}
    return render(request, "cases/legal/admin/statistics.html", context)


@require_POST
@permission_required("cases.export_case", raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """POST /admin/legal-statistics/export/?from=…&to=…: the same as XLSX. Logged."""
    user, (since, until) = signed_in(request), _period(request)
    found = selectors.figures(user, since, until)
    audit.record(actor=user, action="legal.export", target=user, data={"from": f"{since}", "to": f"{until}"})
    return workbook("legal-aid", "法律援助", ("项目", "内容", "数量"), _lines(found))


def _lines(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    whole = found["whole"]
    lines: list[tuple[Any, ...]] = [
        ("案件", label, whole[name] or 0)
        for name, label in (
            ("submitted", "申请"),
            ("accepted", "受理"),
            ("running", "在办"),
            ("done", "办结"),
            ("refused", "不受理"),
        )
    ]
    lines += [
        ("用时", "受理到指派律师（天）", whole["days_to_lawyer"] or ""),
        ("用时", "律师工作（分钟）", whole["minutes"]),
    ]
    lines += [
        ("金额", "挽回金额（元）", (whole["recovered"] or 0) / 100),
        ("评价", "平均星数", whole["stars"] or ""),
    ]
    lines += [("不受理原因", reason, count) for reason, count in found["refused"]]
    lines += [("结果", label, count) for label, count in found["outcomes"]]
    for one in found["lawyers"]:
        lines += [
            ("律师", f"{one} 办过", one.acted),
            ("律师", f"{one} 在办", one.open),
            ("律师", f"{one} 工作分钟", one.minutes),
            ("律师", f"{one} 挽回金额（元）", (one.recovered or 0) / 100),
        ]
    return lines


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The federation's own figures."""

    class Meta:
        model = LegalRules
        fields = "__all__"  # noqa: DJ007  every column is a figure of the rules


@require_http_methods(["GET", "POST"])
@permission_required("cases.change_legalrules", raise_exception=True)
def change_rules(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/legal-rules/: days, limits and the source of them; for cases from now on."""
    policies.check_federation(signed_in(request), "cases.change_legalrules")
    form = RulesForm(request.POST or None, instance=rules())
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        roster.keep_rules(rules=form.save(commit=False), user=signed_in(request), changes=changes)
        flash.success(request, "规则已保存，从现在开始进入新环节的案件按新的算。")
        return redirect("legal_rules")
    error = "有几处没填好，已标出来。" if form.errors else ""
    context = {"form": form, "error": error}
    return render(request, "cases/legal/admin/rules.html", context, status=422 if error else 200)
