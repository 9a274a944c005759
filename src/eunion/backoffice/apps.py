from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """See the room's README."""

    name = "eunion.backoffice"
    verbose_name = "管理后台"
