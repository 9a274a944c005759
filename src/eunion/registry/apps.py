from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Unions, grids, members, staff."""

    name = "eunion.registry"
    verbose_name = "基础信息"
