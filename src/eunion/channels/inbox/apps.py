from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Messages inside the portal: the delivery row is the message, so there is nothing to send."""

    name = "eunion.channels.inbox"
    label = "inbox"
    verbose_name = "站内消息"

    def ready(self) -> None:
        """Name the channel."""
        from eunion.channels import base

        base.LABELS["inbox"] = "站内消息"
