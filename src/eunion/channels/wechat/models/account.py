"""Accounts at WeChat: service accounts, subscription accounts, mini-programs."""

from __future__ import annotations

from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Account(models.Model):
    """One account. Secrets are encrypted; tokens and tickets are refreshed under the row's lock."""

    class Kind(models.TextChoices):
        SERVICE = "service", "服务号"
        SUBSCRIPTION = "subscription", "订阅号"
        MINIPROGRAM = "miniprogram", "小程序"

    class Mode(models.TextChoices):
        SAFE = "safe", "安全模式（推荐）"
        COMPATIBLE = "compatible", "兼容模式"
        PLAIN = "plain", "明文模式"

    slug = models.SlugField("代号", unique=True, help_text="回调地址的一部分：/wechat/代号/callback")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    appid = models.CharField("AppID", max_length=32, unique=True)
    secret = EncryptedTextField("AppSecret")
    token = EncryptedTextField("消息校验 Token")
    aes_key = EncryptedTextField("消息加密密钥")
    mode = models.CharField(
        "消息加解密方式",
        max_length=10,
        choices=Mode.choices,
        default=Mode.SAFE,
        help_text="与微信后台里选的一致；安全模式下不接受明文消息",
    )
    notice_template_id = models.CharField("通知模板编号", max_length=64, blank=True)
    rate_per_s = models.PositiveIntegerField("每秒发送上限 (0 不限)", default=0)
    active = models.BooleanField("启用", default=True)
    access_token = EncryptedTextField(editable=False)
    access_token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    jsapi_ticket = EncryptedTextField(editable=False)
    jsapi_ticket_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    verified_at = models.DateTimeField("回调验证时间", null=True, blank=True, editable=False)
    synced_at = models.DateTimeField("粉丝同步时间", null=True, blank=True, editable=False)
    sync_cursor = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "公众号和小程序"

    def __str__(self) -> str:
        return self.name

    @property
    def has_menu(self) -> bool:
        """Whether people see a menu under this account's chat."""
        return self.kind != self.Kind.MINIPROGRAM
