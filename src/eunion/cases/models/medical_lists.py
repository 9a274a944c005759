"""Lists of medical mutual aid: members to enrol as a union sent them, and benefits to pay as the bank takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from eunion.cases.models.medical import ClaimFacts, MedicalPlan
from eunion.cases.models.page import private_storage
from eunion.kernel.fields import EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class EnrolmentListQuerySet(models.QuerySet["EnrolmentList"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> EnrolmentListQuerySet:
        """Keep the lists of the unions in scope."""
        return self if scope.everything else self.filter(scope.unions("union__"))


class EnrolmentList(models.Model):
    """One uploaded list. Its rows are staged: nobody is enrolled before someone has seen what would happen."""

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        CHECKED = "checked", "待确认"
        APPLYING = "applying", "登记中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "无法读取"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    plan = models.ForeignKey(MedicalPlan, models.PROTECT, related_name="lists", verbose_name="计划")
    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="缴费工会")
    # From when who is new is covered; never before the plan begins.
    since = models.DateField("缴费日期")
    file = models.FileField("文件", upload_to="enrolments/%Y%m/", storage=private_storage)
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.CHECKING)
    total_count = models.PositiveIntegerField("总行数", default=0)
    checked_count = models.PositiveIntegerField("已检查", default=0)
    applied_count = models.PositiveIntegerField("已登记", default=0)
    problem = models.CharField("问题", max_length=200, blank=True)
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = EnrolmentListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参保名单"
        ordering = ["-id"]
        constraints = [
            # The same file sent again is the same list.
            models.UniqueConstraint(
                fields=["plan", "union", "digest"],
                condition=~Q(state__in=("cancelled", "failed")),
                name="one_list_per_file",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class EnrolmentRow(models.Model):
    """One row of a list: what would become of it. It names the member; numbers of who can't be taken are masked."""

    class Action(models.TextChoices):
        NEW = "new", "新参加"
        RENEW = "renew", "续保"
        ALREADY = "already", "已参加"
        WRONG = "wrong", "填写有误"
        STRANGER = "stranger", "不是会员"
        SHORT = "short", "缴费不足"

    TAKEN = (Action.NEW, Action.RENEW)

    list = models.ForeignKey(EnrolmentList, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    action = models.CharField("处理", max_length=10, choices=Action.choices)
    name = models.CharField("姓名", max_length=40, blank=True)
    masked = models.CharField("证件号（已遮盖）", max_length=20, blank=True)
    id_number_index = models.CharField(max_length=32, blank=True)
    member = models.ForeignKey("registry.Member", models.PROTECT, null=True, blank=True, related_name="+")
    fee_fen = models.PositiveIntegerField("金额", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "number"], name="one_enrolment_row_per_number")
        ]
        indexes = [
            models.Index(fields=["list", "action", "number"], name="enrolment_row_by_action"),
            models.Index(fields=["list", "id_number_index"], name="enrolment_row_by_id_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class PayListQuerySet(models.QuerySet["PayList"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> PayListQuerySet:
        """Keep the lists of the unions in scope."""
        return self if scope.everything else self.filter(scope.unions("union__"))


class PayList(models.Model):
    """Benefits that go to the bank together: gathered by one person, let pass by another, then locked."""

    class State(models.TextChoices):
        DRAFT = "draft", "整理中"
        APPROVED = "approved", "已复核"
        EXPORTED = "exported", "已交银行"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    number = models.CharField("编号", max_length=20, unique=True)
    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="发放工会")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="制表人")
    created_at = models.DateTimeField("制表时间", auto_now_add=True)
    approved_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    approved_at = models.DateTimeField("复核时间", null=True, blank=True)
    exported_at = models.DateTimeField("交银行时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = PayListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "互助金发放清单"
        ordering = ["-id"]
        permissions = [
            ("approve_paylist", "复核互助金发放"),
            ("export_paylist", "导出互助金发放清单（完整卡号）"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled"))
                | Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("created_by")),
                name="second_person_approves_payment",
            )
        ]

    def __str__(self) -> str:
        return self.number


class PayLine(models.Model):
    """One benefit on a list, with the card as it was when the list was made."""

    class State(models.TextChoices):
        WAITING = "waiting", "待回盘"
        PAID = "paid", "成功"
        FAILED = "failed", "失败"

    list = models.ForeignKey(PayList, models.PROTECT, related_name="lines")
    facts = models.ForeignKey(ClaimFacts, models.PROTECT, related_name="lines", verbose_name="互助金")
    reference = models.CharField("附言编号", max_length=24, unique=True)
    name = models.CharField("户名", max_length=40)
    card_number = EncryptedTextField("卡号")
    bank = models.CharField("开户行", max_length=60, blank=True)
    amount_fen = models.PositiveBigIntegerField("金额")
    state = models.CharField("结果", max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField("失败原因", max_length=200, blank=True)
    settled_at = models.DateTimeField("回盘时间", null=True, blank=True)
    # The case was told of the result; a job does it, and may be killed between two.
    told = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "发放明细"
        ordering = ["reference"]
        constraints = [
            # Nothing is paid twice: what is on its way or was paid can't go on another list.
            models.UniqueConstraint(
                fields=["facts"], condition=Q(state__in=("waiting", "paid")), name="benefit_is_paid_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_is_positive"),
        ]
        indexes = [models.Index(fields=["list"], condition=Q(told=False), name="pay_line_to_tell")]

    def __str__(self) -> str:
        return self.reference
