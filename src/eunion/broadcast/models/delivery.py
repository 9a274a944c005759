"""Broadcasts and deliveries: the proof of who was told, when and how."""

from __future__ import annotations

from django.db import models


class Broadcast(models.Model):
    """One publication of a notice on its way: planned with the publication, then sent."""

    class State(models.TextChoices):
        SENDING = "sending", "发送中"
        PAUSED = "paused", "已暂停"
        CANCELLED = "cancelled", "已取消"
        DONE = "done", "已完成"

    notice = models.ForeignKey(
        "broadcast.Notice", models.CASCADE, related_name="broadcasts", verbose_name="通知"
    )
    revision_id = models.PositiveBigIntegerField("版本")
    title = models.CharField("标题", max_length=255)
    summary = models.CharField("摘要", max_length=200, blank=True)
    source = models.CharField("来源", max_length=80, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SENDING)
    paused_because = models.CharField("暂停原因", max_length=200, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    planned_count = models.PositiveIntegerField("计划数", default=0)
    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("发布时间", auto_now_add=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "触达"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "revision_id"], name="one_broadcast_per_publication"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message to one address. Member and grid are those at planning time, for the reach by grid.

    Member and grid carry no foreign-key constraint: 300,000 rows are planned in one statement, and checking two keys
    a row costs more than the rows themselves. Members are never deleted, only left without data.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENT = "sent", "已发送"
        DELIVERED = "delivered", "已送达"
        READ = "read", "已读"
        REFUSED = "refused", "拒收"
        UNREACHABLE = "unreachable", "无法送达"
        CANCELLED = "cancelled", "已取消"

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=12)
    account_id = models.BigIntegerField(default=0)
    address = models.CharField(max_length=64)
    member = models.ForeignKey(
        "registry.Member", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    grid = models.ForeignKey(
        "registry.Grid", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=11, choices=State.choices, default=State.QUEUED)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=20, blank=True, default="")
    remote_id = models.CharField(max_length=64, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "投递"
        constraints = [
            models.UniqueConstraint(
                fields=["broadcast", "channel", "address"], name="one_delivery_per_address"
            ),
        ]
        indexes = [
            models.Index(
                fields=["broadcast", "channel", "account_id", "id"],
                condition=models.Q(state="queued"),
                name="delivery_queue",
            ),
            models.Index(
                fields=["remote_id"], condition=~models.Q(remote_id=""), name="delivery_by_remote_id"
            ),
            models.Index(
                fields=["member", "-id"], condition=models.Q(member__isnull=False), name="delivery_of_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class LastMileTick(models.Model):
    """A grid worker told a member in person."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="ticks")
    member = models.ForeignKey("registry.Member", models.CASCADE, related_name="+")
    told_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+")
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "当面告知"
        constraints = [models.UniqueConstraint(fields=["broadcast", "member"], name="one_tick_per_member")]

    def __str__(self) -> str:
        return f"{self.member} {self.told_at:%m-%d %H:%M}"
