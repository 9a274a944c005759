"""律師名冊: who they are, what they know, how much they have to do, whom they act for otherwise."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from eunion.cases.legal import policies, selectors
from eunion.cases.legal.services import roster
from eunion.cases.models import Lawyer
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.models import User
from eunion.registry.roles import Role
from eunion.registry.scope import signed_in

may_view = permission_required("cases.view_lawyer", raise_exception=True)
may_change = permission_required("cases.change_lawyer", raise_exception=True)


class LawyerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A lawyer, with the declared clients as lines: the name, and the code if it is known."""

    specialities = forms.MultipleChoiceField(
        label="擅长", choices=Lawyer.Speciality.choices, widget=forms.CheckboxSelectMultiple
    )
    clients = forms.CharField(
        label="登记的客户单位",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一个单位全称；知道统一社会信用代码的，空一格写在后面。对方是这些单位的案件，系统不让指派给这位律师。",
    )

    class Meta:
        model = Lawyer
        fields = ("name", "firm", "licence", "phone", "place", "specialities", "cases_most", "active", "user")
        help_texts = {
            "licence": "17 位数字，每位律师一个。",
            "phone": "办公电话，会告诉当事人。",
            "place": "约了面谈的人到哪里来。",
            "active": "不再合作的取消勾选，已办的案件不受影响。",
            "user": "律师自己登录的，选他的账号（角色是“法律援助律师”）；没有就由办件员代为记录。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account: Any = self.fields["user"]
        account.queryset = User.objects.filter(groups__name=Role.LAWYER, is_active=True).order_by(
            "display_name"
        )
        if self.instance.pk and not self.is_bound:
            lines = [f"{one.name} {one.uscc}".strip() for one in self.instance.clients.all()]
            self.fields["clients"].initial = "\n".join(lines)

    def clean_licence(self) -> str:
        """Return a licence number of 17 digits."""
        licence = re.sub(r"\s", "", str(self.cleaned_data["licence"]))
        if not re.fullmatch(r"\d{17}", licence):
            raise forms.ValidationError("执业证号是 17 位数字，请再核对。")
        return licence

    def clean_clients(self) -> list[roster.Client]:
        """Return the clients of the lines; a last word of 18 letters and digits is the code."""
        found = []
        for line in str(self.cleaned_data["clients"]).splitlines():
            words = line.split()
            code = (
                words.pop().upper() if len(words) > 1 and re.fullmatch(r"[0-9A-Za-z]{18}", words[-1]) else ""
            )
            if words:
                found.append(roster.Client(" ".join(words)[:100], code))
        return found


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/lawyers/?speciality=…&state=…&q=…: the roster with its load."""
    context: dict[str, Any] = paged(request, selectors.roster(request.GET.dict()))
    context |= {
        "specialities": Lawyer.Speciality.choices,
        "may_change": request.user.has_perm("cases.change_lawyer")
        and policies.is_federations(signed_in(request)),
    }
    return render(request, "cases/legal/admin/lawyers.html", context)


@require_http_methods(["GET", "POST"])
@may_change
def edit(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """GET or POST /admin/lawyers/add/, /admin/lawyers/<id>/: one lawyer."""
    lawyer = get_object_or_404(Lawyer, public_id=public_id) if public_id else Lawyer()
    user = signed_in(request)
    policies.check_federation(user, "cases.change_lawyer")
    form = LawyerForm(request.POST or None, instance=lawyer)
    error = ""
    if request.method == "POST":
        if form.is_valid():
            try:
                roster.keep(lawyer=form.save(commit=False), clients=form.cleaned_data["clients"], user=user)
                flash.success(request, f"已保存{lawyer}。")
                return redirect("legal_lawyers")
            except DomainError as problem:
                error = problem.message
        else:
            error = "有几处没填好，已标出来；填的内容都还在。"
    context = {"form": form, "lawyer": lawyer, "error": error}
    return render(request, "cases/legal/admin/lawyer.html", context, status=422 if error else 200)
