"""A reviewed page on its way into an official account as an article, and what became of it."""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """One page in one account. Each step leaves what the next one needs, so a killed job goes on where it was."""

    class Way(models.TextChoices):
        MASS = "mass", "群发"
        FREE = "free", "发布（不推送）"

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "等待发布"
        UPLOADING = "uploading", "上传中"
        SUBMITTED = "submitted", "微信处理中"
        PUBLISHED = "published", "已发布"
        FAILED = "failed", "失败"
        WITHDRAWN = "withdrawn", "已撤回"

    page = models.ForeignKey(
        "wagtailcore.Page", models.CASCADE, related_name="publications", verbose_name="页面"
    )
    account = models.ForeignKey("wechat.Account", models.PROTECT, related_name="+", verbose_name="公众号")
    way = models.CharField("方式", max_length=4, choices=Way.choices)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SCHEDULED)
    scheduled_for = models.DateTimeField("发布时间")
    media_id = models.CharField(max_length=128, blank=True)
    remote_id = models.CharField("微信任务编号", max_length=64, blank=True, db_index=True)
    article_id = models.CharField(max_length=128, blank=True)
    article_url = models.URLField("文章地址", max_length=500, blank=True)
    total_count = models.PositiveIntegerField("应发", default=0)
    sent_count = models.PositiveIntegerField("成功", default=0)
    error_count = models.PositiveIntegerField("失败", default=0)
    problem = models.CharField("问题", max_length=200, blank=True)
    created_by = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="发布人")
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    submitted_at = models.DateTimeField("送出时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公众号发布"
        ordering = ["-id"]
        permissions = [("publish_article", "发布到公众号")]
        indexes = [models.Index(fields=["account", "way", "submitted_at"], name="publication_quota")]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "account"],
                condition=~models.Q(state__in=["failed", "withdrawn"]),
                name="one_living_publication_per_account",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} · {self.account}"
