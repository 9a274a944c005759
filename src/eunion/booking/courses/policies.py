"""Who may see or do what with courses: a role's right, within the person's own unions."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy

from eunion.booking.models import Certificate, Homework, Material, Meeting
from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role

ACTIONS = (
    ("booking.dates", "安排课次"),
    ("booking.cancel_meeting", "停课"),
    ("booking.door", "签到大屏链接"),
    ("booking.present", "补签到"),
    ("booking.absent", "取消签到"),
    ("booking.material", "课程资料"),
    ("booking.homework", "布置作业"),
    ("booking.review", "点评作业"),
    ("booking.withdraw", "撤销证书"),
    ("booking.correct_hours", "更正服务时长"),
    ("booking.export_statistics", "导出活动统计"),
)
_SEEN = ("meeting", "attendance", "material", "homework", "handin", "rating", "certificate", "hourentry")


def register() -> None:
    """Put the policies, rights and audit actions of courses in place."""
    for model in (Meeting, Material, Homework, Certificate):
        register_permission_policy(model, ScopedPermissionPolicy(model))
    for action, label in ACTIONS:
        audit.declare(action, label)
    views = [f"booking.view_{noun}" for noun in _SEEN]
    for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.GRASSROOTS_OFFICER):
        grant(role, *views, "booking.change_certificate", "booking.add_hourentry")
    for role in (Role.AUDITOR, Role.DATA_OFFICER):
        grant(role, *views)
