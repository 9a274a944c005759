from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the room's README."""

    name = "eunion.portal"
    verbose_name = "职工门户"
