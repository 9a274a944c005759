from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """See the room's README."""

    name = "eunion.assistant"
    verbose_name = "云博士"
