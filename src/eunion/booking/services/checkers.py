"""Staff hand out links to the people at the entrance, and revoke them."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eunion.booking.models import Checker, Session
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

BEFORE = datetime.timedelta(hours=4)
AFTER = datetime.timedelta(hours=4)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(*, session: Session, user: User, label: str, whole_offering: bool = False) -> tuple[Checker, str]:
    """Make a link for a session or all of its offering; return it with its address, which is not kept.

    Good from four hours before the (first) start to four after the (last) ticket may be used. Raises NotAllowed, Invalid.
    """
    may(user, "booking.mark_claim", session.offering.owner)
    if not label.strip():
        raise Invalid("请写明给谁用，例如“东门 张师傅”。")
    sessions = list(session.offering.sessions.filter(cancelled_at=None)) if whole_offering else [session]
    until = max((one.usable_until for one in sessions), default=session.usable_until) + AFTER
    if until <= timezone.now():
        raise Invalid("活动已经结束，不能再发验票链接。")
    secret = secrets.token_urlsafe(24)
    made = Checker.objects.create(
        session=None if whole_offering else session,
        offering=session.offering if whole_offering else None,
        label=label.strip()[:40],
        secret_hash=_hash(secret),
        valid_from=min((one.starts_at for one in sessions), default=session.starts_at) - BEFORE,
        valid_until=until,
        created_by=user,
    )
    audit.record(actor=user, action="booking.make_checker", target=made, data={"session": session.public_id})
    # In the fragment: it is in no server's log, and in no Referer.
    return made, f"{settings.PUBLIC_URL}/check/#{secret}"


@transaction.atomic
def revoke(*, checker: Checker, user: User) -> None:
    """Make a link worthless at once. Raises NotAllowed. Again is the same."""
    may(user, "booking.mark_claim", checker.checked_offering.owner)
    if Checker.objects.filter(pk=checker.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record(actor=user, action="booking.revoke_checker", target=checker)


def opened(secret: str, *, late: datetime.timedelta = datetime.timedelta()) -> Checker | None:
    """Return whose link a secret is, or None when it is not good now; `late` is how long after its end it may come."""
    return Checker.objects.good(timezone.now(), late).filter(secret_hash=_hash(secret)).first()
