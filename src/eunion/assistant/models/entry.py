"""Knowledge entries: what 雲博士 says in answer to a question, once two people have let it pass."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from wagtail.models import DraftStateMixin, Revision, RevisionMixin

from eunion.kernel.ids import new_public_id


class EntryQuerySet(models.QuerySet["KnowledgeEntry"]):
    """Reads of one table."""

    def speaking(self, on: datetime.date) -> EntryQuerySet:
        """Keep the entries that are approved and valid on a day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=on)
        not_over = Q(valid_until=None) | Q(valid_until__gte=on)
        return self.filter(begun, not_over, live=True)


class KnowledgeEntry(DraftStateMixin, RevisionMixin, models.Model):  # type: ignore[misc]
    """A question with its answer, its legal basis and where it comes from.

    The row holds what is said today; changes wait as revisions until two people have approved them.
    """

    key = models.CharField(
        "编号", max_length=60, unique=True, default=new_public_id, help_text="导入时按编号对应"
    )
    question = models.CharField("问题", max_length=120)
    alternatives = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name="其他问法"
    )
    answer = models.TextField("回答", max_length=1200)
    topic = models.CharField("主题", max_length=20, blank=True, db_index=True)
    legal_basis = models.CharField(
        "依据", max_length=200, blank=True, help_text="例如：《劳动法》第四十四条；多条用分号隔开"
    )
    source = models.CharField("来源", max_length=80, blank=True)
    source_date = models.DateField("来源日期", null=True, blank=True)
    links = models.JSONField("相关链接", default=list, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_until = models.DateField("失效日期", null=True, blank=True)
    union = models.ForeignKey(
        "registry.Union",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="适用工会",
        help_text="不选则人人适用；选了则只对这个工会及下级的认证会员说",
    )
    owner = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="负责人"
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "知识"
        ordering = ["topic", "id"]
        permissions = [("approve_knowledgeentry", "审核知识")]
        indexes = [models.Index(fields=["live", "topic"], name="entry_by_topic")]
        constraints = [
            # Wagtail's own default is live: a row may only speak by a revision that was let pass.
            models.CheckConstraint(
                condition=Q(live=False) | Q(live_revision__isnull=False), name="entry_speaks_by_a_revision"
            )
        ]

    def __str__(self) -> str:
        return self.question

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """Let a revision speak. Every door ends here. Raises ApprovalsMissing."""
        from eunion.assistant.services import knowledge

        with transaction.atomic():
            knowledge.check_approved(revision)
            # The two approvals are the permission; no role may publish without them.
            super().publish(revision, user=user, **{**options, "skip_permission_checks": True})


class EntryApproval(models.Model):
    """One person let one version of an entry pass."""

    entry = models.ForeignKey(KnowledgeEntry, models.CASCADE, related_name="approvals")
    revision = models.ForeignKey("wagtailcore.Revision", models.CASCADE, related_name="+")
    user = models.ForeignKey("registry.User", models.PROTECT, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "知识审核"
        constraints = [models.UniqueConstraint(fields=["revision", "user"], name="one_approval_per_person")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.user}"
