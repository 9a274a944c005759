"""Medical mutual aid: plans, who is in them, and what a claim comes to. All money is integer fen."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from eunion.cases.models.case import Case
from eunion.cases.reading.benefit import PlanRules
from eunion.kernel.fields import EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class MedicalPlan(models.Model):
    """A plan for one period. Once published and joined its rules stand: the next period is a copy that `follows` it."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", "住院医疗"
        ILLNESS = "illness", "重大疾病"
        ACCIDENT = "accident", "意外伤害"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已停止参加"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices, default=Kind.HOSPITAL)
    name = models.CharField("名称", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    # Both days are included.
    begins = models.DateField("互助期开始")
    ends = models.DateField("互助期结束")
    fee_fen = models.PositiveIntegerField("每人费用（分）")
    rules = models.JSONField("互助金标准")
    waiting_days = models.PositiveSmallIntegerField("首次参加等待天数", default=30)
    months_to_claim = models.PositiveSmallIntegerField("申请期限（月）", default=6)
    hospitals = models.JSONField("定点医院", default=list)
    source = models.CharField("依据", max_length=200, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="上一期"
    )
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    changed_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "互助计划"
        ordering = ["-begins", "kind", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="plan_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.begins:%Y.%m.%d}—{self.ends:%Y.%m.%d}）"

    @property
    def read_rules(self) -> PlanRules:
        """Return the rules, checked."""
        return PlanRules.model_validate(self.rules)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> EnrolmentQuerySet:
        """Keep what the unions in scope paid for."""
        return self if scope.everything else self.filter(scope.unions("union__"))


class Enrolment(models.Model):
    """A member's place in a plan. Covered from `since` on; who renewed has no waiting period."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    plan = models.ForeignKey(MedicalPlan, models.PROTECT, related_name="enrolments", verbose_name="计划")
    member = models.ForeignKey(
        "registry.Member", models.PROTECT, related_name="enrolments", verbose_name="会员"
    )
    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="缴费工会")
    fee_fen = models.PositiveIntegerField("已缴费用（分）")
    since = models.DateField("开始日期")
    renewed = models.BooleanField("续保", default=False)
    enrolled_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="办理人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保"
        ordering = ["-id"]
        permissions = [("enrol_members", "导入互助参保名单"), ("export_medical", "导出互助统计")]
        constraints = [models.UniqueConstraint(fields=["plan", "member"], name="one_place_in_a_plan")]
        indexes = [models.Index(fields=["plan", "union", "-id"], name="enrolment_by_union")]

    def __str__(self) -> str:
        return f"{self.member} {self.plan}"

    @property
    def covered_from(self) -> datetime.date:
        """Return the first day on which admission to hospital is covered."""
        return self.since if self.renewed else self.since + datetime.timedelta(days=self.plan.waiting_days)


class ClaimFactsQuerySet(models.QuerySet["ClaimFacts"]):
    """Reads of one table."""

    def granted(self) -> ClaimFactsQuerySet:
        """Keep what counts against a ceiling: approved, on its way, paid."""
        return self.filter(state__in=ClaimFacts.GRANTED)


class ClaimFacts(models.Model):
    """What a claim comes to, beside its case: the invoice, the amounts that a person confirmed, the benefit."""

    class State(models.TextChoices):
        OPEN = "open", "审核中"
        APPROVED = "approved", "待发放"
        LISTED = "listed", "发放中"
        PAID = "paid", "已发放"
        ENDED = "ended", "未发放"

    GRANTED = (State.APPROVED, State.LISTED, State.PAID)

    case = models.OneToOneField(Case, models.PROTECT, related_name="claim_facts", verbose_name="办件")
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name="参保"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    invoice_number = EncryptedTextField("票据号码")
    # Set by the services, for an update skips what save() would do.
    invoice_index = models.CharField(max_length=32)
    # Another claim had the number first: a person looks before anything is granted.
    contested = models.BooleanField("票据号码重复", default=False)
    admitted = models.DateField("入院日期", null=True, blank=True)
    total_fen = models.PositiveBigIntegerField("医疗费总额", null=True, blank=True)
    fund_fen = models.PositiveBigIntegerField("基金支付", null=True, blank=True)
    self_paid_fen = models.PositiveBigIntegerField("个人负担", null=True, blank=True)
    benefit_fen = models.PositiveBigIntegerField("互助金", null=True, blank=True)
    paid_before_fen = models.PositiveBigIntegerField("本期此前", null=True, blank=True)
    steps = models.JSONField("计算步骤", default=list)
    approved_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    approved_at = models.DateTimeField("审核时间", null=True, blank=True)

    objects = ClaimFactsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "互助金"
        constraints = [
            # The same invoice is granted once; what was refused or taken back does not count.
            models.UniqueConstraint(
                fields=["invoice_index"],
                condition=Q(contested=False) & ~Q(state="ended"),
                name="one_claim_per_invoice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "listed", "paid"))
                | Q(
                    contested=False,
                    enrolment__isnull=False,
                    benefit_fen__gt=0,
                    approved_by__isnull=False,
                ),
                name="granted_claim_is_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "state"], name="claim_by_enrolment"),
            models.Index(fields=["state", "approved_at"], name="claim_to_be_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.get_state_display()}"
