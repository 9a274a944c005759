"""Who may see or do what with medical mutual aid."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy

from eunion.cases.models import Enrolment, EnrolmentList, PayList
from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role

ACTIONS = (
    ("medical.plan_change", "修改互助计划"),
    ("medical.plan_published", "发布互助计划"),
    ("medical.plan_closed", "停止参加互助计划"),
    ("medical.upload", "上传参保名单"),
    ("medical.confirm", "确认参保名单"),
    ("medical.cancel", "取消参保名单"),
    ("medical.grant", "审定互助金"),
    ("medical.gather", "制作发放清单"),
    ("medical.leave_out", "移出发放清单"),
    ("medical.approve", "复核发放清单"),
    ("medical.give_back", "退回发放清单"),
    ("medical.export", "导出发放清单（完整卡号）"),
    ("medical.results", "登记银行回盘"),
    ("medical.statistics", "导出互助统计"),
)
_VIEWS = ("cases.view_medicalplan", "cases.view_enrolment", "cases.view_enrolmentlist")
_PAYS = ("cases.view_paylist", "cases.change_paylist", "cases.approve_paylist", "cases.export_paylist")


def register() -> None:
    """Put the policies, rights and audit actions in place."""
    for model in (Enrolment, EnrolmentList, PayList):
        register_permission_policy(model, ScopedPermissionPolicy(model))
    for action, label in ACTIONS:
        audit.declare(action, label)
    for role in (Role.ADMINISTRATOR, Role.CASE_OFFICER):
        grant(
            role, *_VIEWS, *_PAYS, "cases.change_medicalplan", "cases.enrol_members", "cases.export_medical"
        )
    grant(Role.GRASSROOTS_OFFICER, *_VIEWS, "cases.enrol_members", "cases.export_medical")
    grant(Role.AUDITOR, *_VIEWS, "cases.view_paylist")
