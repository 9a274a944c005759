"""季 and 暫停報名: spans that share one limit, and members who are out for a while."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.forms.models import WagtailAdminModelForm

from eunion.booking.backoffice.chooser import ChooserWidget, ChosenField
from eunion.booking.backoffice.forms import nearest
from eunion.booking.backoffice.reach import tell_refusal
from eunion.booking.models import Barred, Season
from eunion.booking.services.bar import lift_bar
from eunion.kernel.console import paged
from eunion.kernel.errors import DomainError
from eunion.registry.models import Union
from eunion.registry.scope import scope_of, signed_in
from eunion.registry.viewsets import ScopedViewSet


class SeasonForm(WagtailAdminModelForm):
    """A name and whose it is: a union of the person's own."""

    owner = ChosenField(label="主办工会", widget=ChooserWidget("unions", single=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.set_queryset(Union.objects.visible_to(scope_of(self.for_user)))
        self.fields[
            "name"
        ].help_text = "例如：2026 年冬季观影季。几个活动合起来限每人次数时，建一个季，再在活动里选它。"
        self.initial["owner"] = (
            [self.instance.owner_id] if self.instance.pk else nearest(scope_of(self.for_user))
        )

    class Media:
        css = {"all": ["console/desk.css"]}
        js = ["console/desk.js"]


class SeasonViewSet(ScopedViewSet):
    """季."""

    model = Season
    icon = "date"
    name = "seasons"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "owner"]
    search_fields = ["name"]
    search_backend_name = None
    list_per_page = 25

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:  # type: ignore[type-arg]
        """Return our form, whatever the view."""
        return forms.modelform_factory(Season, form=SeasonForm, fields=["name", "owner"])


@require_GET
@permission_required("booking.view_barred", raise_exception=True)
def barred(request: HttpRequest) -> HttpResponse:
    """GET /admin/barred/?q=…&show=all: who is out, why and until when; all = with those that have ended."""
    rows, now = Barred.objects.visible_to(scope_of(signed_in(request))), timezone.now()
    if request.GET.get("show") != "all":
        rows = rows.filter(lifted_at=None, until__gt=now)
    query = request.GET.get("q", "").strip()[:40]
    if query:
        rows = rows.filter(member__name__contains=query)
    context = paged(request, rows.select_related("member").order_by("-id"))
    context |= {"now": now, "may_lift": request.user.has_perm("booking.change_barred")}
    return render(request, "booking/admin/barred.html", context)


@require_POST
@permission_required("booking.change_barred", raise_exception=True)
def lift(request: HttpRequest, bar_id: int) -> HttpResponse:
    """POST /admin/barred/<id>/lift/: end it before its time, with the reason."""
    visible = Barred.objects.visible_to(scope_of(signed_in(request)))
    bar = get_object_or_404(visible.select_related("member"), pk=bar_id)
    try:
        lift_bar(bar=bar, user=signed_in(request), reason=request.POST.get("reason", ""))
        flash.success(request, f"{bar.member}可以重新报名了。")
    except DomainError as problem:
        tell_refusal(request, problem)
    return redirect("booking_barred")
