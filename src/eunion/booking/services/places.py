"""Places change hands under the session's lock: given back, given on to who waits, and told to the gates."""

from __future__ import annotations

import datetime
from collections import Counter

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from eunion.booking import gate, hooks, states
from eunion.booking.errors import WrongState
from eunion.booking.models import PLACED, Barred, Claim, Session, Share
from eunion.booking.models.claim import ClaimQuerySet
from eunion.kernel import audit
from eunion.registry.models import User


def lock(session_id: int) -> Session:
    """Return a session with its row locked, in the caller's transaction; every change of places begins here."""
    # Its offering is read after the lock, so that the rules are those of now.
    Session.objects.locked().get(pk=session_id)
    return Session.objects.select_related("offering").get(pk=session_id)


def leave(
    *, session: Session, claims: list[Claim], to: str, at: datetime.datetime | None = None
) -> list[int]:
    """Move living claims of a locked session to an end state and give their places to those who wait.

    Claims that are in the wrong state by now are left alone; returns the ids of those that moved.
    """
    moved = []
    for claim in claims:
        # One by one: the state it leaves says what it gives back, and a payment may be changing it this moment.
        fresh = Claim.objects.filter(pk=claim.pk, session=session).first()
        if fresh is None or to not in states.MOVES[fresh.state]:
            continue
        changed = {"state": to, "changed_at": at or timezone.now(), "expires_at": None}
        if Claim.objects.filter(pk=fresh.pk, state=fresh.state).update(**changed):
            moved.append(fresh)
    recount(session, moved, to)
    promote(session=session)
    return [claim.pk for claim in moved]


def recount(session: Session, moved: list[Claim], to: str) -> None:
    """Take claims that moved to `to` off the counters of a locked session and its shares."""
    placed = [claim for claim in moved if states.frees(claim.state, to)]
    waiting = [claim for claim in moved if claim.state == Claim.State.WAITING]
    _count(session, "taken", [claim.share_id for claim in placed], -1)
    _count(session, "waiting", [claim.share_id for claim in waiting], -1)


def _count(session: Session, counter: str, share_ids: list[int | None], by: int) -> None:
    """Add `by` for each claim, in the session and in its share."""
    if not share_ids:
        return
    reserved = [share_id for share_id in share_ids if share_id]
    changed = {
        counter: F(counter) + by * len(share_ids),
        f"reserved_{counter}": F(f"reserved_{counter}") + by * len(reserved),
    }
    Session.objects.filter(pk=session.pk).update(**changed)
    for share_id in set(reserved):
        Share.objects.filter(pk=share_id).update(**{counter: F(counter) + by * reserved.count(share_id)})


def promote(*, session: Session) -> list[int]:
    """Give free places of a locked session to its waiting list, in order; what is left, the gates are told of.

    Returns the ids of the claims that got a place. Nobody is promoted into a session that has begun or was called off.
    """
    session.refresh_from_db()
    promoted: list[int] = []
    if session.starts_at > timezone.now() and not session.cancelled_at:
        promoted = _promote_pool(session, None, session.quota - session.reserved)
        for share in session.shares.all() if session.reserved_waiting else ():
            promoted += _promote_pool(session, share.pk, share.quota)
    if promoted:
        data = {"count": len(promoted)}
        audit.record(actor=None, action="booking.promote", target=session, data=data)
        hooks.run(hooks.PROMOTED, promoted)
    tell_gates(session.pk)
    return promoted


def _promote_pool(session: Session, share_id: int | None, quota: int) -> list[int]:
    if not session.waiting:
        return []
    taken = Claim.objects.placed().filter(Q(share_id=share_id), session=session).count()
    first = list(_line(session, share_id)[: max(quota - taken, 0)])
    if not first:
        return []
    now, offering = timezone.now(), session.offering
    due = now + datetime.timedelta(minutes=offering.payment_minutes) if offering.price_fen else None
    to = Claim.State.HELD if offering.price_fen else Claim.State.CONFIRMED
    ids = [claim.pk for claim in first]
    Claim.objects.filter(pk__in=ids).update(state=to, changed_at=now, expires_at=due)
    _count(session, "waiting", [share_id] * len(ids), -1)
    _count(session, "taken", [share_id] * len(ids), 1)
    return ids


def _line(session: Session, share_id: int | None) -> ClaimQuerySet:
    """Return who is next; who is barred meanwhile is passed over, and keeps their turn until that ends."""
    line = Claim.objects.line(session, share_id)
    if not session.offering.heeds_bars:
        return line
    return line.exclude(member__in=Barred.objects.of_now(timezone.now()).values("member"))


def tell_gates(session_id: int) -> None:
    """Make every gate forget what it remembers of a session, once the caller's transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [gate.CHANNEL, str(session_id)])


@transaction.atomic
def mark(
    *, claim: Claim, to: str, actor: User | None, action: str = "", at: datetime.datetime | None = None
) -> Claim:
    """Move a claim that keeps its place (paid, redeemed at `at`, no-show) and return it afresh. Raises WrongState.

    A conditional UPDATE, so that of two who come at once one is told that the state has changed.
    """
    now = timezone.now()
    changed: dict[str, object] = {"state": to, "changed_at": now}
    if to == Claim.State.CONFIRMED:
        changed |= {"expires_at": None, "redeemed_at": None}
    if to == Claim.State.REDEEMED:
        changed |= {"redeemed_at": at or now}
    allowed = [state for state in states.sources(to) if state in PLACED]
    if not Claim.objects.filter(pk=claim.pk, state__in=allowed).update(**changed):
        raise WrongState
    if action:
        audit.record(actor=actor, action=action, target=claim)
    if to == Claim.State.REDEEMED:
        hooks.run(hooks.REDEEMED, [claim.pk])
    claim.refresh_from_db()
    return claim


@transaction.atomic
def mark_paid(*, claim: Claim, at: datetime.datetime | None = None) -> bool:
    """Confirm a held claim whose money has come; False when its place is gone by now, so the money goes back.

    A payment that comes before the clock's job has run is taken, even if its deadline has just passed.
    """
    paid_at = at or timezone.now()
    held = Claim.objects.filter(pk=claim.pk, state=Claim.State.HELD)
    changed = held.update(
        state=Claim.State.CONFIRMED, paid_at=paid_at, changed_at=timezone.now(), expires_at=None
    )
    return bool(changed)


def count_anew(session: Session) -> None:
    """Set the counters of a locked session and its shares from its claims (after a draw, or to mend them)."""
    claims = Claim.objects.filter(session=session)
    placed: Counter[int | None] = Counter(claims.placed().values_list("share_id", flat=True))
    waiting: Counter[int | None] = Counter(
        claims.filter(state=Claim.State.WAITING).values_list("share_id", flat=True)
    )
    for share in session.shares.all():
        Share.objects.filter(pk=share.pk).update(taken=placed[share.pk], waiting=waiting[share.pk])
    Session.objects.filter(pk=session.pk).update(
        taken=placed.total(),
        reserved_taken=placed.total() - placed[None],
        waiting=waiting.total(),
        reserved_waiting=waiting.total() - waiting[None],
    )
