"""Tickets that were checked, and the links of those who check them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from eunion.booking.models.claim import Claim, ClaimQuerySet
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.booking.models.offering import Offering
    from eunion.registry.scope import Scope


class CheckerQuerySet(models.QuerySet["Checker"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> CheckerQuerySet:
        """Keep those of the offerings in a staff member's scope."""
        if scope.everything:
            return self
        return self.filter(scope.unions("offering__owner__") | scope.unions("session__offering__owner__"))

    def good(self, at: datetime.datetime, late: datetime.timedelta = datetime.timedelta()) -> CheckerQuerySet:
        """Keep those that may check at a moment, or ended no more than `late` before it."""
        return self.filter(revoked_at=None, valid_from__lte=at, valid_until__gt=at - late)


class Checker(models.Model):
    """Somebody at the entrance, with no account: a link to check one session, or every session of an offering."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(
        "booking.Session", models.CASCADE, null=True, related_name="checkers", verbose_name="场次"
    )
    offering = models.ForeignKey(
        "booking.Offering", models.CASCADE, null=True, related_name="checkers", verbose_name="活动"
    )
    label = models.CharField("验票员", max_length=40)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    valid_from = models.DateTimeField("开始有效")
    valid_until = models.DateTimeField("有效至")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    # Wrong numbers since a moment: kept here, so that the limit holds over all processes.
    misses = models.PositiveSmallIntegerField(default=0)
    misses_since = models.DateTimeField(null=True)

    objects = CheckerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "验票链接"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None, offering__isnull=False) | Q(session__isnull=False, offering=None),
                name="checker_of_a_session_or_an_offering",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="checker_for_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def checked_offering(self) -> Offering:
        """Return the offering that it checks, all or one session of."""
        offering: Offering = self.offering or self.session.offering  # type: ignore[union-attr]
        return offering

    def claims(self) -> ClaimQuerySet:
        """Return the claims that it may check."""
        if self.session_id:
            return Claim.objects.filter(session=self.session_id)
        return Claim.objects.filter(session__offering=self.offering_id)


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Reads of one table."""

    def standing(self) -> RedemptionQuerySet:
        """Keep those that were not undone."""
        return self.filter(undone_at=None)


class Redemption(models.Model):
    """A ticket that was let in; `client_id` names the act, so that the same sent twice is one."""

    class How(models.TextChoices):
        SCAN = "scan", "扫码"
        TYPED = "typed", "输入号码"
        LIST = "list", "名单"
        OFFLINE = "offline", "断网补传"

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="redemptions", db_constraint=False, verbose_name="报名"
    )
    at = models.DateTimeField("验票时间")
    checker = models.ForeignKey(
        Checker, models.PROTECT, null=True, related_name="redemptions", verbose_name="验票员"
    )
    by = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, related_name="+", verbose_name="工作人员"
    )
    how = models.CharField("方式", max_length=8, choices=How.choices)
    # Which use of the ticket it is: a card for five visits is let in five times.
    number = models.PositiveSmallIntegerField("第几次", default=1)
    client_id = models.UUIDField(unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "验票"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "number"],
                condition=Q(undone_at=None),
                name="one_standing_redemption_per_use",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.how}"

    @property
    def label(self) -> str:
        """Return who let them in, in words."""
        return self.checker.label if self.checker else "工作人员"
