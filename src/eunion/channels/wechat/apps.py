from django.apps import AppConfig


class WechatConfig(AppConfig):
    """See the room's README."""

    name = "eunion.channels.wechat"
    label = "wechat"
    verbose_name = "微信"

    def ready(self) -> None:
        """Offer the channel."""
        from eunion.channels import base
        from eunion.channels.wechat import policies
        from eunion.channels.wechat.sender import TemplateSender
        from eunion.channels.wechat.services import messages
        from eunion.registry.certification.services import DECIDED

        base.register("wechat", "微信服务通知", TemplateSender)
        policies.register()
        DECIDED.append(messages.tell_decision)
