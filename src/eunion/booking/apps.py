from django.apps import AppConfig


class BookingConfig(AppConfig):
    """See the room's README."""

    name = "eunion.booking"
    verbose_name = "活动报名"

    def ready(self) -> None:
        """Name the audit actions, register the scope policies, grant the roles their rights; hear of money."""
        from eunion.booking import policies
        from eunion.booking.services import pay

        policies.register()
        pay.register()
