"""Find unions and grids by typing: hundreds of them in a select help nobody.

The field takes ticked numbers and, where no script runs or somebody just typed on, whole names; a name that fits
nothing is an error with the words kept, never dropped.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET

from eunion.booking.backoffice.reach import may_view
from eunion.registry.models import Grid, Union
from eunion.registry.scope import scope_of, signed_in

FOUND_MOST = 20


class Asked(NamedTuple):
    """What a chooser sent: the numbers that were ticked, and what was typed beside them."""

    ids: list[str]
    typed: str


class ChooserWidget(forms.Widget):
    """Ticked rows, and a box to find more by typing; `single` keeps one and shows it in the box itself."""

    template_name = "booking/admin/chooser.html"

    def __init__(self, noun: str, *, single: bool = False) -> None:
        super().__init__()
        self.address = reverse_lazy("booking_choose", args=[noun])
        self.single = single
        self.queryset: QuerySet[Any] = Union.objects.none()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Asked:
        """Return what was ticked and what was typed."""
        ids = [one for one in data.getlist(name) if one.isdecimal()]
        return Asked(ids, data.get(f"{name}_typed", "").strip())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked is an answer, too."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the chosen rows, by one look-up."""
        context = super().get_context(name, value, attrs)
        ids, typed = value if isinstance(value, Asked) else ([str(one) for one in value or ()], "")
        chosen = list(self.queryset.filter(pk__in=ids)) if ids else []
        if self.single and chosen and not typed:
            typed = str(chosen[0])
        context["widget"] |= {
            "chosen": chosen,
            "typed": typed,
            "address": self.address,
            "single": self.single,
        }
        return context


class ChosenField(forms.Field):
    """Rows of a query set, chosen by a ChooserWidget; cleans to a list, or to one row where the widget is single."""

    widget: Any

    def set_queryset(self, queryset: QuerySet[Any]) -> None:
        """Say what may be chosen."""
        self.queryset = self.widget.queryset = queryset

    def clean(self, value: Any) -> Any:
        """Return the rows; raises ValidationError with the name that was not found."""
        if self.disabled:  # what the row holds, not what was sent
            value = Asked([str(one) for one in value or ()], "")
        ids, typed = value
        found = list(self.queryset.filter(pk__in=ids)) if ids else []
        if self.disabled and self.widget.single:
            return found[0] if found else None
        if len(found) != len(set(ids)):
            raise forms.ValidationError("选中的有一项不在您的管理范围内，请去掉后再选。")
        if self.widget.single:
            if not typed:
                found = []
            elif not found or str(found[0]) != typed:
                found = [self._named(typed)]
        else:
            found += [one for one in map(self._named, _words(typed)) if one not in found]
        if self.required and not found:
            raise forms.ValidationError("请输入名称，从列表里选一个。")
        if self.widget.single:
            return found[0] if found else None
        return found

    def _named(self, word: str) -> Any:
        by = Q(name=word) | Q(code=word) if self.queryset.model is Grid else Q(name=word)
        found = list(self.queryset.filter(by)[:2])
        if not found:
            raise forms.ValidationError(f"没有找到“{word}”，请从列表里选。")
        if len(found) > 1:
            raise forms.ValidationError(f"叫“{word}”的不止一个，请从列表里选。")
        return found[0]


def _words(typed: str) -> list[str]:
    return [word for word in re.split(r"[、，,；;\n]+", typed) if word.strip()]


@require_GET
@may_view
def choose(request: HttpRequest, noun: str) -> JsonResponse:
    """GET /admin/offerings/choose/unions|grids/?q=…: rows in scope whose name holds the words, for the box."""
    scope, words = scope_of(signed_in(request)), request.GET.get("q", "").split()
    found: QuerySet[Any]
    if noun == "grids":
        found = Grid.objects.visible_to(scope).order_by("code")
        for word in words:
            found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
        rows = [{"id": one.pk, "name": str(one), "note": ""} for one in found[:FOUND_MOST]]
    else:
        found = Union.objects.visible_to(scope).filter(active=True).order_by("depth", "name")
        for word in words:
            found = found.filter(Q(name__icontains=word) | Q(address__icontains=word))
        rows = [
            {"id": one.pk, "name": one.name, "note": one.get_kind_display()} for one in found[:FOUND_MOST]
        ]
    return JsonResponse({"rows": rows})
