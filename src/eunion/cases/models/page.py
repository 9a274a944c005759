"""Pages of the papers that belong to a case: pictures made by us, kept privately."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models

from eunion.cases.models.case import Case
from eunion.kernel.fields import EncryptedTextField
from eunion.kernel.ids import new_public_id


def private_storage() -> Storage:
    """Return the storage for files with personal data."""
    return storages["private"]


class Page(models.Model):
    """One page of one material, and what the OCR read on it."""

    class Reading(models.TextChoices):
        NONE = "none", "不用识别"
        WAITING = "waiting", "识别中"
        READ = "read", "已识别"
        NOTHING = "nothing", "没认出字"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="pages", verbose_name="办件")
    material = models.CharField("材料", max_length=20)
    # The phone's own name for the file it sent, and the page of it: the same file again is the same pages.
    client_id = models.UUIDField()
    part = models.PositiveSmallIntegerField(default=0)
    file = models.FileField("图片", upload_to="cases/%Y%m/", storage=private_storage)
    digest = models.CharField(max_length=64)
    sent_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="上传人")
    sent_at = models.DateTimeField("上传时间", auto_now_add=True)
    # Replaced or taken out after the case was submitted: staff may have looked at it, so it stays.
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    reading = models.CharField("识别", max_length=8, choices=Reading.choices, default=Reading.NONE)
    found = EncryptedTextField("识别结果")

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        ordering = ["case", "material", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "client_id", "part"], name="one_page_per_sent_part")
        ]
        indexes = [models.Index(fields=["case", "material", "id"], name="page_by_material")]

    def __str__(self) -> str:
        return f"{self.material} {self.public_id}"

    @property
    def read(self) -> dict[str, Any]:
        """Return what was read: {"kind": …, "size": [w, h], "fields": {name: {"value", "text", "box", "score"}}}."""
        found: dict[str, Any] = json.loads(self.found) if self.found else {}
        return found
