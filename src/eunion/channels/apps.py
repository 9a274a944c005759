from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Ways to reach a person."""

    name = "eunion.channels"
    verbose_name = "渠道"

    def ready(self) -> None:
        """Accounts and gateways are the administrator's business."""
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        for model in ("wechat.{}_account", "community.{}_gateway"):
            grant(Role.ADMINISTRATOR, *(model.format(verb) for verb in ("add", "change", "view")))
