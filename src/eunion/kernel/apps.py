from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every room stands on."""

    name = "eunion.kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        """Say in the health page whether papers can be printed."""
        from eunion.kernel import health, papers

        health.PARTS["papers"] = papers.say
