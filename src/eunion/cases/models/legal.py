"""Legal aid: lawyers and their hours, who acts in which case, what they did, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from eunion.cases.models.case import Case
from eunion.kernel.fields import EncryptedTextField, masked_phone
from eunion.kernel.ids import new_public_id

WEEKDAYS = ((1, "周一"), (2, "周二"), (3, "周三"), (4, "周四"), (5, "周五"), (6, "周六"), (7, "周日"))


def _figure(label: str, default: int, least: int, most: int) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    bounds = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, default=default, validators=bounds)


class LegalRules(models.Model):
    """The figures of the federation's own rules, one row. Review and assignment: the unions' usual 7 and 3 days."""

    review_days = _figure("审查受理（工作日）", 7, 1, 30)
    assign_days = _figure("指派律师（工作日）", 3, 1, 30)
    advice_days = _figure("咨询答复（工作日）", 5, 1, 60)
    drafting_days = _figure("代写文书（工作日）", 10, 1, 60)
    representation_days = _figure("代理案件（工作日）", 60, 1, 500)
    visit_days = _figure("回访（工作日）", 10, 1, 60)
    warn_days = _figure("仲裁时效剩多少天开始提醒", 60, 7, 180)
    ahead_days = _figure("可以预约多少天以内的时间", 14, 1, 60)
    cancel_hours = _figure("开始前多少小时不能再取消", 2, 0, 72)
    bookings_most = _figure("每人最多同时预约几次", 2, 1, 10)
    commission = models.CharField("仲裁委员会全称", max_length=60, default="本区劳动人事争议仲裁委员会")
    source = models.CharField(
        "依据",
        max_length=200,
        blank=True,
        default="《法律援助法》、工会法律援助办法（各地数字不同，按本地规定填）",
    )

    class Meta:
        verbose_name = verbose_name_plural = "法律援助规则"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_row_of_legal_rules")]

    def __str__(self) -> str:
        return "法律援助规则"


class Lawyer(models.Model):
    """A lawyer of the roster. `phone` is the office's number, which clients are given."""

    class Speciality(models.TextChoices):
        WAGES = "wages", "工资报酬"
        INJURY = "injury", "工伤待遇"
        CONTRACT = "contract", "劳动合同"
        DISMISSAL = "dismissal", "解除、辞退和经济补偿"
        INSURANCE = "insurance", "社会保险"
        WOMEN = "women", "女职工权益"
        UNION = "union", "工会和工会干部权益"
        OTHER = "other", "其他劳动争议"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField("姓名", max_length=40)
    firm = models.CharField("律师事务所", max_length=80)
    licence = models.CharField("执业证号", max_length=17, unique=True)
    specialities = ArrayField(
        models.CharField(max_length=12, choices=Speciality.choices), default=list, verbose_name="擅长"
    )
    phone = models.CharField("办公电话", max_length=20)
    cases_most = models.PositiveSmallIntegerField("最多同时办几件", default=10)
    active = models.BooleanField("在册", default=True)
    place = models.CharField("咨询地点", max_length=80, blank=True)
    user = models.OneToOneField(
        "registry.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="lawyer",
        verbose_name="登录账号",
    )

    class Meta:
        verbose_name = verbose_name_plural = "律师"
        ordering = ["name", "id"]
        permissions = [
            ("assign_lawyer", "指派律师"),
            ("clear_conflict", "同意有利益冲突的指派"),
            ("write_worknote", "写法律援助工作记录"),
            ("act_lawyer", "以律师身份办案"),
        ]

    def __str__(self) -> str:
        return f"{self.name}律师"

    def specialities_said(self) -> str:
        """Return the specialities in words."""
        return "、".join(self.Speciality(one).label for one in self.specialities)


class LawyerClient(models.Model):
    """A client that a lawyer has declared: no case against them goes to that lawyer."""

    lawyer = models.ForeignKey(Lawyer, models.CASCADE, related_name="clients", verbose_name="律师")
    name = models.CharField("客户名称", max_length=100)
    name_key = models.CharField(max_length=100)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "律师的客户"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lawyer", "name_key"], name="one_client_per_name")]

    def __str__(self) -> str:
        return self.name


