from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """See the room's README."""

    name = "eunion.assistant"
    verbose_name = "云博士"

    def ready(self) -> None:
        """Answer the texts that channels receive; name actions and rights."""
        from eunion.assistant import services
        from eunion.channels import base
        from eunion.kernel import audit
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        base.TEXT_HANDLERS.append(services.answer)
        audit.declare("assistant.reply", "人工回复")
        entries = [f"assistant.{verb}_knowledgeentry" for verb in ("add", "change", "delete", "view")]
        for role in (Role.ADMINISTRATOR, Role.EDITOR, Role.CASE_OFFICER):
            grant(role, *entries, "assistant.view_turn", "assistant.change_turn")
