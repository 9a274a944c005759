"""Money by WeChat Pay: merchants, payments and refunds in fen, and what the nightly reconciliation found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from eunion.kernel.fields import EncryptedTextField


class Merchant(models.Model):
    """A merchant number at WeChat Pay, bound to a service account."""

    account = models.ForeignKey("wechat.Account", models.PROTECT, related_name="+", verbose_name="服务号")
    mchid = models.CharField("商户号", max_length=32, unique=True)
    serial_no = models.CharField("商户证书序列号", max_length=64)
    private_key = EncryptedTextField("商户私钥 (PEM)")
    apiv3_key = EncryptedTextField("APIv3 密钥")
    platform_key_id = models.CharField("微信支付公钥编号", max_length=80)
    platform_key = models.TextField("微信支付公钥 (PEM)")
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "微信支付商户"

    def __str__(self) -> str:
        return self.mchid


class Payment(models.Model):
    """One sum that one person is to pay for one thing, named by its `purpose`, e.g. `booking.claim:17`."""

    class State(models.TextChoices):
        OPEN = "open", "待支付"
        PAID = "paid", "已支付"
        CLOSED = "closed", "已关闭"
        REFUNDED = "refunded", "已退款"

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="payments", verbose_name="商户")
    out_trade_no = models.CharField("商户订单号", max_length=32, unique=True)
    purpose = models.CharField("用途", max_length=60)
    openid = models.CharField(max_length=64)
    description = models.CharField("说明", max_length=60)
    amount_fen = models.PositiveIntegerField("金额（分）")
    refunded_fen = models.PositiveIntegerField("已退（分）", default=0)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    prepay_id = models.CharField(max_length=80, blank=True)
    transaction_id = models.CharField("微信支付单号", max_length=40, blank=True)
    # Paid after it was closed here: it belongs to nobody and goes back by itself.
    came_late = models.BooleanField("关闭后到账", default=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    expires_at = models.DateTimeField("支付截止")
    paid_at = models.DateTimeField("支付时间", null=True, blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(refunded_fen__lte=models.F("amount_fen")), name="never_refunded_more_than_paid"
            ),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(state__in=["open", "paid"]),
                name="one_living_payment_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["transaction_id"], condition=~Q(transaction_id=""), name="one_payment_per_transaction"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="payment_open_by_end"),
            models.Index(fields=["merchant", "paid_at"], name="payment_by_day"),
        ]

    def __str__(self) -> str:
        return self.out_trade_no


class Refund(models.Model):
    """A sum that goes back; asked for in the transaction that made it due, carried out by a job."""

    class State(models.TextChoices):
        ASKED = "asked", "待退"
        DONE = "done", "已退"
        FAILED = "failed", "失败"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name="支付")
    out_refund_no = models.CharField("商户退款单号", max_length=64, unique=True)
    amount_fen = models.PositiveIntegerField("金额（分）")
    reason = models.CharField("原因", max_length=80)
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.ASKED)
    refund_id = models.CharField("微信退款单号", max_length=40, blank=True)
    problem = models.CharField("问题", max_length=200, blank=True)
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    done_at = models.DateTimeField("退款时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退款"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_of_something")]
        indexes = [models.Index(fields=["id"], condition=Q(state="asked"), name="refund_to_do")]

    def __str__(self) -> str:
        return self.out_refund_no


class Reconciliation(models.Model):
    """One day's comparison of WeChat's bill with our ledger."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", verbose_name="商户")
    day = models.DateField("日期")
    paid_fen = models.BigIntegerField("收入（分）", default=0)
    refunded_fen = models.BigIntegerField("退款（分）", default=0)
    differences = models.JSONField("差异", default=list)
    checked_at = models.DateTimeField("核对时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "对账"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="one_reconciliation_per_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
