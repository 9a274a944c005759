"""Places set aside for unions: a row each, a union found by typing and a number."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from eunion.registry.models import Union

SPARE = 1


class Row(NamedTuple):
    """A row as it was sent."""

    pk: str
    name: str
    quota: str


class SharesWidget(forms.Widget):
    """Rows of union and number, and one to spare."""

    template_name = "booking/admin/shares.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        """Return the rows that say anything."""
        columns = (data.getlist(f"{name}_union"), data.getlist(f"{name}_name"), data.getlist(f"{name}_quota"))
        rows = [Row(pk, word.strip(), quota.strip()) for pk, word, quota in zip(*columns, strict=False)]
        return [row for row in rows if row.name or row.quota]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the rows, and an empty one."""
        context = super().get_context(name, value, attrs)
        if isinstance(value, dict):
            value = [Row(str(union.pk), union.name, str(quota)) for union, quota in value.items()]
        rows = [*(value or ()), *[Row("", "", "")] * SPARE]
        context["widget"] |= {"rows": rows, "address": reverse_lazy("booking_choose", args=["unions"])}
        return context


class SharesField(forms.Field):
    """Cleans to places by union; zero leaves a union out."""

    widget = SharesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.queryset: QuerySet[Any] = Union.objects.none()

    def set_queryset(self, queryset: QuerySet[Any]) -> None:
        """Say whom places may be set aside for."""
        self.queryset = queryset

    def has_changed(self, initial: Any, data: Any) -> bool:
        """No row at all is nothing typed."""
        return bool(initial) or bool(data)

    def clean(self, value: Any) -> dict[Union, int]:
        """Return {union: places}; raises ValidationError naming the row that is wrong."""
        ids = [row.pk for row in value if row.pk.isdecimal()]
        known = {str(union.pk): union for union in self.queryset.filter(pk__in=ids)} if ids else {}
        shares: dict[Union, int] = {}
        for row in value:
            union = known.get(row.pk)
            if union is None or union.name != row.name:
                union = self._named(row.name)
            if not row.quota.isdecimal() or int(row.quota) > 1_000_000:
                raise forms.ValidationError(f"“{union.name}”的名额请写一个整数。")
            if union in shares:
                raise forms.ValidationError(f"“{union.name}”写了两次，请合成一行。")
            if int(row.quota):
                shares[union] = int(row.quota)
        return shares

    def _named(self, name: str) -> Union:
        found: list[Union] = list(self.queryset.filter(name=name)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                f"没有找到“{name}”，请从列表里选。" if name else "有一行只写了名额，请补上工会。"
            )
        return found[0]
