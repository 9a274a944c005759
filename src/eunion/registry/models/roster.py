"""Roster imports: a file on its way into the registry, first looked at, then applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import Storage, storages
from django.db import models

from eunion.kernel.fields import EncryptedTextField

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


def private_storage() -> Storage:
    """Return the storage for files with personal data."""
    return storages["private"]


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> RosterImportQuerySet:
        """Keep the imports of the unions in scope."""
        return self if scope.everything else self.filter(scope.unions("union__"))


class RosterImport(models.Model):
    """One uploaded roster. Its rows are staged, so nothing changes before someone has seen what would."""

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        CHECKED = "checked", "待确认"
        APPLYING = "applying", "导入中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "无法读取"

    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="工会范围")
    file = models.FileField("文件", upload_to="rosters/%Y%m/", storage=private_storage)
    file_name = models.CharField("文件名", max_length=120)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.CHECKING)
    total_count = models.PositiveIntegerField("总行数", default=0)
    checked_count = models.PositiveIntegerField("已检查", default=0)
    applied_count = models.PositiveIntegerField("已导入", default=0)
    problem = models.CharField("问题", max_length=200, blank=True)
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        ordering = ["-id"]
        permissions = [("import_roster", "导入名册"), ("export_roster", "导出名册（完整号码）")]

    def __str__(self) -> str:
        return self.file_name


class RosterRow(models.Model):
    """One row of the file: what it says (encrypted), what would become of it, and why it can't be taken."""

    class Action(models.TextChoices):
        ADD = "add", "新增"
        CHANGE = "change", "变更"
        SAME = "same", "无变化"
        REJECT = "reject", "不能导入"

    roster = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    action = models.CharField("处理", max_length=6, choices=Action.choices)
    name = models.CharField("姓名", max_length=40, blank=True)
    id_number_index = models.CharField(max_length=32, blank=True)
    content = EncryptedTextField()
    notes = models.JSONField(
        default=list
    )  # [{column, value (masked), reason}] or [{column, before, after}] (masked)
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="one_row_per_number")]
        indexes = [
            models.Index(fields=["roster", "action", "number"], name="roster_row_by_action"),
            models.Index(fields=["roster", "id_number_index"], name="roster_row_by_id_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
