"""A notice: a reviewed page with an audience."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.models import Revision

from eunion.channels import base
from eunion.content.models import ReviewedPage

CHANNELS = ("wechat", "community", "inbox")


def all_channels() -> list[str]:
    """Return every channel: the default of a new notice."""
    return list(CHANNELS)


class ChannelsField(ArrayField):
    """Names of channels, shown as check boxes."""

    def formfield(self, **kwargs: Any) -> Any:
        """Offer the channels by their Chinese labels."""
        choices = [(name, base.LABELS.get(name, name)) for name in CHANNELS]
        return forms.MultipleChoiceField(
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            required=True,
            error_messages={"required": "请至少选择一个渠道"},
        )


class Notice(ReviewedPage):
    """A reviewed page with an audience. Empty unions, grids and tags set no limit of their kind."""

    class Certified(models.TextChoices):
        ANY = "any", "不限"
        YES = "yes", "仅已认证"
        NO = "no", "仅未认证"

    audience_unions = ParentalManyToManyField(
        "registry.Union", blank=True, related_name="+", verbose_name="工会（含下级）"
    )
    audience_grids = ParentalManyToManyField(
        "registry.Grid", blank=True, related_name="+", verbose_name="网格"
    )
    audience_tags = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        verbose_name="标签",
        help_text="用英文逗号隔开",
    )
    audience_certified = models.CharField(
        "认证", max_length=3, choices=Certified.choices, default=Certified.ANY
    )
    channels = ChannelsField(models.CharField(max_length=12), default=all_channels, verbose_name="渠道")
    urgent = models.BooleanField("紧急（不避开夜间）", default=False)
    again = models.BooleanField(
        "重新通知", default=False, help_text="已发布的通知修改后，默认只更新页面；勾选后会再发一次"
    )

    template = "broadcast/notice_page.html"
    parent_page_types = ["content.SectionPage"]
    content_panels = [
        *ReviewedPage.content_panels[:-1],
        MultiFieldPanel(
            [
                FieldPanel("audience_unions"),
                FieldPanel("audience_grids"),
                FieldPanel("audience_tags"),
                FieldPanel("audience_certified"),
                HelpPanel(template="broadcast/admin/audience_count.html"),
            ],
            heading="发给谁（都不选就是所有人）",
        ),
        MultiFieldPanel(
            [FieldPanel("channels"), FieldPanel("urgent"), FieldPanel("again")], heading="怎么发"
        ),
        ReviewedPage.content_panels[-1],
    ]

    class Meta:
        verbose_name = verbose_name_plural = "通知"

    def clean(self) -> None:
        """Refuse channels that do not exist."""
        super().clean()
        if set(self.channels) - set(CHANNELS):
            raise ValidationError({"channels": "没有这个渠道"})

    def after_publication(self, *, revision: Revision, user: Any) -> None:
        """Plan the broadcast in the publication's transaction."""
        from eunion.broadcast import services

        services.plan_broadcast(notice=self, revision=revision, user=user)

    def after_withdrawal(self, *, user: Any) -> None:
        """Stop what has not been sent yet."""
        from eunion.broadcast import services

        services.cancel_broadcasts(notice=self, user=user)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the notice and note that it was read."""
        from eunion.broadcast import services

        services.mark_read(notice=self, user=request.user, token=request.GET.get("d", ""))
        return super().serve(request, *args, **kwargs)
