"""Offerings: a course, a ticket event or a public-benefit activity, with its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class SeasonQuerySet(models.QuerySet["Season"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> SeasonQuerySet:
        """Keep those whose owner lies in a staff member's scope."""
        return self.filter(scope.unions("owner__"))


class Season(models.Model):
    """A span over several offerings for which one limit a person holds, for example 2026 春季文体课程."""

    name = models.CharField("名称", max_length=60)
    owner = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="主办工会")

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class OfferingQuerySet(models.QuerySet["Offering"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> OfferingQuerySet:
        """Keep those whose owner lies in a staff member's scope."""
        return self.filter(scope.unions("owner__"))

    def public(self) -> OfferingQuerySet:
        """Keep what members may see: published, and closed ones with their history."""
        return self.filter(state__in=[Offering.State.PUBLISHED, Offering.State.CLOSED])


class Offering(models.Model):
    """Limited places under one set of rules. Money is integer fen; empty limits and windows mean none."""

    class Kind(models.TextChoices):
        COURSE = "course", "课程"
        TICKET = "ticket", "抢票"
        CHARITY = "charity", "公益活动"

    class Mode(models.TextChoices):
        RUSH = "rush", "准点开抢"
        LOTTERY = "lottery", "摇号"
        OPEN = "open", "随时报名"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已取消"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    mode = models.CharField("方式", max_length=8, choices=Mode.choices, default=Mode.RUSH)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField("标题", max_length=80)
    summary = models.CharField("一句话介绍", max_length=120, blank=True)
    description = models.TextField("详细介绍", blank=True)
    owner = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="主办工会")
    season = models.ForeignKey(
        Season, models.PROTECT, null=True, blank=True, related_name="offerings", verbose_name="季"
    )
    price_fen = models.PositiveIntegerField("价格（分）", default=0)

    certified_only = models.BooleanField("仅限已认证会员", default=True)
    unions = models.ManyToManyField("registry.Union", blank=True, related_name="+", verbose_name="限定工会")
    grids = models.ManyToManyField("registry.Grid", blank=True, related_name="+", verbose_name="限定网格")
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="限定标签")
    joined_before = models.DateField("须在此日前入会", null=True, blank=True)
    entry_condition = models.CharField("报名前须完成", max_length=40, blank=True)

    per_day = models.PositiveSmallIntegerField("每人每天最多", null=True, blank=True)
    per_event = models.PositiveSmallIntegerField("每人本活动最多", null=True, blank=True)
    per_season = models.PositiveSmallIntegerField("每人每季最多", null=True, blank=True)

    opens_at = models.DateTimeField("开始时间", null=True, blank=True)
    closes_at = models.DateTimeField("截止时间", null=True, blank=True)
    payment_minutes = models.PositiveIntegerField("付款时限（分钟）", default=180)
    redemption_days = models.PositiveSmallIntegerField("使用期限（天）", default=60)
    uses = models.PositiveSmallIntegerField("一张票可用几次", default=1)
    waiting_size = models.PositiveIntegerField("候补人数上限", default=0)
    cancel_until_hours = models.PositiveSmallIntegerField("开始前多少小时可退", default=24)
    no_show_days = models.PositiveSmallIntegerField("爽约后暂停报名（天）", default=90)
    # Empty: no certificate.
    certificate_percent = models.PositiveSmallIntegerField("出勤多少发证书（%）", null=True, blank=True)

    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "kind", "-id"], name="offering_listed"),
            models.Index(fields=["owner", "-id"], name="offering_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at=None)
                | models.Q(closes_at=None)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="offering_opens_before_it_closes",
            ),
            # Nobody at all is said by closing, not by a limit of nothing; NULL passes the check.
            models.CheckConstraint(
                condition=models.Q(per_day__gte=1) & models.Q(per_event__gte=1) & models.Q(per_season__gte=1),
                name="offering_limits_let_somebody_in",
            ),
            models.CheckConstraint(condition=models.Q(uses__gte=1), name="offering_ticket_is_of_use"),
            models.CheckConstraint(
                condition=models.Q(certificate_percent__gte=1, certificate_percent__lte=100),
                name="offering_share_of_attendance",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def heeds_bars(self) -> bool:
        """Say whether barred members are out: of rushes and draws, not of what is open all the time."""
        return self.mode != Offering.Mode.OPEN
