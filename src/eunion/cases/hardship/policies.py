"""Who may see or do what in hardship assistance."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy

from eunion.cases.models import HardshipFile
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.kernel.permissions import grant
from eunion.registry.models import Union, User
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of

ACTIONS = (
    ("hardship.standard", "录入帮扶标准"),
    ("hardship.programme", "修改救助项目"),
    ("hardship.decide", "核实公示异议"),
    ("hardship.unmask", "查看异议人"),
    ("hardship.pay", "登记救助"),
    ("hardship.correct", "冲正救助"),
    ("hardship.recheck", "复核帮扶档案"),
    ("hardship.leave", "脱困退出"),
    ("hardship.see", "查看帮扶档案"),
    ("hardship.export", "导出帮扶台账"),
    ("hardship.visit", "入户走访"),
)
VIEW = "cases.view_hardshipfile"
PAY = "cases.add_hardshipentry"
RECHECK = "cases.change_hardshiprecheck"
NOTICES = "cases.view_hardshipnotice"
DECIDE = "cases.change_hardshipobjection"
STANDARDS = "cases.view_hardshipstandard"
SET = "cases.add_hardshipstandard"
EXPORT = "cases.export_hardship"
VISIT = "cases.handle_case"


def register() -> None:
    """Put the policies, rights and audit actions in place."""
    register_permission_policy(HardshipFile, ScopedPermissionPolicy(HardshipFile))
    for action, label in ACTIONS:
        audit.declare(action, label)
    for role in (Role.ADMINISTRATOR, Role.CASE_OFFICER):
        grant(role, VIEW, PAY, RECHECK, NOTICES, DECIDE, STANDARDS, SET, EXPORT)
    grant(Role.GRASSROOTS_OFFICER, VIEW, RECHECK, NOTICES, STANDARDS)
    grant(Role.AUDITOR, VIEW, NOTICES, STANDARDS)


def check(user: User, right: str, union: Union | None = None) -> None:
    """Raise NotAllowed unless a person has a right, and over a union if one is named."""
    if not user.has_perm(right):
        raise NotAllowed
    if union is not None and not Union.objects.filter(scope_of(user).unions(), pk=union.pk).exists():
        raise NotAllowed("这户不在您的管理范围。")
