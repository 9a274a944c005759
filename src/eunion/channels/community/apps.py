from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """See the room's README."""

    name = "eunion.channels.community"
    label = "community"
    verbose_name = "云社区"

    def ready(self) -> None:
        """Offer the channel."""
        from eunion.channels import base
        from eunion.channels.community.sender import GroupSender

        base.register("community", "居民群", GroupSender)
