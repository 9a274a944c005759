from django.apps import AppConfig


class ContentConfig(AppConfig):
    """See the room's README."""

    name = "eunion.content"
    verbose_name = "内容"
