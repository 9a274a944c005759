from django.apps import AppConfig


class WecomConfig(AppConfig):
    """See the channels' README."""

    name = "eunion.channels.wecom"
    label = "wecom"
    verbose_name = "企业微信"

    def ready(self) -> None:
        """Offer the channel; apps, robots and tasks are the administrator's business."""
        from eunion.channels import base
        from eunion.channels.wecom.sender import RobotSender
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        base.register("wecom_robot", "企业微信群机器人", RobotSender)
        for model in ("corp", "robot"):
            grant(Role.ADMINISTRATOR, *(f"wecom.{verb}_{model}" for verb in ("add", "change", "view")))
        grant(Role.ADMINISTRATOR, "wecom.add_grouptask", "wecom.view_grouptask")
