"""Which template of an account carries which of the platform's messages, and who agreed to get it."""

from __future__ import annotations

from django.db import models


class MessageTemplate(models.Model):
    """A kind of message (see `kinds.py`) mapped to an account's template. `fields`: {"thing1": "title", …}."""

    class Way(models.TextChoices):
        TEMPLATE = "template", "模板消息（服务号）"
        NOTICE = "notice", "订阅通知（服务号）"
        MINI = "mini", "订阅消息（小程序）"

    account = models.ForeignKey(
        "wechat.Account", models.CASCADE, related_name="templates", verbose_name="账号"
    )
    kind = models.CharField("消息", max_length=24)
    way = models.CharField("方式", max_length=8, choices=Way.choices, default=Way.TEMPLATE)
    template_id = models.CharField("模板编号", max_length=64)
    fields = models.JSONField("字段对应", default=dict)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息模板"
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="one_message_template_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.account}"


class Consent(models.Model):
    """How many more one-time subscribe messages of a template a person has agreed to."""

    follower = models.ForeignKey("wechat.Follower", models.CASCADE, related_name="consents")
    template_id = models.CharField(max_length=64)
    left = models.PositiveIntegerField(default=0)
    refused = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "template_id"], name="one_consent_per_template")
        ]

    def __str__(self) -> str:
        return f"{self.template_id}: {self.left}"
