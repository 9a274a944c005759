"""From a mini-program into the web pages: a ticket that works once, for a minute."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.utils import timezone

from eunion.registry.models import EntryTicket, User

LIFE = datetime.timedelta(seconds=60)


def issue(*, user: User, path: str) -> str:
    """Return a ticket for a person and a path of this site."""
    ticket = secrets.token_urlsafe(32)
    EntryTicket.objects.create(user=user, digest=_digest(ticket), path=path[:300])
    return ticket


def redeem(*, ticket: str) -> tuple[User, str] | None:
    """Return whose ticket it is and where it leads, and use it up; None for one that is unknown, old or used."""
    found = EntryTicket.objects.filter(digest=_digest(ticket)).select_related("user").first()
    # Whoever deletes the row has redeemed it; a second try finds nothing to delete.
    if found is None or not EntryTicket.objects.filter(pk=found.pk).delete()[0]:
        return None
    fresh = found.made_at > timezone.now() - LIFE and found.user.is_active
    return (found.user, found.path) if fresh else None


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
