from django.apps import AppConfig


class BookingConfig(AppConfig):
    """See the room's README."""

    name = "eunion.booking"
    verbose_name = "活动报名"

    def ready(self) -> None:
        """Name the audit actions, register the scope policies, grant the roles their rights; hear of money."""
        from eunion.assistant import skills
        from eunion.booking import policies, skill
        from eunion.booking.courses import policies as courses
        from eunion.booking.services import attend, bar, pay, tell

        policies.register()
        courses.register()
        attend.register()
        bar.register()
        pay.register()
        tell.register()
        skills.register(skill.SKILL)
