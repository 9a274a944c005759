"""Members who did not come are out for a while, and may appeal."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.models import Barred, Claim
from eunion.booking.services import places
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

REASON_MIN = 4


@transaction.atomic
def bar_for_no_show(*, claim: Claim, actor: User | None) -> Barred | None:
    """Mark a confirmed claim as not come, and bar the member as the offering says. Raises WrongState."""
    places.mark(claim=claim, to=Claim.State.NO_SHOW, actor=actor)
    session = claim.session
    days = session.offering.no_show_days
    if not days:
        return None
    now = timezone.now()
    bar, _ = Barred.objects.get_or_create(
        claim=claim,
        defaults={
            "member": claim.member,
            "reason": f"“{session.offering.title}”报名后未到场",
            "since": now,
            "until": now + datetime.timedelta(days=days),
        },
    )
    audit.record(actor=actor, action="booking.bar", target=bar, data={"days": days})
    return bar


@transaction.atomic
def lift_bar(*, bar: Barred, user: User, reason: str) -> None:
    """End a bar before its time, as an appeal was right. Raises NotAllowed, Invalid."""
    visible = Barred.objects.visible_to(scope_of(user)).filter(pk=bar.pk).exists()
    if not visible or not user.has_perm("booking.change_barred"):
        raise NotAllowed
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明恢复资格的原因。")
    end_bar(bar=bar, user=user, reason=reason)


def end_bar(*, bar: Barred, user: User | None, reason: str) -> None:
    """End a bar for who may decide of what it was for; again is the same."""
    changed = {"lifted_at": timezone.now(), "lifted_because": reason.strip()[:200]}
    if Barred.objects.filter(pk=bar.pk, lifted_at=None).update(**changed):
        audit.record(actor=user, action="booking.lift_bar", target=bar, data={"reason": reason.strip()[:200]})


def end_for_come(claim_ids: list[int]) -> None:
    """End the bars of claims that were used after all: a late list, a teacher's correction."""
    for bar in Barred.objects.filter(claim__in=claim_ids, lifted_at=None):
        end_bar(bar=bar, user=None, reason="已更正为到场")


def register() -> None:
    """Hear of claims that were used."""
    hooks.REDEEMED.append(end_for_come)
