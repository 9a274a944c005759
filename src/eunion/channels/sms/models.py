"""Text-message accounts, their approved templates, and the ledger of every message."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.kernel.fields import BlindIndexField, EncryptedTextField, masked_phone


class SmsAccount(models.Model):
    """An account with a text-message provider. Secrets are encrypted; what the day has cost stands in the row."""

    class Shape(models.TextChoices):
        A = "a", "甲：Action=SendSms 表单"
        B = "b", "乙：PhoneNumberSet JSON"

    slug = models.SlugField("代号", unique=True)
    name = models.CharField("名称", max_length=40)
    shape = models.CharField("接口类型", max_length=1, choices=Shape.choices)
    key_id = models.CharField("密钥编号", max_length=128)
    secret = EncryptedTextField("密钥")
    app_id = models.CharField("应用编号（乙类接口）", max_length=32, blank=True)
    sign_name = models.CharField("短信签名", max_length=40)
    region = models.CharField("地域（空则按接口默认）", max_length=32, blank=True)
    api_url = models.URLField("接口地址（空则用系统设置）", blank=True)
    receipt_token = EncryptedTextField("回执地址口令")
    daily_budget_fen = models.PositiveIntegerField("每日预算（分）", default=10_000)
    price_fen = models.PositiveIntegerField("每条价格（分）", default=5)
    rate_per_s = models.PositiveIntegerField("每秒发送上限 (0 不限)", default=0)
    active = models.BooleanField("启用", default=True)
    spent_on = models.DateField(null=True, editable=False)
    spent_fen = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "短信账号"

    def __str__(self) -> str:
        return self.name


class SmsTemplate(models.Model):
    """A text that the provider has approved, under the name by which our rooms ask for it."""

    account = models.ForeignKey(SmsAccount, models.CASCADE, related_name="templates", verbose_name="短信账号")
    kind = models.CharField(
        "用途", max_length=32, help_text="code 验证码，notice 通知，case_progress 办件进度……"
    )
    code = models.CharField("模板编号", max_length=64)
    parameters = ArrayField(
        models.CharField(max_length=32),
        verbose_name="变量名（按模板顺序，逗号分隔）",
        default=list,
        blank=True,
    )
    marketing = models.BooleanField(
        "营销类", default=False, help_text="只在 8 时至 20 时发送，文中须写明如何退订"
    )

    class Meta:
        verbose_name = verbose_name_plural = "短信模板"
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="one_template_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.code}"


class SmsMessage(models.Model):
    """One text message, once for its key however often it is asked for."""

    class State(models.TextChoices):
        QUEUED = "queued", "待发"
        SENT = "sent", "已发出"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "失败"

    key = models.CharField("唯一键", max_length=32, unique=True)
    account = models.ForeignKey(SmsAccount, models.PROTECT, related_name="messages", verbose_name="短信账号")
    template = models.ForeignKey(SmsTemplate, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField("用途", max_length=32)
    phone = EncryptedTextField("手机号")
    phone_index = BlindIndexField(source="phone")
    params = EncryptedTextField(editable=False)  # JSON, forgotten once the provider has taken it
    cost_fen = models.PositiveIntegerField("费用（分）", default=0)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    remote_id = models.CharField("回执号", max_length=64, blank=True, db_index=True)
    error_code = models.CharField("错误码", max_length=64, blank=True)
    # When the provider was called; set while queued means that nobody knows whether it was taken.
    called_at = models.DateTimeField(null=True, editable=False)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信记录"
        indexes = [
            models.Index(fields=["phone_index", "-at"], name="sms_by_phone"),
            models.Index(fields=["at"], condition=models.Q(state="queued"), name="sms_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.masked}"

    @property
    def masked(self) -> str:
        """Return the number with its middle hidden."""
        return masked_phone(self.phone)
