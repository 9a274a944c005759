from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Unions, grids, members, staff."""

    name = "eunion.registry"
    verbose_name = "基础信息"

    def ready(self) -> None:
        """Name the audit actions, register the scope policies, grant the roles their rights."""
        from eunion.registry import policies

        policies.register()
