"""Sessions: one gathering or showing with its places; shares set some of them aside for a union."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class SessionQuerySet(models.QuerySet["Session"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> SessionQuerySet:
        """Keep those whose offering's owner lies in a staff member's scope."""
        return self.filter(scope.unions("offering__owner__"))

    def public(self) -> SessionQuerySet:
        """Keep what members may see."""
        return self.filter(offering__state__in=["published", "closed"])

    def locked(self) -> SessionQuerySet:
        """Lock the rows, in the order every other transaction takes them in; needs a transaction."""
        return self.select_for_update(no_key=True).order_by("pk")


class Session(models.Model):
    """Places at one time. The counters change only under the row's lock; the CHECKs are the last net below it.

    `quota` counts all places, `reserved` those set aside in shares. A member claims from one pool: the share of the
    nearest union above them that has one, else the rest.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    offering = models.ForeignKey(
        "booking.Offering", models.PROTECT, related_name="sessions", verbose_name="活动"
    )
    name = models.CharField("场次名称", max_length=60, blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    place = models.CharField("地点", max_length=120, blank=True)
    lon = models.FloatField("经度 (WGS-84)", null=True, blank=True)
    lat = models.FloatField("纬度 (WGS-84)", null=True, blank=True)
    online_url = models.URLField("线上地址", blank=True)
    teacher = models.CharField("教师或负责人", max_length=60, blank=True)
    service_hours = models.DecimalField(
        "志愿服务时长（小时）", max_digits=4, decimal_places=1, null=True, blank=True
    )
    # Empty: as the offering says.
    opens_at = models.DateTimeField("本场开始报名", null=True, blank=True)
    closes_at = models.DateTimeField("本场截止报名", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_because = models.CharField("取消原因", max_length=200, blank=True)

    quota = models.PositiveIntegerField("名额")
    reserved = models.PositiveIntegerField("其中划给工会", default=0)
    taken = models.PositiveIntegerField("已占", default=0)
    reserved_taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField("候补", default=0)
    reserved_waiting = models.PositiveIntegerField(default=0)
    waiting_issued = models.PositiveIntegerField(default=0)
    arrivals = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "场次"
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["starts_at"], name="session_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("quota")), name="session_never_holds_more_than_its_quota"
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("reserved_taken") + F("quota") - F("reserved")),
                name="session_keeps_what_is_set_aside",
            ),
            models.CheckConstraint(condition=Q(reserved__lte=F("quota")), name="session_shares_fit"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="session_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.offering.title} {self.name}".strip()

    @property
    def opening(self) -> datetime.datetime | None:
        """When claims open: its own time, else the offering's; None = at once."""
        return self.opens_at or self.offering.opens_at

    @property
    def closing(self) -> datetime.datetime:
        """When claims close: its own time, else the offering's, else its start."""
        return self.closes_at or self.offering.closes_at or self.starts_at

    @property
    def usable_until(self) -> datetime.datetime:
        """Until when a place may be used: to its end; a ticket for the days after it that the offering allows."""
        if self.offering.kind != "ticket":
            return self.ends_at
        return self.ends_at + datetime.timedelta(days=self.offering.redemption_days)

    @property
    def left(self) -> int:
        """Places nobody holds (for display; whether one is given is decided under the lock)."""
        return self.quota - self.taken


class Share(models.Model):
    """Places of a session set aside for the members of a union and everything below it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="shares", verbose_name="场次")
    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="工会")
    quota = models.PositiveIntegerField("名额")
    taken = models.PositiveIntegerField("已占", default=0)
    waiting = models.PositiveIntegerField("候补", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "工会名额"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "union"], name="one_share_per_union"),
            models.CheckConstraint(condition=Q(taken__lte=F("quota")), name="share_never_over_its_quota"),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.quota}"


class Tally(models.Model):
    """How often the gates gave an answer for a session: what the live board shows beside the counters."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="tallies", db_index=False)
    answer = models.CharField("答复", max_length=16)
    count = models.PositiveBigIntegerField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "答复统计"
        constraints = [models.UniqueConstraint(fields=["session", "answer"], name="one_tally_per_answer")]

    def __str__(self) -> str:
        return f"{self.answer} {self.count}"
