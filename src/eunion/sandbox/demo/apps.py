from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo district, for a first look and for tests; never installed in production."""

    name = "eunion.sandbox.demo"
    label = "demo"
    verbose_name = "演示数据"
