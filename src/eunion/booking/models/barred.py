"""Members who may not claim for a while."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from eunion.registry.models import Member
    from eunion.registry.scope import Scope


class BarredQuerySet(models.QuerySet["Barred"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> BarredQuerySet:
        """Keep the bars of members in a staff member's scope."""
        from eunion.registry.models import Member

        return self if scope.everything else self.filter(member__in=Member.objects.visible_to(scope))

    def of_now(self, at: datetime.datetime) -> BarredQuerySet:
        """Keep what keeps anybody out at a moment."""
        return self.filter(lifted_at=None, since__lte=at, until__gt=at)

    def in_force(self, member: Member, at: datetime.datetime) -> BarredQuerySet:
        """Keep what keeps a member out at a moment."""
        return self.of_now(at).filter(member=member)


class Barred(models.Model):
    """A member is out of rushes and draws until a moment, for a no-show or by a person's decision."""

    member = models.ForeignKey("registry.Member", models.CASCADE, related_name="+", verbose_name="会员")
    claim = models.OneToOneField(
        "booking.Claim",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="barred",
        verbose_name="因哪次报名",
    )
    reason = models.CharField("原因", max_length=200)
    since = models.DateTimeField("开始")
    until = models.DateTimeField("截止")
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lifted_because = models.CharField("解除原因", max_length=200, blank=True)

    objects = BarredQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "暂停报名"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "until"], name="barred_member")]
        constraints = [models.CheckConstraint(condition=Q(since__lt=F("until")), name="barred_for_some_time")]

    def __str__(self) -> str:
        return f"{self.member} {self.until:%Y-%m-%d}"
