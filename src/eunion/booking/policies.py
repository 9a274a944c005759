"""Who may see or do what with offerings: a role's right, within the person's own unions."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy

from eunion.booking.models import Appeal, Barred, Checker, Claim, Offering, Season, Session
from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role

ACTIONS = (
    ("booking.create", "新建活动"),
    ("booking.edit", "修改活动"),
    ("booking.publish", "发布活动"),
    ("booking.close", "结束活动"),
    ("booking.call_off", "取消活动"),
    ("booking.cancel", "取消报名"),
    ("booking.expire", "收回未付款名额"),
    ("booking.promote", "候补转正"),
    ("booking.commit_draw", "公布摇号承诺"),
    ("booking.draw", "摇号"),
    ("booking.bar", "暂停报名资格"),
    ("booking.redeem", "验票"),
    ("booking.make_checker", "发验票链接"),
    ("booking.revoke_checker", "作废验票链接"),
    ("booking.decide_appeal", "处理爽约申诉"),
    ("booking.lift_bar", "恢复报名资格"),
    ("booking.export", "导出报名名单"),
)


def register() -> None:
    """Put the policies, rights and audit actions of this room in place."""
    for model in (Season, Offering, Session, Claim, Barred, Checker, Appeal):
        register_permission_policy(model, ScopedPermissionPolicy(model))
    for action, label in ACTIONS:
        audit.declare(action, label)
    nouns = ("offering", "session", "share", "season", "claim", "barred", "draw", "appeal", "checker")
    views = [f"booking.view_{noun}" for noun in nouns]
    changes = [f"booking.{verb}_{noun}" for verb in ("add", "change") for noun in nouns[:4]]
    changes += ["booking.mark_claim", "booking.export_claim", "booking.change_claim", "booking.change_barred"]
    for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.GRASSROOTS_OFFICER):
        grant(role, *views, *changes)
    for role in (Role.AUDITOR, Role.DATA_OFFICER):
        grant(role, *views)
