"""Homework: what is asked, and what each member handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from eunion.booking.models.material import private_storage
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class HomeworkQuerySet(models.QuerySet["Homework"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> HomeworkQuerySet:
        """Keep those of the offerings in a staff member's scope."""
        return self.filter(scope.unions("session__offering__owner__"))


class Homework(models.Model):
    """A task for a class, to be handed in until a moment."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey("booking.Session", models.PROTECT, related_name="homework", verbose_name="班")
    title = models.CharField("题目", max_length=80)
    text = models.TextField("要求", blank=True, max_length=2000)
    due_at = models.DateTimeField("截止")
    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("布置时间", auto_now_add=True)

    objects = HomeworkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作业"
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return self.title


class HandIn(models.Model):
    """One member's work. It exists from the first photo on; `handed_at` says that they called it done."""

    homework = models.ForeignKey(
        Homework, models.PROTECT, related_name="hand_ins", db_index=False, verbose_name="作业"
    )
    claim = models.ForeignKey(
        "booking.Claim", models.PROTECT, related_name="hand_ins", db_constraint=False, verbose_name="报名"
    )
    text = models.TextField("文字", blank=True, max_length=5000)
    handed_at = models.DateTimeField("提交时间", null=True, blank=True)
    mark = models.CharField("评分", max_length=10, blank=True)
    comment = models.CharField("点评", max_length=500, blank=True)
    reviewed_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField("点评时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交的作业"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["homework", "claim"], name="one_hand_in_per_claim")]

    def __str__(self) -> str:
        return f"{self.homework} {self.claim}"


class Photo(models.Model):
    """A photo of a hand-in, re-encoded. `client_id` is the phone's own name for it: sent again, it is the same."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    hand_in = models.ForeignKey(HandIn, models.CASCADE, related_name="photos", db_index=False)
    client_id = models.CharField(max_length=36)
    file = models.FileField(upload_to="homework/", storage=private_storage)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业照片"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_in", "client_id"], name="one_photo_per_client_id")
        ]

    def __str__(self) -> str:
        return self.public_id
