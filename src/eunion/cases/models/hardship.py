"""What hardship assistance keeps beyond its cases: standards, notices with objections, files, re-checks, the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from eunion.cases.models.case import Case
from eunion.cases.models.page import private_storage
from eunion.kernel.fields import EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class HardshipKind(models.TextChoices):
    """The three kinds, gravest first."""

    DEEP = "deep", "深度困难"
    RELATIVE = "relative", "相对困难"
    ACCIDENT = "accident", "意外致困"


class HardshipStandard(models.Model):
    """The figures of the rule book from a day on; none is ever changed, a newer one follows."""

    effective_on = models.DateField("从哪天起", unique=True)
    monthly_fen = models.PositiveIntegerField("低保标准（每人每月，分）")
    relative_percent = models.PositiveSmallIntegerField("相对困难线（低保标准的百分之）", default=200)
    accident_percent = models.PositiveSmallIntegerField("意外致困线（全年收入的百分之）", default=80)
    notice_workdays = models.PositiveSmallIntegerField("公示（工作日）", default=5)
    recheck_months = models.PositiveSmallIntegerField("复核周期（月）", default=12)
    source = models.CharField("依据", max_length=200)
    added_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="录入人")
    added_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "帮扶标准"
        ordering = ["-effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    monthly_fen__gt=0,
                    relative_percent__gte=100,
                    accident_percent__gt=0,
                    notice_workdays__gte=1,
                    recheck_months__gte=1,
                ),
                name="hardship_standard_makes_sense",
            )
        ]

    def __str__(self) -> str:
        return f"{self.effective_on} 起"


class HardshipProgramme(models.Model):
    """A kind of help that is given, e.g. for living costs or school fees; one that is given no more is only hidden."""

    name = models.CharField("救助项目", max_length=20, unique=True)
    source = models.CharField("依据", max_length=200, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "救助项目"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class HardshipVisit(models.Model):
    """A home visit as an officer's phone sent it: the phone's own name for it makes sending it again the same visit."""

    client_id = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="办件")
    user = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="入户人")
    at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "入户记录"

    def __str__(self) -> str:
        return f"{self.case} {self.at:%Y-%m-%d}"


class HardshipNotice(models.Model):
    """A public notice; how long it stands, the case's own clock says. Nothing else of the person is public."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="notice", verbose_name="办件")
    masked_name = models.CharField("姓名", max_length=8)
    kind = models.CharField("类型", max_length=8, choices=HardshipKind.choices)
    began_at = models.DateTimeField("开始公示", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ["-id"]
        indexes = [models.Index(fields=["-began_at"], name="hardship_notice_by_time")]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.get_kind_display()}"


