"""Re-checks that are due, and doing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from eunion.cases import forms, shown
from eunion.cases.application import Answers
from eunion.cases.declaration import Field
from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.backoffice.files import may_view
from eunion.cases.hardship.formula import Household
from eunion.cases.hardship.services import rechecks
from eunion.cases.models import HardshipFile, HardshipRecheck
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import scope_of, signed_in

STATES = (("due", "待复核"), ("late", "已超期"), ("done", "已复核"))
ASKED = [
    Field("size", "家庭人数", "number", least=1, most=15),
    Field("income", "全家一年的收入（元）", "money"),
    Field(
        "spending", "一年必须花的钱（元）", "money", required=False, help="看病、上学、住房等自己付的部分。"
    ),
    Field("loss", "近一年意外、灾害、大病损失（元）", "money", required=False),
    Field("words", "复核情况", "long", most=1000),
    Field(
        "leaving",
        "不再帮扶的原因",
        "choice",
        choices=tuple(HardshipFile.Leaving.choices),
        required=False,
        help="继续帮扶的不用选。",
    ),
]


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/hardship/rechecks/?state=…: re-checks in scope, by their day."""
    asked = request.GET.dict()
    context = paged(request, selectors.rechecks(scope_of(signed_in(request)), asked))
    context |= {"states": STATES, "state": asked.get("state", "due"), "today": timezone.localdate()}
    return render(request, "cases/hardship/admin/rechecks.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(policies.RECHECK, raise_exception=True)
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/hardship/rechecks/<id>/ (what=look or finish): work it out anew, then write it down."""
    rows = HardshipRecheck.objects.filter(scope_of(signed_in(request)).unions("file__union__"))
    recheck = get_object_or_404(rows.select_related("file__union", "file__member"), public_id=public_id)
    typed = forms.taken(ASKED, request.POST)
    context: dict[str, Any] = {"recheck": recheck, "file": recheck.file}
    status = 200
    if request.method == "POST":
        try:
            values = _values(typed, looking=request.POST.get("what") == "look")
            household = Household(
                values["size"], values["income"], values.get("spending") or 0, values.get("loss") or 0
            )
            if request.POST.get("what") == "look":
                context["outcome"] = rechecks.outcome_of(household)
            else:
                rechecks.finish(
                    recheck=recheck,
                    user=signed_in(request),
                    household=household,
                    words=values["words"],
                    leaving=values["leaving"],
                )
                flash.success(request, f"{recheck.file.number} 已复核。")
                return redirect("hardship_rechecks")
        except DomainError as problem:
            context |= {"error": problem.message, "errors": problem.detail.get("errors") or {}}
            status = problem.status
    context["fields"] = shown.fields_of(ASKED, typed, context.get("errors") or {})
    return render(request, "cases/hardship/admin/recheck.html", context, status=status)


def _values(typed: dict[str, Any], *, looking: bool) -> dict[str, Any]:
    """Return the values; to look at the outcome nothing has to be said yet."""
    read = Answers([one for one in ASKED if not (looking and one.name == "words")], typed)
    if read.errors:
        raise Invalid("有几处没填好，请按提示改一改。", errors=read.errors)
    return read.values
