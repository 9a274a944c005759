"""A case: one person's application or request, from the draft to its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from eunion.cases.declaration import SERVICES, Service, Stage
from eunion.kernel.fields import EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> CaseQuerySet:
        """Keep submitted cases of the unions in scope, or that lie on a desk in scope."""
        rows = self.exclude(state=Case.State.DRAFT)
        return rows if scope.everything else rows.filter(scope.unions("union__") | scope.unions("desk__"))

    def running(self) -> CaseQuerySet:
        """Keep what somebody still has to do something about."""
        return self.filter(state__in=(Case.State.OPEN, Case.State.MENDING))


class Case(models.Model):
    """One case. `typed` is the form as it was typed (encrypted JSON); the event log says how it got here."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "办理中"
        MENDING = "mending", "待补正"
        DONE = "done", "已办结"
        REFUSED = "refused", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    class Way(models.TextChoices):
        PAGE = "page", "网页"
        ASSISTANT = "assistant", "云博士"
        PHONE = "phone", "12351 来电"
        GRID = "grid", "网格员"
        WINDOW = "window", "窗口代办"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    service_name = models.CharField("事项", max_length=20)
    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    stage_name = models.CharField("环节", max_length=20, blank=True)
    user = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="申请账号"
    )
    member = models.ForeignKey(
        "registry.Member", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="会员"
    )
    applicant = models.CharField("申请人", max_length=40, blank=True)
    typed = EncryptedTextField("填写的内容")
    facts = models.JSONField("统计项", default=dict, blank=True)
    union = models.ForeignKey(
        "registry.Union", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属工会"
    )
    # Whose turn it is: the union that decides at this stage.
    desk = models.ForeignKey(
        "registry.Union", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理工会"
    )
    grid = models.ForeignKey(
        "registry.Grid", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    owner = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    way = models.CharField("来源", max_length=10, choices=Way.choices, default=Way.PAGE)
    filed_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    version = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField("应办结时间", null=True, blank=True)
    # Working days left of the stage's clock while it stands still.
    days_left = models.SmallIntegerField(null=True, blank=True)
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=200, blank=True)
    stars = models.PositiveSmallIntegerField("评价", null=True, blank=True)
    words = models.CharField("评价内容", max_length=200, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    changed_at = models.DateTimeField("更新时间", auto_now=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        ordering = ["-id"]
        permissions = [
            ("handle_case", "办理"),
            ("assign_case", "分派办件"),
            ("export_case", "导出办件"),
            ("unmask_case", "查看办件完整号码"),
        ]
        constraints = [
            # No deadline is ever lost: whoever's turn it is, it has an end.
            models.CheckConstraint(
                condition=~Q(state__in=("open", "mending")) | Q(due_at__isnull=False, stage_name__gt=""),
                name="running_case_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number=None) | ~Q(state="draft") & Q(number__isnull=False),
                name="submitted_case_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("done", "refused", "withdrawn"), closed_at__isnull=False)
                | Q(state__in=("draft", "open", "mending"), closed_at=None),
                name="case_is_closed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state="mending", days_left__isnull=False)
                | ~Q(state="mending") & Q(days_left=None),
                name="clock_stands_still_while_mending",
            ),
            models.UniqueConstraint(
                fields=["user", "service_name"],
                condition=Q(state="draft", filed_by=None),
                name="one_draft_per_service",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=Q(state__in=("open", "mending")), name="case_by_owner"
            ),
            models.Index(
                fields=["due_at"], condition=Q(state__in=("open", "mending")), name="case_by_deadline"
            ),
            models.Index(fields=["service_name", "state", "-id"], name="case_by_service"),
            models.Index(fields=["user", "-id"], name="case_by_user"),
            models.Index(fields=["applicant"], name="case_by_applicant"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '草稿'} {self.service.title}"

    @property
    def service(self) -> Service:
        """Return the declaration. Raises KeyError for a service that was taken out of the software."""
        return SERVICES[self.service_name]

    @property
    def stage(self) -> Stage | None:
        """Return the stage it stands at, or last stood at; None for a draft."""
        return self.service.stage(self.stage_name) if self.stage_name else None

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was typed: field → text, list of texts (many) or list of such dicts (rows)."""
        found: dict[str, Any] = json.loads(self.typed) if self.typed else {}
        return found

    @answers.setter
    def answers(self, typed: dict[str, Any]) -> None:
        self.typed = json.dumps(typed, ensure_ascii=False)


class CaseNumber(models.Model):
    """The last number given out for a service in a year."""

    key = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.last}"
