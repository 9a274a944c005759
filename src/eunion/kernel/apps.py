from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every room stands on."""

    name = "eunion.kernel"
    verbose_name = "内核"
