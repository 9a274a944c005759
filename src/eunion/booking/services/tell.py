"""Members are told when a place has become theirs without their doing; the job is committed with the change."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.models import Claim
from eunion.channels.wechat import tasks


def tell_promoted(claim_ids: list[int]) -> None:
    """Tell those who came from the waiting list to a place, and by when to pay for it."""
    for claim in Claim.objects.filter(pk__in=claim_ids).select_related("session__offering").order_by("pk"):
        session = claim.session
        due = claim.expires_at and timezone.localtime(claim.expires_at)
        values = {
            "title": session.offering.title,
            "at": f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}",
            "place": session.place or "线上",
            "note": f"候补到了，{due:%-d日%H:%M}前付款" if due else "候补转正，名额是您的了",
        }
        tasks.send_kind.defer(
            member_id=claim.member_id,
            kind="booking_confirmed",
            values=values,
            url=f"{settings.PUBLIC_URL}/signin/?next=/me/tickets/{claim.public_id}/",
            key=f"booking.promoted:{claim.pk}",
        )


def register() -> None:
    """Hear of promotions."""
    hooks.PROMOTED.append(tell_promoted)
