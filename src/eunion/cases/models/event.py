"""What happened to a case, in order; a trigger in the database refuses to change or remove a row."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from eunion.cases.models.case import Case
from eunion.kernel.fields import EncryptedTextField


class CaseEvent(models.Model):
    """One event. `words` are for the member, `note` for staff alone; `record` is what a decider wrote down (encrypted)."""

    class Kind(models.TextChoices):
        SUBMIT = "submit", "提交"
        ASSIGN = "assign", "分派"
        PASS = "pass", "通过"
        FINISH = "finish", "办结"
        MEND = "mend", "要求补正"
        SUPPLEMENT = "supplement", "已补正"
        REMIND = "remind", "提醒补正"
        REFUSE = "refuse", "不通过"
        WITHDRAW = "withdraw", "撤回"
        TRANSFER = "transfer", "转办"
        ESCALATE = "escalate", "超期升级"
        REOPEN = "reopen", "重新办理"
        RATE = "rate", "评价"
        NOTE = "note", "备注"

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name="办件")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField("事件", max_length=10, choices=Kind.choices)
    stage_name = models.CharField("环节", max_length=20)
    actor = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    words = models.CharField("告诉申请人", max_length=500, blank=True)
    note = models.CharField("内部备注", max_length=500, blank=True)
    typed = EncryptedTextField("环节记录")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_in_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def record(self) -> dict[str, Any]:
        """Return what the decider wrote down at the stage, as typed."""
        found: dict[str, Any] = json.loads(self.typed) if self.typed else {}
        return found
