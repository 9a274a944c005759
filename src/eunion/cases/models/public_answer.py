"""Answers to requests that anybody may read."""

from __future__ import annotations

from django.db import models

from eunion.cases.models.case import Case


class PublicAnswer(models.Model):
    """A request and its answer in a clerk's words: no name, no number, no employer."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="public_answer")
    category = models.CharField("类别", max_length=10)
    question = models.CharField("问题", max_length=300)
    answer = models.CharField("答复", max_length=1000)
    published_at = models.DateTimeField("公开时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开答复"
        indexes = [models.Index(fields=["category", "-id"], name="public_answer_by_category")]

    def __str__(self) -> str:
        return self.question
