"""The three reviews (三審): one task a stage, three different people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from wagtail.models import AbstractGroupApprovalTask, TaskState, WorkflowState

from eunion.content.errors import SameReviewer


class ReviewTask(AbstractGroupApprovalTask):
    """A stage of review. Nobody reviews their own words, nor a page that they let pass at another stage."""

    class Meta:
        verbose_name = verbose_name_plural = "三审环节"

    @classmethod
    def get_description(cls) -> str:
        """Say in the workflow editor what the stage is."""
        return "三审环节：由指定角色审核，三个环节须由三个不同的人完成，作者不能审核自己的稿件"

    def get_actions(self, obj: models.Model, user: Any) -> list[tuple[str, str, bool]]:
        """Offer approval only to whoever may give it."""
        if not self._user_in_groups(user):
            return []
        state = obj.current_workflow_state  # type: ignore[attr-defined]
        if state is None or not _may_review(state, user):
            return []
        return [
            ("reject", "退回修改", True),
            ("approve", "审核通过", False),
            ("approve", "通过并附意见", True),
        ]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Refuse a review by the wrong person, whichever screen or script asks; raises SameReviewer."""
        if not (self._user_in_groups(user) and _may_review(task_state.workflow_state, user)):
            raise SameReviewer
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """Put on a person's list only what they may review."""
        if not self._user_in_groups(user):
            return TaskState.objects.none()
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS).exclude(revision__user=user)
        done = TaskState.objects.filter(finished_by=user, status=TaskState.STATUS_APPROVED)
        return waiting.exclude(workflow_state__in=done.values("workflow_state"))


def _may_review(state: WorkflowState, user: AbstractBaseUser) -> bool:
    """Return whether the person neither wrote the revision under review nor approved another stage of it."""
    # Asked of the database: reading state.current_task_state here would leave a stale copy on the state,
    # and Wagtail would then not move on to the next stage.
    own_words = models.Q(status=TaskState.STATUS_IN_PROGRESS, revision__user=user)
    let_pass = models.Q(status=TaskState.STATUS_APPROVED, finished_by=user)
    return not state.task_states.filter(own_words | let_pass).exists()
