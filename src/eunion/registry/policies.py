"""Who may see or do what in the registry: a role's right, within the person's own unions and grids."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.models import (
    CertificationRequest,
    Grid,
    Member,
    Officer,
    ResidentsGroup,
    RosterImport,
    Union,
)
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of


class ScopedPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's model policy, narrowed to the rows that `visible_to` the person's scope."""

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        """Return the rows in scope, if the person has any of the rights."""
        if not self.user_has_any_permission(user, actions):
            return self.model.objects.none()
        return self.model.objects.visible_to(scope_of(user))

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Model) -> bool:
        """Say whether the person has a right and the row is in scope."""
        found = self.instances_user_has_any_permission_for(user, actions)
        return bool(found.filter(pk=instance.pk).exists())

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        """Say the same of one right."""
        return self.user_has_any_permission_for_instance(user, [action], instance)


def register() -> None:
    """Put the policies, rights and audit actions of this room in place."""
    for model in (Union, Grid, Member, RosterImport, Officer, ResidentsGroup, CertificationRequest):
        register_permission_policy(model, ScopedPermissionPolicy(model))
    for action, label in (
        ("registry.unmask", "查看完整号码"),
        ("registry.certify", "通过认证"),
        ("registry.join_users", "合并登录账号"),
        ("registry.refuse", "认证不通过"),
        ("registry.upload_roster", "上传名册"),
        ("registry.confirm_roster", "确认导入名册"),
        ("registry.cancel_roster", "取消名册"),
        ("registry.export_roster", "导出名册"),
        ("registry.import_grids", "导入网格"),
    ):
        audit.declare(action, label)
    _grant()


def _grant() -> None:
    seen = ("union", "officer", "grid", "residentsgroup", "member", "rosterimport")
    views = [f"registry.view_{model}" for model in seen]
    changes = [f"registry.{verb}_{model}" for verb in ("add", "change") for model in seen[:-1]]
    changes.append("registry.delete_officer")
    personal = ["registry.unmask_member", "registry.certify_member", "registry.import_roster"]
    for role in (Role.ADMINISTRATOR, Role.DATA_OFFICER):
        grant(role, *views, *changes, *personal, "registry.export_roster")
    for model in ("staffscope", "gridassignment"):
        grant(
            Role.ADMINISTRATOR, *(f"registry.{verb}_{model}" for verb in ("add", "change", "delete", "view"))
        )
    grant(Role.ADMINISTRATOR, "registry.view_user", "registry.change_user", "registry.add_user")
    grant(Role.GRASSROOTS_OFFICER, *views, "registry.change_union", "registry.change_officer", *personal)
    grant(Role.CASE_OFFICER, *views, "registry.unmask_member")
    for role in (Role.AUDITOR, Role.ORGANISER, Role.EDITOR):
        grant(role, "registry.view_union", "registry.view_grid")
