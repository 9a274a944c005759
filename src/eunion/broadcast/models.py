"""Notices and their way to every worker: one broadcast a publication, one delivery row a recipient and channel."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.content.models import ReviewedPage


class Notice(ReviewedPage):
    """A notice: a reviewed page with an audience. Empty unions, grids and tags mean no limit of that kind."""

    class Certified(models.TextChoices):
        ANY = "any", "不限"
        YES = "yes", "仅已认证"
        NO = "no", "仅未认证"

    audience_unions = models.ManyToManyField(
        "registry.Union", blank=True, related_name="+", verbose_name="工会（含下级）"
    )
    audience_grids = models.ManyToManyField(
        "registry.Grid", blank=True, related_name="+", verbose_name="网格"
    )
    audience_tags = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="标签")
    audience_certified = models.CharField(
        "认证", max_length=3, choices=Certified.choices, default=Certified.ANY
    )
    channels = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name="渠道")

    class Meta:
        verbose_name = verbose_name_plural = "通知"


class Broadcast(models.Model):
    """One publication of a notice on its way: planned with the publication, then sent."""

    class State(models.TextChoices):
        SENDING = "sending", "发送中"
        PAUSED = "paused", "已暂停"
        CANCELLED = "cancelled", "已取消"
        DONE = "done", "已完成"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="broadcasts", verbose_name="通知")
    revision_id = models.PositiveBigIntegerField("版本")
    title = models.CharField("标题", max_length=255)
    summary = models.CharField("摘要", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SENDING)
    send_at = models.DateTimeField("发送时间")
    planned_count = models.PositiveIntegerField("计划数", default=0)
    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "触达"
        constraints = [
            models.UniqueConstraint(fields=["notice", "revision_id"], name="one_broadcast_per_publication"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message to one address. Union and grid are those at planning time, for the reach by union and by grid."""

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        DELIVERED = "delivered", "已送达"
        READ = "read", "已读"
        REFUSED = "refused", "拒收"
        UNREACHABLE = "unreachable", "无法送达"

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=12)
    account_id = models.BigIntegerField(default=0)
    address = models.CharField(max_length=64)
    member = models.ForeignKey("registry.Member", models.SET_NULL, null=True, related_name="deliveries")
    grid = models.ForeignKey("registry.Grid", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices, default=State.QUEUED)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=20, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "投递"
        constraints = [
            models.UniqueConstraint(
                fields=["broadcast", "channel", "address"], name="one_delivery_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