class HardshipObjection(models.Model):
    """Somebody says that a notice is not right. Who they are is kept privately, if they said it at all."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        UPHELD = "upheld", "属实"
        DISMISSED = "dismissed", "不属实"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    notice = models.ForeignKey(HardshipNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    words = EncryptedTextField("说了什么")
    name = EncryptedTextField("姓名")
    phone = EncryptedTextField("电话")
    # A keyed digest of where it came from, for the limit alone; it tells nobody the address.
    sender = models.CharField(max_length=32)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField("提出时间", auto_now_add=True)
    decision = models.CharField("核实情况", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    decided_at = models.DateTimeField("核实时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | ~Q(state="open") & Q(decided_at__isnull=False, decision__gt=""),
                name="hardship_objection_is_decided_with_a_reason",
            )
        ]
        indexes = [
            models.Index(fields=["sender", "-raised_at"], name="hardship_objection_by_sender"),
            models.Index(fields=["notice", "state"], name="hardship_objection_by_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.raised_at:%Y-%m-%d} {self.get_state_display()}"


class HardshipFileQuerySet(models.QuerySet["HardshipFile"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> HardshipFileQuerySet:
        """Keep the files of the unions in scope."""
        return self.filter(scope.unions("union__"))

    def standing(self) -> HardshipFileQuerySet:
        """Keep the households that are still helped."""
        return self.filter(left_on=None)


class HardshipFile(models.Model):
    """One household's file, under its head, from opening to leaving."""

    class Leaving(models.TextChoices):
        RAISED = "raised", "收入提高，已经脱困"
        WORK = "work", "已经就业"
        RECOVERED = "recovered", "病愈或意外影响消除"
        MOVED = "moved", "离开本区"
        DIED = "died", "去世"
        UNTRUE = "untrue", "情况不实"
        OWN_WISH = "own_wish", "本人不再申请"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField("档案号", max_length=20, unique=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="hardship_file", verbose_name="申请")
    member = models.ForeignKey(
        "registry.Member", models.PROTECT, related_name="hardship_files", verbose_name="户主"
    )
    name = models.CharField("户主姓名", max_length=40, db_index=True)
    union = models.ForeignKey("registry.Union", models.PROTECT, related_name="+", verbose_name="所属工会")
    kind = models.CharField("类型", max_length=8, choices=HardshipKind.choices)
    size = models.PositiveSmallIntegerField("家庭人数")
    opened_on = models.DateField("建档日期")
    recheck_on = models.DateField("下次复核")
    left_on = models.DateField("脱困日期", null=True, blank=True)
    leaving = models.CharField("退出原因", max_length=10, choices=Leaving.choices, blank=True)
    leaving_words = models.CharField("退出说明", max_length=200, blank=True)

    objects = HardshipFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "困难职工档案"
        ordering = ["-id"]
        permissions = [("export_hardship", "导出帮扶档案和台账")]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(left_on=None), name="one_standing_hardship_file"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, leaving="") | Q(left_on__isnull=False, leaving__gt=""),
                name="hardship_file_is_left_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["union", "-id"], name="hardship_file_by_union"),
            models.Index(fields=["recheck_on"], condition=Q(left_on=None), name="hardship_file_by_recheck"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class HardshipRecheck(models.Model):
    """A file looked at again: due on a day, then what was found. Figures are a year's, in fen."""

    class Result(models.TextChoices):
        GOES_ON = "goes_on", "继续帮扶"
        LEFT = "left", "脱困退出"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    file = models.ForeignKey(HardshipFile, models.PROTECT, related_name="rechecks", verbose_name="档案")
    due_on = models.DateField("复核期限")
    owner = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)
    done_at = models.DateTimeField("复核时间", null=True, blank=True)
    done_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    result = models.CharField("结果", max_length=8, choices=Result.choices, blank=True)
    kind = models.CharField("类型", max_length=8, choices=HardshipKind.choices, blank=True)
    size = models.PositiveSmallIntegerField("家庭人数", null=True, blank=True)
    income_fen = models.PositiveBigIntegerField("全年收入", null=True, blank=True)
    spending_fen = models.PositiveBigIntegerField("全年刚性支出", null=True, blank=True)
    words = EncryptedTextField("复核情况")

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["file", "due_on"], name="one_recheck_per_date"),
            models.CheckConstraint(
                condition=Q(done_at=None, result="")
                | Q(done_at__isnull=False, result__gt="", done_by__isnull=False),
                name="hardship_recheck_has_a_result",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_at=None), name="hardship_recheck_due"),
        ]

    def __str__(self) -> str:
        return f"{self.file.number} {self.due_on}"


class HardshipEntry(models.Model):
    """One line of the ledger, in fen. It is appended and nothing else; what was wrong is taken back by a counter-entry."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    # Made with the form: a doubled click is one line.
    client_id = models.UUIDField(unique=True)
    file = models.ForeignKey(HardshipFile, models.PROTECT, related_name="entries", verbose_name="档案")
    programme = models.ForeignKey(
        HardshipProgramme, models.PROTECT, related_name="+", verbose_name="救助项目"
    )
    amount_fen = models.IntegerField("金额（分）")
    paid_on = models.DateField("发放日期")
    decided_by = models.CharField("谁决定的", max_length=60)
    proof = models.CharField("凭证号", max_length=60)
    picture = models.FileField("凭证照片", upload_to="hardship/%Y%m/", storage=private_storage, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="冲正"
    )
    recorded_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "救助台账"
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, amount_fen__gt=0) | Q(corrects__isnull=False, amount_fen__lt=0),
                name="hardship_entry_gives_or_takes_back",
            )
        ]
        indexes = [
            models.Index(fields=["file", "-paid_on", "-id"], name="hardship_entry_by_file"),
            models.Index(fields=["-paid_on", "-id"], name="hardship_entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.file.number} {self.programme} {self.amount_fen / 100:.2f} 元"
