from django.apps import AppConfig


class BroadcastConfig(AppConfig):
    """See the room's README."""

    name = "eunion.broadcast"
    verbose_name = "通知触达"