class LegalAid(models.Model):
    """What legal aid keeps beside its case: both sides as the conflict check reads them, the law's clock, the end."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "咨询已答复"
        DRAFTED = "drafted", "文书已写好"
        SETTLED = "settled", "双方和解、调解"
        WON = "won", "请求得到支持"
        PARTLY = "partly", "请求部分得到支持"
        LOST = "lost", "请求没有得到支持"
        ENDED = "ended", "申请人不再继续"

    case = models.OneToOneField(Case, models.PROTECT, related_name="legal", verbose_name="办件")
    opponent = models.CharField("对方", max_length=100)
    opponent_key = models.CharField(max_length=100)
    opponent_uscc = models.CharField(max_length=18, blank=True)
    # A union that asks for aid itself; a worker's name is nobody's business here.
    client_key = models.CharField(max_length=100, blank=True)
    client_uscc = models.CharField(max_length=18, blank=True)
    limit_on = models.DateField("仲裁时效到期", null=True, blank=True)
    # Arbitration was sought: the clock has stopped.
    filed_on = models.DateField("申请仲裁的日期", null=True, blank=True)
    # The last threshold (days left) at which the case's people were told.
    told_at_days = models.PositiveSmallIntegerField(null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)
    recovered_fen = models.PositiveBigIntegerField("挽回金额（分）", default=0)
    report = EncryptedTextField("结案报告")
    reported_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报告人"
    )
    reported_at = models.DateTimeField("结案报告时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法律援助"
        indexes = [models.Index(fields=["limit_on"], name="legal_by_limit")]

    def __str__(self) -> str:
        return str(self.case)


class Assignment(models.Model):
    """A lawyer acts in a case, from one day to another."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments", verbose_name="办件")
    lawyer = models.ForeignKey(Lawyer, models.PROTECT, related_name="assignments", verbose_name="律师")
    assigned_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="指派人")
    assigned_at = models.DateTimeField("指派时间", auto_now_add=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    why_ended = models.CharField("更换原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "律师指派"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_lawyer_per_case")
        ]
        indexes = [models.Index(fields=["lawyer", "ended_at"], name="assignment_by_lawyer")]

    def __str__(self) -> str:
        return f"{self.lawyer} {self.case}"


class ConflictClearance(models.Model):
    """An administrator lets a lawyer act although the conflict check says no, and states why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clearances", verbose_name="办件")
    lawyer = models.ForeignKey(Lawyer, models.PROTECT, related_name="+", verbose_name="律师")
    conflict = models.CharField("冲突", max_length=300)
    statement = models.CharField("同意的理由", max_length=300)
    cleared_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="同意人")
    cleared_at = models.DateTimeField("同意时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "利益冲突的同意"
        constraints = [models.UniqueConstraint(fields=["case", "lawyer"], name="one_clearance_per_lawyer")]

    def __str__(self) -> str:
        return f"{self.lawyer} {self.case}"


class WorkNote(models.Model):
    """What was done in a case on a day, and how long it took; a trigger in the database refuses to change a row."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="work_notes", verbose_name="办件")
    lawyer = models.ForeignKey(Lawyer, models.PROTECT, related_name="work_notes", verbose_name="律师")
    # The form's own name for what it sent: a doubled click is one note.
    token = models.UUIDField(unique=True)
    done_on = models.DateField("日期")
    minutes = models.PositiveSmallIntegerField("用时（分钟）")
    words = EncryptedTextField("做了什么")
    written_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="记录人")
    written_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作记录"
        ordering = ["-done_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=1440), name="note_takes_a_day_at_most"
            )
        ]
        indexes = [models.Index(fields=["case", "-done_on"], name="work_note_by_case")]

    def __str__(self) -> str:
        return f"{self.done_on} {self.minutes} 分钟"


class AdviceHours(models.Model):
    """Hours of every week at which a lawyer gives advice, cut into slots."""

    lawyer = models.ForeignKey(Lawyer, models.CASCADE, related_name="hours", verbose_name="律师")
    weekday = models.PositiveSmallIntegerField("星期", choices=WEEKDAYS)
    begins = models.TimeField("从")
    ends = models.TimeField("到")

    class Meta:
        verbose_name = verbose_name_plural = "咨询时间"
        ordering = ["weekday", "begins"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="advice_hours_end_after_they_begin"
            ),
            models.UniqueConstraint(fields=["lawyer", "weekday", "begins"], name="advice_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H:%M}–{self.ends:%H:%M}"


class DayOff(models.Model):
    """A day on which a lawyer gives no advice."""

    lawyer = models.ForeignKey(Lawyer, models.CASCADE, related_name="days_off", verbose_name="律师")
    day = models.DateField("日期")
    why = models.CharField("原因", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "停诊"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["lawyer", "day"], name="one_day_off_per_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class Appointment(models.Model):
    """Half an hour of a lawyer's advice, taken by one person."""

    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        CANCELLED = "cancelled", "已取消"
        CALLED_OFF = "called_off", "律师停诊"
        CAME = "came", "已到"
        MISSED = "missed", "没来"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    lawyer = models.ForeignKey(Lawyer, models.PROTECT, related_name="appointments", verbose_name="律师")
    starts_at = models.DateTimeField("开始时间")
    user = models.ForeignKey(
        "registry.User", models.PROTECT, related_name="legal_appointments", verbose_name="预约账号"
    )
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("电话")
    topic = EncryptedTextField("想问什么")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.BOOKED)
    why_off = models.CharField("取消原因", max_length=100, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    booked_at = models.DateTimeField("预约时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "律师预约"
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["lawyer", "starts_at"],
                condition=~Q(state__in=("cancelled", "called_off")),
                name="one_person_per_slot",
            ),
            models.UniqueConstraint(
                fields=["user", "starts_at"],
                condition=~Q(state__in=("cancelled", "called_off")),
                name="one_slot_per_person_and_time",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(state="booked"), name="appointment_to_come"),
            models.Index(fields=["user", "-starts_at"], name="appointment_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.lawyer} {self.starts_at:%Y-%m-%d %H:%M}"

    def phone_masked(self) -> str:
        """Return the number as a screen may show it."""
        return masked_phone(self.phone)
