from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See the room's README."""

    name = "eunion.cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Declare the services; name the actions, grant the roles their rights; tell 雲博士 of the guides."""
        from eunion.assistant import skills
        from eunion.assistant.skills import guides
        from eunion.cases import declarations, guide, policies, skill
        from eunion.cases.medical import policies as medical

        declarations.load()
        policies.register()
        medical.register()
        guides.register_guides("cases", guide.for_assistant)
        skills.register(skill.PROGRESS)
