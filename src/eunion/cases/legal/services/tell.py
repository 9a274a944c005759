"""The person who booked a half hour is told what becomes of it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.cases.models import Appointment
from eunion.channels.wechat import tasks
from eunion.registry.selectors import member_of

_WHERE = "总工会"


def booked(appointment: Appointment) -> None:
    """Confirm a booking."""
    _send(appointment, "booking_confirmed", note="带好合同、工资条等材料；来不了请提前取消")


def reminded(appointment: Appointment) -> None:
    """Remind of a booking."""
    _send(appointment, "course_reminder", note="带好合同、工资条等材料")


def called_off(appointment: Appointment) -> None:
    """Say that the lawyer can't be there."""
    _send(appointment, "booking_cancelled", state="已取消", note=f"{appointment.why_off}，请另约时间")


def _send(appointment: Appointment, kind: str, **values: str) -> None:
    """Send by the account that reaches the member; who is no member sees it on the page alone."""
    member = member_of(appointment.user)
    if member is None:
        return
    tasks.send_kind.defer(
        member_id=member.pk,
        kind=kind,
        values={
            "title": f"{appointment.lawyer}法律咨询",
            "at": f"{timezone.localtime(appointment.starts_at):%Y-%m-%d %H:%M}",
            "place": appointment.lawyer.place or _WHERE,
            **values,
        },
        url=f"{settings.PUBLIC_URL}/signin/?next=/me/legal/appointments/",
        key=f"legal.{kind}:{appointment.pk}",
    )
