"""The phone's form, made of a declaration: Django's own fields, and one small form a row."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from eunion.cases.declaration import Field
from eunion.kernel.errors import Invalid
from eunion.registry import codes
from eunion.registry.models import Union

TEXT_MAX, LONG_MAX, ROWS_MAX = 100, 2000, 12
FEN_MAX = 10**10  # a hundred million yuan
_NO_CHOICE = ("", "请选择")
# Django's own words are a machine's.
_WRONG = {
    "invalid": "这里填得不对，请核对。",
    "invalid_choice": "请从给出的选项里选。",
    "min_value": "不能小于 %(limit_value)s。",
    "max_value": "数太大了，请核对。",
    "max_length": "太长了，最多 %(limit_value)s 个字，现在 %(show_value)s 个。",
    "max_decimal_places": "金额最多到分。",
    "max_digits": "数太大了，请核对。",
    "max_whole_digits": "数太大了，请核对。",
}
_YES_NO = (("yes", "是"), ("no", "否"))


def _checked(error: Callable[[str], str]) -> Callable[[str], None]:
    """Return a validator made of a function that says what is wrong with a number, or nothing."""

    def check(value: str) -> None:
        wrong = error(value)
        if wrong:
            raise ValidationError(wrong)

    return check


def luhn_is_valid(number: str) -> bool:
    """Say whether a bank card's last digit fits the others (ISO/IEC 7812-1)."""
    digits = [int(one) for one in reversed(number)]
    doubled = [one * 2 - 9 if one > 4 else one * 2 for one in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def bank_card_error(value: str) -> str:
    """Return what is wrong with a bank card's number, or nothing."""
    right = re.fullmatch(r"\d{12,19}", value) and luhn_is_valid(value)
    return "" if right else "银行卡号不对，请对照卡面再核对一遍。"


_CHECKS = {
    "id_number": _checked(codes.id_number_error),
    "phone": _checked(codes.phone_error),
    "uscc": _checked(codes.uscc_error),
    "bank_card": _checked(bank_card_error),
}


class FenField(forms.DecimalField):
    """An amount typed in yuan, read as whole fen."""

    def __init__(self, *, most: int = FEN_MAX // 100, **options: Any) -> None:
        super().__init__(min_value=0, decimal_places=2, max_value=most, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(re.sub(r"[,，元¥￥\s]", "", value) if isinstance(value, str) else value)

    def clean(self, value: Any) -> int | None:
        yuan = super().clean(value)
        return None if yuan is None else int(yuan * 100)


class PercentField(FenField):
    """A percentage with at most two decimals, read as whole ten-thousandths: 12.5 is 1250."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=100, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.rstrip("%％ ") if isinstance(value, str) else value)


class DigitsField(forms.CharField):
    """A number with its own check; spaces and hyphens typed between are left out."""

    def to_python(self, value: Any) -> str:
        return codes.half_width(re.sub(r"[\s\-]", "", str(super().to_python(value)))).upper()


class UnionField(forms.CharField):
    """A union, by its public id."""

    def clean(self, value: Any) -> Union | None:
        typed = super().clean(value)
        if not typed:
            return None
        found: Union | None = Union.objects.filter(public_id=typed, active=True).first()
        if found is None:
            raise ValidationError("没有找到这个工会，请重新选择。")
        return found


def form_field(field: Field) -> forms.Field:
    """Return Django's field for a declared one; rows have a form of their own."""
    verb = "选" if field.kind in ("choice", "many", "yes_no", "union", "date") else "填"
    common: dict[str, Any] = {
        "label": field.label,
        "required": field.required,
        "error_messages": {"required": f"请{verb}“{field.label}”。"} | _WRONG,
    }
    if field.kind in ("text", "long"):
        most = field.most or (TEXT_MAX if field.kind == "text" else LONG_MAX)
        widget = forms.Textarea(attrs={"rows": 4}) if field.kind == "long" else forms.TextInput()
        return forms.CharField(max_length=most, widget=widget, **common)
    if field.kind == "number":
        return forms.IntegerField(
            min_value=field.least or 0, max_value=field.most or 10**6, widget=_digits(), **common
        )
    if field.kind in ("money", "percent"):
        made = FenField if field.kind == "money" else PercentField
        return made(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    if field.kind == "date":
        return _DateField(past=field.past, widget=forms.DateInput(attrs={"type": "date"}), **common)
    if field.kind in ("choice", "yes_no"):
        choices = field.choices or _YES_NO
        return (
            forms.ChoiceField(choices=choices, widget=forms.RadioSelect(), **common)
            if len(choices) <= 6
            else forms.ChoiceField(choices=(_NO_CHOICE, *choices), **common)
        )
    if field.kind == "many":
        return forms.MultipleChoiceField(
            choices=field.choices, widget=forms.CheckboxSelectMultiple(), **common
        )
    if field.kind == "union":
        return UnionField(widget=forms.TextInput(attrs={"data-union": ""}), **common)
    widget = forms.TextInput() if field.kind in ("id_number", "uscc") else _digits()
    return DigitsField(max_length=30, validators=[_CHECKS[field.kind]], widget=widget, **common)


def _digits() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric"})


class _DateField(forms.DateField):
    def __init__(self, *, past: bool, **options: Any) -> None:
        super().__init__(**options)
        self.past = past

    def clean(self, value: Any) -> datetime.date | None:
        day = super().clean(value)
        if day and not 1900 <= day.year <= 2100:
            raise ValidationError("请填正确的日期。")
        if day and self.past and day > timezone.localdate():
            raise ValidationError("这个日期还没到，请核对。")
        return day


def asked(fields: Iterable[Field], answers: dict[str, Any]) -> list[Field]:
    """Return the fields that are asked, given what was answered."""
    return [field for field in fields if field.when is None or field.when.holds(answers)]


class CaseForm(forms.Form):
    """A form of declared fields; what isn't asked is neither required nor kept."""

    def __init__(
        self, declared: Iterable[Field], answers: dict[str, Any] | None = None, prefix: str = ""
    ) -> None:
        self.declared = list(declared)
        plain = [one for one in self.declared if one.kind != "rows"]
        data = None
        if answers is not None:
            plain_asked = asked(plain, answers)
            data = {
                f"{prefix}-{one.name}" if prefix else one.name: answers.get(one.name, "")
                for one in plain_asked
            }
            fields = plain_asked
        else:
            fields = plain
        super().__init__(data, prefix=prefix or None)
        for one in fields:
            self.fields[one.name] = form_field(one)


def taken(fields: Iterable[Field], sent: QueryDict) -> dict[str, Any]:
    """Return what a form sent, as typed: only declared fields, bounded; rows without any word are left out.

    Raises Invalid for a text longer than anything that is asked.
    """
    found: dict[str, Any] = {}
    for field in fields:
        if field.kind == "rows":
            if f"{field.name}-0-{field.columns[0].name}" in sent or f"{field.name}-rows" in sent:
                found[field.name] = _rows(field, sent)
        elif field.kind == "many":
            if field.name in sent or f"{field.name}-many" in sent:
                found[field.name] = [one[:LONG_MAX] for one in sent.getlist(field.name)][:50]
        elif field.name in sent:
            found[field.name] = _bounded(field, str(sent[field.name]))
    return found


def _rows(field: Field, sent: QueryDict) -> list[dict[str, str]]:
    rows = []
    for place in range(field.most or ROWS_MAX):
        row = {
            one.name: _bounded(one, str(sent.get(f"{field.name}-{place}-{one.name}", "")))
            for one in field.columns
        }
        if any(row.values()):
            rows.append(row)
    return rows


def _bounded(field: Field, text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > LONG_MAX:
        raise Invalid(f"“{field.label}”太长了，最多 {LONG_MAX} 个字。")
    return text
