from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """See the room's README."""

    name = "eunion.assistant"
    verbose_name = "云博士"

    def ready(self) -> None:
        """Answer the texts that channels receive; offer skills; name actions and rights."""
        from eunion.assistant import policies, retrieval, skills
        from eunion.assistant.services import answering
        from eunion.channels import base
        from eunion.kernel import health, warm

        health.PARTS["assistant"] = retrieval.embedder_state
        warm.WARMERS.append(retrieval.warm_up)
        base.TEXT_HANDLERS.append(answering.answer)
        policies.register()
        skills.register_skills()
