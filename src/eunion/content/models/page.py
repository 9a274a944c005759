"""Pages that are reviewed three times before anyone sees them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Revision
from wagtail.snippets.models import register_snippet

from eunion.content.blocks import BodyBlock


class SitePage(Page):
    """The root of the member site; the portal serves its address."""

    max_count = 1
    subpage_types = ["content.SectionPage"]

    class Meta:
        verbose_name = "职工服务网"


class SectionPage(Page):
    """A section that lists its pages; which kinds it takes follows from `kind`."""

    class Kind(models.TextChoices):
        NEWS = "news", "新闻动态"
        POLICY = "policy", "政策解读"
        LAW = "law", "法律法规"
        GUIDE = "guide", "办事指南"
        NOTICE = "notice", "通知公告"

    kind = models.CharField("栏目类型", max_length=8, choices=Kind.choices)
    intro = models.CharField("栏目说明", max_length=120, blank=True)
    parent_page_types = ["content.SitePage"]
    subpage_types = ["content.ArticlePage", "content.GuidePage", "broadcast.Notice"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = verbose_name_plural = "栏目"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the section's list."""
        from eunion.content import selectors

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | selectors.section_list(self, request.GET)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """Answer htmx with the next items alone."""
        return (
            "content/section_items.html" if request.headers.get("HX-Request") else "content/section_page.html"
        )


@register_snippet
class Category(models.Model):
    """A subject within a section, such as 工资 or 女职工."""

    name = models.CharField("名称", max_length=20, unique=True)
    sort_order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "分类"
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name


class ReviewedPage(Page):
    """What every published page of ours has; publishing goes through three reviews by three people."""

    summary = models.CharField("摘要", max_length=200, blank=True, help_text="列表和消息里显示的一两句话")
    body = StreamField(BodyBlock(), verbose_name="正文", blank=True)
    cover = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="封面图"
    )
    source = models.CharField("来源", max_length=80, blank=True)
    author_name = models.CharField("作者", max_length=40, blank=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="分类"
    )
    effective_on = models.DateField("生效日期", null=True, blank=True)
    repealed_on = models.DateField("失效日期", null=True, blank=True)

    parent_page_types = ["content.SectionPage"]
    subpage_types: list[str] = []
    template = "content/article_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("cover"),
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldPanel("author_name"),
                FieldPanel("category"),
                FieldPanel("effective_on"),
                FieldPanel("repealed_on"),
            ],
            heading="来源与时效",
        ),
    ]

    class Meta:
        abstract = True

    @property
    def shown_date(self) -> datetime.date | None:
        """The date that readers see: of first publication, in local time."""
        published = self.first_published_at
        return timezone.localtime(published).date() if published else None

    @property
    def share_text(self) -> str:
        """What a share card says below the title: the summary, else how the text begins."""
        from eunion.content import services

        return self.summary or " ".join(services.body_text(self).split())[:80]

    @property
    def is_repealed(self) -> bool:
        """Whether what the page describes is no longer in force today."""
        return bool(self.repealed_on and self.repealed_on <= timezone.localdate())

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """Publish a thrice-approved revision, its search entry and what follows from it, or nothing of it.

        Every door to publication ends here. Raises ReviewIncomplete.
        """
        from eunion.content import services

        with transaction.atomic():
            services.check_reviewed(revision)
            # The three approvals are the permission; no role may publish without them.
            super().publish(revision, user=user, **{**options, "skip_permission_checks": True})
            page = type(self).objects.get(pk=self.pk)
            if page.live:
                services.index_page(page)
                page.after_publication(revision=revision, user=user)

    def unpublish(self, **options: Any) -> None:
        """Withdraw the page, its search entry, its articles in the accounts and what follows from it, together.

        Wagtail has doors that do not come by here; all of them end in `services.leave`, which this one encloses.
        """
        with transaction.atomic():
            super().unpublish(**options)

    def after_publication(self, *, revision: Revision, user: Any) -> None:
        """Do what a publication brings with it, in its transaction; a subclass fills it in."""

    def after_withdrawal(self, *, user: Any) -> None:
        """Do what a withdrawal brings with it, in its transaction; a subclass fills it in."""


class ArticlePage(ReviewedPage):
    """A piece of news, an explained policy, or a law."""

    document_number = models.CharField("文号", max_length=60, blank=True)
    issued_by = models.CharField("发文机关", max_length=60, blank=True)

    content_panels = [
        *ReviewedPage.content_panels,
        MultiFieldPanel([FieldPanel("issued_by"), FieldPanel("document_number")], heading="政策法规填写"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "文章"


class GuidePage(ReviewedPage):
    """How something is done at the union: who, with what, how long, where."""

    who = models.TextField("谁可以办", blank=True)
    materials = models.TextField("要带什么", blank=True, help_text="每行一项")
    steps = models.TextField("怎么办", blank=True, help_text="每行一步")
    time_limit = models.CharField("多久办好", max_length=60, blank=True)
    place = models.CharField("在哪里办", max_length=120, blank=True)
    phone = models.CharField("咨询电话", max_length=40, blank=True)

    template = "content/guide_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("who", "materials", "steps", "time_limit", "place", "phone")],
            heading="办理要点",
        ),
        *ReviewedPage.content_panels[2:],
    ]

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"
