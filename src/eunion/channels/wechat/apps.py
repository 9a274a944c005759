from django.apps import AppConfig


class WechatConfig(AppConfig):
    """See the room's README."""

    name = "eunion.channels.wechat"
    label = "wechat"
    verbose_name = "微信"
