from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """See the room's README."""

    name = "eunion.channels.community"
    label = "community"
    verbose_name = "云社区"
