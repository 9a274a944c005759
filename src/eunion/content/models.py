"""Pages that are reviewed three times before anyone sees them."""

from __future__ import annotations

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page


class ReviewedPage(Page):
    """What every published page of ours has; publishing goes through three reviews by three people."""

    summary = models.CharField("摘要", max_length=200, blank=True)
    body = RichTextField("正文", blank=True)
    source = models.CharField("来源", max_length=80, blank=True)
    effective_on = models.DateField("生效日期", null=True, blank=True)

    class Meta:
        abstract = True
