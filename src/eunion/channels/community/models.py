"""The cloud-community gateway: one account, and what it tells us."""

from __future__ import annotations

from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Gateway(models.Model):
    """The district's community platform, which runs the residents' groups."""

    name = models.CharField("名称", max_length=40)
    base_url = models.URLField("接口地址")
    app_key = models.CharField("应用标识", max_length=64, unique=True)
    secret = EncryptedTextField("签名密钥")
    rate_per_s = models.PositiveIntegerField("每秒发送上限 (0 不限)", default=0)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "云社区接口"

    def __str__(self) -> str:
        return self.name


class Nonce(models.Model):
    """A nonce seen in a signed call; a second sight within the allowed clock skew is a replay."""

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="+")
    value = models.CharField(max_length=64)
    seen_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "value"], name="one_use_per_nonce")]

    def __str__(self) -> str:
        return self.value


class InboundEvent(models.Model):
    """An event that the gateway told us, kept once however often it was told."""

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="inbound")
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    group = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "云社区消息"
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="one_inbound_per_event")]
        indexes = [models.Index(fields=["id"], condition=models.Q(handled_at=None), name="event_to_handle")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
