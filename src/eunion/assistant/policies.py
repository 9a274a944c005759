"""Who may see or change entries: a role's right, for everybody's entries and those of the person's own unions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from eunion.assistant import selectors
from eunion.assistant.models import KnowledgeEntry
from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of


class EntryPolicy(ScopedPermissionPolicy):
    """Nobody may publish, superusers neither: two approvals do it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether a role gives a right."""
        return action != "publish" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Say whether a role gives any of the rights."""
        return bool(super().user_has_any_permission(user, set(actions) - {"publish"}))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        """Return the entries in scope, if the person has any of the rights."""
        if not self.user_has_any_permission(user, actions):
            return KnowledgeEntry.objects.none()
        return selectors.entries_for(scope_of(user))


ACTIONS = {
    "reply": "人工回复",
    "assign": "转交提问",
    "escalate": "逾期升级",
    "gap_written": "写好缺口",
    "gap_ignored": "不写缺口",
    "gap_open": "重开缺口",
    "alert_seen": "处理话题预警",
    "return": "退回知识",
    "approve": "审核通过知识",
    "withdraw": "停用知识",
    "import": "导入知识",
    "import_document": "导入法规",
    "withdraw_document": "停用法规",
    "restore_document": "恢复法规",
    "evaluate": "开始评测",
}
REVIEWERS = (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)
WRITERS = (Role.ADMINISTRATOR, Role.EDITOR, Role.CASE_OFFICER)


def register() -> None:
    """Put the policy, the audit actions and the roles' rights of this room in place."""
    register_permission_policy(KnowledgeEntry, EntryPolicy(KnowledgeEntry))
    for action, label in ACTIONS.items():
        audit.declare(f"assistant.{action}", label)
    for role in WRITERS:
        _grant(role, "knowledgeentry", "add", "change", "delete", "view")
        for model in ("turn", "gap", "trendalert"):
            _grant(role, model, "change", "view")
        _grant(role, "evaluation", "view")
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        _grant(role, "document", "add", "change", "view")
        _grant(role, "evaluation", "add")
    for role in (Role.ADMINISTRATOR, Role.CASE_OFFICER, *REVIEWERS):
        _grant(role, "knowledgeentry", "approve", "view")
    for role in REVIEWERS:
        for model in ("gap", "trendalert", "evaluation"):
            _grant(role, model, "view")
    # A union's own officers reply to their own people.
    _grant(Role.GRASSROOTS_OFFICER, "turn", "change", "view")


def _grant(role: Role, model: str, *verbs: str) -> None:
    grant(role, *(f"assistant.{verb}_{model}" for verb in verbs))
