"""Official accounts, their followers, and what WeChat tells us."""

from __future__ import annotations

from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Account(models.Model):
    """A WeChat official account. Secrets are encrypted."""

    class Kind(models.TextChoices):
        SERVICE = "service", "服务号"
        SUBSCRIPTION = "subscription", "订阅号"

    slug = models.SlugField("代号", unique=True)
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    appid = models.CharField("AppID", max_length=32, unique=True)
    secret = EncryptedTextField("AppSecret")
    token = EncryptedTextField("消息校验 Token")
    aes_key = EncryptedTextField("消息加密密钥")
    notice_template_id = models.CharField("通知模板编号", max_length=64, blank=True)
    rate_per_s = models.PositiveIntegerField("每秒发送上限 (0 不限)", default=0)
    active = models.BooleanField("启用", default=True)
    access_token = EncryptedTextField(editable=False)
    access_token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "公众号"

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """A person who follows an account; bound to a member once we know who they are."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="followers", verbose_name="公众号")
    openid = models.CharField("OpenID", max_length=64)
    unionid = models.CharField("UnionID", max_length=64, blank=True, db_index=True)
    subscribed = models.BooleanField("关注中", default=True)
    subscribed_at = models.DateTimeField("关注时间", null=True, blank=True)
    last_active_at = models.DateTimeField("最近互动", null=True, blank=True)
    member = models.ForeignKey(
        "registry.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="会员",
    )

    class Meta:
        verbose_name = verbose_name_plural = "粉丝"
        constraints = [models.UniqueConstraint(fields=["account", "openid"], name="one_follower_per_openid")]

    def __str__(self) -> str:
        return self.openid


class InboundMessage(models.Model):
    """A message or event that WeChat delivered to our callback, kept once however often it was told."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="inbound")
    dedupe_key = models.CharField(max_length=120)
    openid = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=32
    )  # text, image, … or event.subscribe, event.TEMPLATESENDJOBFINISH, …
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "收到的消息"
        constraints = [models.UniqueConstraint(fields=["account", "dedupe_key"], name="one_inbound_per_key")]
        indexes = [
            models.Index(fields=["account", "openid", "-id"], name="inbound_by_sender"),
            models.Index(fields=["id"], condition=models.Q(handled_at=None), name="inbound_to_handle"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"
