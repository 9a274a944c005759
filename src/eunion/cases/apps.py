from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See the room's README."""

    name = "eunion.cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Declare the services; name the actions, grant the roles their rights; tell 雲博士 of the guides."""
        from eunion.assistant import skills
        from eunion.assistant.skills import guides
        from eunion.assistant.skills import requests as asking
        from eunion.cases import declarations, guide, policies, requests, skill
        from eunion.cases.hardship import policies as hardship
        from eunion.cases.legal import policies as legal
        from eunion.cases.medical import policies as medical
        from eunion.cases.services import member
        from eunion.registry.certification import services as certification

        declarations.load()
        policies.register()
        legal.register()
        hardship.register()
        medical.register()
        guides.register_guides("cases", guide.for_assistant)
        skills.register(skill.PROGRESS)
        asking.TAKERS.append(requests.take)
        asking.ELSEWHERE.append(requests.by_form)
        certification.USERS_MERGED.append(member.move_cases)
