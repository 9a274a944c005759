from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Ways to reach a person."""

    name = "eunion.channels"
    verbose_name = "渠道"
