from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """See the room's README."""

    name = "eunion.assistant"
    verbose_name = "云博士"

    def ready(self) -> None:
        """Answer the texts that channels receive; name actions and rights."""
        from eunion.assistant import policies
        from eunion.assistant.services import answering
        from eunion.channels import base

        base.TEXT_HANDLERS.append(answering.answer)
        policies.register()
