"""Certificates, and the ledger of volunteers' hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.models import Member
    from eunion.registry.scope import Scope


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> CertificateQuerySet:
        """Keep those of the issuing unions in a staff member's scope."""
        return self.filter(scope.unions("issuer__"))

    def of(self, member: Member) -> CertificateQuerySet:
        """Keep a member's own, newest first."""
        return self.filter(member=member).order_by("-id")

    def standing(self) -> CertificateQuerySet:
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Certificate(models.Model):
    """What the paper says, as it was on the day of issue; the PDF is made from this row alone."""

    class Kind(models.TextChoices):
        COURSE = "course", "结业证书"
        HOURS = "hours", "志愿服务证明"

    code = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField("种类", max_length=6, choices=Kind.choices)
    member = models.ForeignKey("registry.Member", models.PROTECT, related_name="+", db_index=False)
    # The class; for hours of a period there is none.
    claim = models.ForeignKey(
        "booking.Claim",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        db_constraint=False,
    )
    issuer = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="颁发单位")
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("课程或项目", max_length=100)
    hours = models.DecimalField("学时或小时", max_digits=6, decimal_places=1)
    since = models.DateField("起")
    until = models.DateField("止")
    issued_on = models.DateField("颁发日期")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_because = models.CharField("撤销原因", max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "证书"
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="certificate_of_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(withdrawn_at=None, claim__isnull=False),
                name="one_certificate_per_claim",
            ),
            models.UniqueConstraint(
                fields=["member", "since", "until"],
                condition=Q(withdrawn_at=None, kind="hours"),
                name="one_certificate_per_period",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number printed on the paper."""
        return f"{self.issued_on:%Y}-{self.pk:06d}"


class HourEntry(models.Model):
    """Hours of service credited to a member, or taken back; a mistake is mended by another entry, never by editing."""

    member = models.ForeignKey(
        "registry.Member", models.PROTECT, related_name="hour_entries", db_index=False, verbose_name="会员"
    )
    # The claim whose session was served; corrections name it too where there is one.
    claim = models.ForeignKey(
        "booking.Claim", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    credited = models.BooleanField("由签到计入", default=True)
    hours = models.DecimalField("小时", max_digits=5, decimal_places=1)
    on = models.DateField("服务日期")
    reason = models.CharField("说明", max_length=120)
    by = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("记入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务时长"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["member", "-on"], name="hours_of_member")]
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(credited=True), name="one_credit_per_claim")
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.hours}"
