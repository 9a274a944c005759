from django.apps import AppConfig


class InboxConfig(AppConfig):
    """See the room's README."""

    name = "eunion.channels.inbox"
    label = "inbox"
    verbose_name = "站内消息"
