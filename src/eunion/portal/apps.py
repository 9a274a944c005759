from django.apps import AppConfig


class PortalConfig(AppConfig):
    """See the room's README."""

    name = "eunion.portal"
    verbose_name = "职工门户"

    def ready(self) -> None:
        """Keep sign-ins and members in step."""
        from eunion.portal import identity

        identity.register()
