"""What WeChat tells us, kept once however often it was told."""

from __future__ import annotations

from django.db import models


class InboundMessage(models.Model):
    """A message or event that WeChat delivered to our callback, kept once however often it was told."""

    account = models.ForeignKey("wechat.Account", models.CASCADE, related_name="inbound")
    dedupe_key = models.CharField(max_length=120)
    openid = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=32
    )  # text, image, … or event.subscribe, event.TEMPLATESENDJOBFINISH, …
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "收到的消息"
        constraints = [models.UniqueConstraint(fields=["account", "dedupe_key"], name="one_inbound_per_key")]
        indexes = [
            models.Index(fields=["account", "openid", "-id"], name="inbound_by_sender"),
            models.Index(fields=["id"], condition=models.Q(handled_at=None), name="inbound_to_handle"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"
