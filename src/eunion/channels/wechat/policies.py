"""Who may do what with the accounts; the administrator's rights on the accounts themselves are the channels'."""

from __future__ import annotations

from eunion.kernel import audit
from eunion.kernel.permissions import grant
from eunion.registry.roles import Role

_MODELS = ("menuversion", "autoreply", "tagrule", "scenecode", "messagetemplate")


def register() -> None:
    """Name the audit actions and grant the roles their rights."""
    for action, label in (
        ("wechat.publish_menu", "发布菜单"),
        ("wechat.sync", "同步粉丝"),
        ("wechat.create_scene", "制作二维码"),
        ("wechat.map_message", "配置消息模板"),
        ("wechat.test_message", "测试消息模板"),
    ):
        audit.declare(action, label)
    for model in _MODELS:
        for role in (Role.ADMINISTRATOR, Role.EDITOR):
            grant(role, *(f"wechat.{verb}_{model}" for verb in ("add", "change", "view")))
    for role in (Role.ADMINISTRATOR, Role.EDITOR):
        grant(
            role,
            "wechat.delete_autoreply",
            "wechat.delete_tagrule",
            "wechat.view_follower",
            "wechat.change_follower",
        )
    grant(Role.ORGANISER, "wechat.view_follower", "wechat.view_scenecode", "wechat.add_scenecode")
