"""Documents cut by article: laws, regulations and rules, each article citable by its number."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """One version of a law or rule. A newer version of the same title takes its place."""

    title = models.CharField("名称", max_length=120, db_index=True)
    effective_on = models.DateField("版本日期", null=True, blank=True, help_text="公布或修正的日期")
    source = models.CharField("来源", max_length=120, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    live = models.BooleanField("可引用", default=True)
    imported_at = models.DateTimeField("导入时间", auto_now=True)
    imported_by = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="导入人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "法规文件"
        ordering = ["title", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "effective_on"], name="one_document_per_version", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["title"], condition=models.Q(live=True), name="one_live_version_per_title"
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》"


class Article(models.Model):
    """One article of a document; without numbers in the text, one paragraph."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="articles", verbose_name="法规")
    position = models.PositiveIntegerField("顺序")
    number = models.CharField("条号", max_length=24, blank=True)
    heading = models.CharField("章节", max_length=120, blank=True)
    text = models.TextField("条文")

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="one_article_per_position")
        ]
        indexes = [models.Index(fields=["document", "number"], name="article_by_number")]

    def __str__(self) -> str:
        return f"{self.document}{self.number}"
