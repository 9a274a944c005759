from django.apps import AppConfig


class InsightConfig(AppConfig):
    """See the room's README."""

    name = "eunion.insight"
    verbose_name = "统计分析"
