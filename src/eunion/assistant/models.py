"""Knowledge, and the conversations that use it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.kernel.fields import EncryptedTextField


class KnowledgeEntry(models.Model):
    """A question with its answer, its legal basis and where it comes from."""

    question = models.CharField("问题", max_length=120, unique=True)
    alternatives = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name="其他问法"
    )
    answer = models.TextField("回答", max_length=800)
    topic = models.CharField("主题", max_length=20, blank=True, db_index=True)
    legal_basis = models.CharField("依据", max_length=200, blank=True, help_text="例如：《劳动法》第四十四条")
    source = models.CharField("来源", max_length=80, blank=True)
    source_date = models.DateField("来源日期", null=True, blank=True)
    active = models.BooleanField("启用", default=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "知识"
        ordering = ["topic", "id"]

    def __str__(self) -> str:
        return self.question


class Turn(models.Model):
    """One question to 雲博士 and what became of it. The question is the asker's own: encrypted, never in a log."""

    class State(models.TextChoices):
        ANSWERED = "answered", "已回答"
        OFFERED = "offered", "给出选项"
        PASSED_ON = "passed_on", "待人工回复"
        CLOSED = "closed", "人工已回复"

    channel = models.CharField("渠道", max_length=12)
    account_id = models.BigIntegerField(default=0)
    sender = models.CharField(max_length=64)
    group = models.CharField("群", max_length=64, blank=True)
    event_id = models.CharField(max_length=100, unique=True)
    question = EncryptedTextField("提问")
    reply = models.TextField("回复", blank=True)
    entry = models.ForeignKey(KnowledgeEntry, models.SET_NULL, null=True, blank=True, related_name="+")
    confidence = models.FloatField("把握", default=0)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    urgent = models.BooleanField("紧急", default=False)
    asked_at = models.DateTimeField("提问时间", auto_now_add=True)
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    replied_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "问答记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="turn_by_state"),
            models.Index(fields=["channel", "sender", "-id"], name="turn_by_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.asked_at:%Y-%m-%d %H:%M}"
