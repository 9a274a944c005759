"""Appeals: a member says that they did come, and staff decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eunion.booking.models.claim import Claim

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> AppealQuerySet:
        """Keep those of the offerings in a staff member's scope."""
        return self.filter(scope.unions("claim__session__offering__owner__"))


class Appeal(models.Model):
    """One for each claim that was marked as not come."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ACCEPTED = "accepted", "属实"
        REFUSED = "refused", "未采纳"

    claim = models.OneToOneField(
        Claim, models.PROTECT, related_name="appeal", db_constraint=False, verbose_name="报名"
    )
    words = models.CharField("说明", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField("提出时间", auto_now_add=True)
    answer = models.CharField("答复", max_length=200, blank=True)
    decided_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "爽约申诉"
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_at"], condition=Q(state="open"), name="appeal_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="appeal_is_open_or_decided",
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_state_display()}"
