"""Claims: a member's place in a session, or their place in its waiting list or draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.booking.models.session import Session
    from eunion.registry.models import Member
    from eunion.registry.scope import Scope

# States in which a member has something of a session, so that they can't claim it again; and those that use a place.
LIVING = ("entered", "waiting", "held", "confirmed", "redeemed", "no_show")
PLACED = ("held", "confirmed", "redeemed", "no_show")


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> ClaimQuerySet:
        """Keep those of the sessions in a staff member's scope."""
        return self.filter(scope.unions("session__offering__owner__"))

    def of(self, member: Member) -> ClaimQuerySet:
        """Keep a member's own, newest first."""
        return self.filter(member=member).order_by("-id")

    def living(self) -> ClaimQuerySet:
        """Keep those that stand."""
        return self.filter(state__in=LIVING)

    def placed(self) -> ClaimQuerySet:
        """Keep those that use a place."""
        return self.filter(state__in=PLACED)

    def line(self, session: Session, share_id: int | None) -> ClaimQuerySet:
        """Keep a pool's waiting list, first come first."""
        waiting = self.filter(session=session, share_id=share_id, state=Claim.State.WAITING)
        return waiting.order_by("waiting_number")


class Claim(models.Model):
    """One row a claim, written by the gate's statement (sql/claim_v1.sql); states.py says which way it may go.

    No foreign-key constraints: checking three keys a row costs the gate more than the row. The session's row is
    locked when a claim is written, and members are never deleted, only left without data.
    """

    class State(models.TextChoices):
        ENTERED = "entered", "已登记摇号"
        WAITING = "waiting", "候补中"
        HELD = "held", "待付款"
        CONFIRMED = "confirmed", "已报名"
        REDEEMED = "redeemed", "已使用"
        NO_SHOW = "no_show", "未到场"
        CANCELLED = "cancelled", "已取消"
        EXPIRED = "expired", "超时未付款"
        REFUNDED = "refunded", "已退款"
        NOT_DRAWN = "not_drawn", "未中签"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(
        "booking.Session",
        models.PROTECT,
        related_name="claims",
        db_constraint=False,
        db_index=False,
        verbose_name="场次",
    )
    member = models.ForeignKey(
        "registry.Member",
        models.PROTECT,
        related_name="claims",
        db_constraint=False,
        db_index=False,
        verbose_name="会员",
    )
    share = models.ForeignKey(
        "booking.Share",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="工会名额",
    )
    state = models.CharField("状态", max_length=10, choices=State.choices)
    arrival = models.PositiveIntegerField("到达序号")
    waiting_number = models.PositiveIntegerField("候补序号", null=True, blank=True)
    key = models.CharField("凭证编号", max_length=16)
    device = models.CharField("设备", max_length=16)
    created_at = models.DateTimeField("报名时间")
    changed_at = models.DateTimeField("变更时间")
    expires_at = models.DateTimeField("付款截止", null=True, blank=True)
    paid_at = models.DateTimeField("付款时间", null=True, blank=True)
    redeemed_at = models.DateTimeField("使用时间", null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报名"
        ordering = ["-id"]
        permissions = [("mark_claim", "核销与标记未到场"), ("export_claim", "导出名单")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "member"],
                condition=Q(state__in=LIVING),
                name="one_living_claim_per_member",
            ),
        ]
        # Each index is paid for by every claim: the session's sheets use the unique one above.
        indexes = [
            models.Index(fields=["member", "-id"], name="claim_of_member"),
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="claim_unpaid"),
            models.Index(
                fields=["session", "share", "waiting_number"],
                condition=Q(state="waiting"),
                name="claim_line",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
