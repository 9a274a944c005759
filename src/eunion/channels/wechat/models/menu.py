"""Menus under the chat, version by version, and what is said without being asked."""

from __future__ import annotations

from django.db import models


class MenuVersion(models.Model):
    """One version of an account's menu. `buttons` is WeChat's own form; with a tag it is a conditional menu."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        LIVE = "live", "已发布"
        PAST = "past", "历史版本"

    account = models.ForeignKey("wechat.Account", models.CASCADE, related_name="menus", verbose_name="公众号")
    number = models.PositiveIntegerField("版本")
    tag_rule = models.ForeignKey(
        "wechat.TagRule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="只给这个标签的人看",
    )
    buttons = models.JSONField(default=list)
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.DRAFT)
    remote_id = models.CharField(max_length=32, blank=True, editable=False)
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="编辑人")
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "自定义菜单"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="one_menu_per_number"),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state="live", tag_rule=None),
                name="one_live_menu_per_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} 第 {self.number} 版"


class AutoReply(models.Model):
    """What an account answers by itself: on follow, to a keyword, to a menu click."""

    class Trigger(models.TextChoices):
        FOLLOW = "follow", "关注时"
        KEYWORD = "keyword", "收到关键词"
        CLICK = "click", "点击菜单"

    class Match(models.TextChoices):
        WHOLE = "whole", "整句相同"
        PART = "part", "包含"

    account = models.ForeignKey(
        "wechat.Account", models.CASCADE, related_name="replies", verbose_name="公众号"
    )
    trigger = models.CharField("触发", max_length=8, choices=Trigger.choices)
    word = models.CharField("关键词或菜单键值", max_length=60, blank=True)
    match = models.CharField("匹配", max_length=6, choices=Match.choices, default=Match.WHOLE)
    text = models.TextField("回复文字", max_length=600, blank=True)
    title = models.CharField("图文标题", max_length=64, blank=True, help_text="填了链接就发图文，否则发文字")
    url = models.URLField("图文链接", max_length=300, blank=True)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "自动回复"
        indexes = [models.Index(fields=["account", "trigger", "word"], name="reply_by_trigger")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "trigger", "word", "match"], name="one_reply_per_word"
            ),
            models.CheckConstraint(
                condition=models.Q(trigger="follow") | ~models.Q(word=""), name="reply_has_its_word"
            ),
            models.CheckConstraint(
                condition=~models.Q(text="") | ~models.Q(url=""), name="reply_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.word or self.get_trigger_display()
