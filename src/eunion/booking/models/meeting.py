"""Meetings (課次): the dates of a session (班), who came to them, and what was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> MeetingQuerySet:
        """Keep those whose offering's owner lies in a staff member's scope."""
        return self.filter(scope.unions("session__offering__owner__"))

    def standing(self) -> MeetingQuerySet:
        """Keep those that were not called off."""
        return self.filter(cancelled_at=None)


class Meeting(models.Model):
    """One date of a class. A session with a single date has one, made when somebody first needs it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(
        "booking.Session", models.CASCADE, related_name="meetings", db_index=False, verbose_name="班"
    )
    number = models.PositiveSmallIntegerField("第几次")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    topic = models.CharField("内容", max_length=80, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    # Links to the screen at the door carry this number; counting it up makes the old ones worthless.
    door_version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "课次"
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["starts_at"], name="meeting_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_meeting_per_number"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="meeting_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.session} 第 {self.number} 次"

    @property
    def hours(self) -> float:
        """Return its length in hours."""
        return (self.ends_at - self.starts_at).total_seconds() / 3600


class Attendance(models.Model):
    """Who has a place in a class came to a meeting of it."""

    class How(models.TextChoices):
        DOOR = "door", "扫码签到"
        CHECKED = "checked", "验票入场"
        STAFF = "staff", "工作人员补签"

    claim = models.ForeignKey(
        "booking.Claim", models.PROTECT, related_name="attendances", db_constraint=False, verbose_name="报名"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="attendances", db_index=False, verbose_name="课次"
    )
    at = models.DateTimeField("签到时间")
    how = models.CharField("方式", max_length=8, choices=How.choices)
    by = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "签到"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "claim"], name="one_attendance_per_meeting")
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.meeting}"


class Reminder(models.Model):
    """A member was reminded of a meeting: written with the job that tells them, so never twice and never lost."""

    class Kind(models.TextChoices):
        DAY = "day", "前一天"
        HOURS = "hours", "当天"

    claim = models.ForeignKey(
        "booking.Claim", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField("提醒", max_length=5, choices=Kind.choices)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "kind", "claim"], name="one_reminder_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.get_kind_display()}"


class Rating(models.Model):
    """What a member thought of it, once a claim. Teachers see the words and the average, never whose."""

    claim = models.OneToOneField(
        "booking.Claim", models.PROTECT, related_name="rating", db_constraint=False, verbose_name="报名"
    )
    offering = models.ForeignKey("booking.Offering", models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField("评分")
    words = models.CharField("评价", max_length=500, blank=True)
    created_at = models.DateTimeField("评价时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        # Not by time: the order would tell who wrote it.
        ordering = ["-stars", "words"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_of_one_to_five")
        ]

    def __str__(self) -> str:
        return f"{self.stars}"
