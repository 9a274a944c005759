"""What is learned from conversations: gaps in the knowledge, topics on the rise, how well answers are found."""

from __future__ import annotations

from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Gap(models.Model):
    """Questions of one meaning that the knowledge did not answer, in one week (its Monday)."""

    class State(models.TextChoices):
        OPEN = "open", "待写"
        WRITTEN = "written", "已写"
        IGNORED = "ignored", "不写"

    week = models.DateField("周")
    sample = EncryptedTextField("最典型的问法")
    turn_count = models.PositiveIntegerField("提问次数")
    asker_count = models.PositiveIntegerField("提问人数")
    topic = models.CharField("可能的主题", max_length=20, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    entry = models.ForeignKey(
        "assistant.KnowledgeEntry", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "知识缺口"
        ordering = ["-week", "-asker_count", "-turn_count", "id"]
        indexes = [models.Index(fields=["state", "-week", "-asker_count"], name="gap_by_week")]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d} ×{self.turn_count}"


class TrendAlert(models.Model):
    """A topic asked about much more than in the weeks before: in a grid, or (grid None) in the district."""

    week = models.DateField("周")
    topic = models.CharField("主题", max_length=20)
    grid = models.ForeignKey(
        "registry.Grid", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    turn_count = models.PositiveIntegerField("本周次数")
    before = models.FloatField("前四周平均")
    seen_at = models.DateTimeField("处理时间", null=True, blank=True)
    seen_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "话题预警"
        ordering = ["-week", "-turn_count", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "topic", "grid"], name="one_alert_per_topic", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.turn_count}"


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Reads of one table."""

    def finished(self) -> EvaluationQuerySet:
        """Keep the runs that came to their end."""
        return self.exclude(figures__has_key="done")

    def running(self) -> EvaluationQuerySet:
        """Keep those that still ask: their figures are how many questions are `done`, `of` how many."""
        return self.filter(figures__has_key="done")


class Evaluation(models.Model):
    """How well the knowledge answered a fixed set of questions at one time."""

    name = models.CharField("题集", max_length=40)
    at = models.DateTimeField("时间", auto_now_add=True)
    figures = models.JSONField("结果", default=dict)
    entry_count = models.PositiveIntegerField("知识条数", default=0)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评测结果"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d}"
