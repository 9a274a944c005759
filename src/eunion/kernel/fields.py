"""Model fields for personal data: encrypted text and its blind index."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from eunion.kernel import crypto


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """Text that is encrypted in the database and plain in Python; never filter on it, use its BlindIndexField."""

    empty_strings_allowed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return crypto.decrypt(bytes(value)) if value else ""

    def get_prep_value(self, value: Any) -> bytes:
        return crypto.encrypt(value) if value else b""

    def to_python(self, value: Any) -> str:
        return value or ""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CharField, **kwargs})


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """Keyed digest of another field of the row, filled on save() and bulk_create(): equality look-ups only.

    `bulk_update` and `QuerySet.update` skip it: set both columns there with `crypto.blind_index`.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        digest = crypto.blind_index(getattr(model_instance, self.source), self.source)
        setattr(model_instance, self.attname, digest)
        return digest


def masked_id_number(value: str) -> str:
    """Mask all but the first three and last two characters: 130***********23."""
    return value[:3] + "*" * max(len(value) - 5, 0) + value[-2:] if len(value) > 6 else "*" * len(value)


def masked_phone(value: str) -> str:
    """Mask the middle of a phone number: 138****0001."""
    return value[:3] + "****" + value[-4:] if len(value) >= 8 else "*" * len(value)


def masked_name(value: str) -> str:
    """Keep the family name alone: 王**."""
    return value[:1] + "*" * (len(value) - 1)
