"""搖號: a promise before the entries close, a draw that anyone can do over after it (docs/draw.md)."""

from __future__ import annotations

import datetime
import logging
import secrets
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.errors import DrawNotReady
from eunion.booking.models import Barred, Claim, Draw, DrawEntry, Offering, Session
from eunion.booking.services import places, tell
from eunion.kernel import audit, draw
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

logger = logging.getLogger(__name__)
_APPLY = """
UPDATE booking_claim c SET state = n.state, waiting_number = nullif(n.line, 0), expires_at = %s, changed_at = %s
  FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS n(id, state, line) WHERE c.id = n.id
"""


def promise(*, session: Session, user: User | None, beacon_name: str = "") -> Draw:
    """Make the seed and its commitment, once a session, in the caller's transaction (at publication).

    `beacon_name` names a public number that nobody knows yet, for example the closing index of the last day of entry.
    """
    made, created = Draw.objects.get_or_create(session=session, defaults=_new_seed(beacon_name))
    if created:
        data = {"commitment": made.commitment}
        audit.record(actor=user, action="booking.commit_draw", target=session, data=data)
    return made


def _new_seed(beacon_name: str) -> dict[str, str]:
    seed = secrets.token_hex(32)
    return {"seed": seed, "commitment": draw.commitment(seed), "beacon_name": beacon_name}


def draw_due() -> int:
    """Make every draw whose entries have closed and that waits for no public number; return how many."""
    waiting = Session.objects.filter(
        draw__drawn_at=None, draw__beacon_name="", offering__state=Offering.State.PUBLISHED, cancelled_at=None
    ).select_related("offering")
    done = 0
    for session in waiting:
        if session.closing <= timezone.now():
            try:
                run_draw(session_id=session.pk)
            except DrawNotReady:
                # Another worker was faster, or the entries were extended this moment.
                continue
            done += 1
    return done


def draw_now(*, session: Session, user: User, beacon: str) -> Draw:
    """Make a draw by hand, with the public number it waited for. Raises NotAllowed, DrawNotReady."""
    visible = Session.objects.visible_to(scope_of(user)).filter(pk=session.pk).exists()
    if not visible or not user.has_perm("booking.change_session"):
        raise NotAllowed
    return run_draw(session_id=session.pk, user=user, beacon=beacon.strip())


@transaction.atomic
def run_draw(*, session_id: int, user: User | None = None, beacon: str = "") -> Draw:
    """Draw once the entries have closed, and give out places and waiting numbers. Raises DrawNotReady."""
    session = places.lock(session_id)
    made = Draw.objects.filter(session=session).first()
    if made is None or made.drawn_at or session.closing > timezone.now() or session.cancelled_at:
        raise DrawNotReady
    if bool(made.beacon_name) != bool(beacon):
        raise DrawNotReady(
            "请填写事先约定的公开随机数。" if made.beacon_name else "这次摇号没有约定公开随机数。"
        )
    _turn_away_barred(session)
    entered = Claim.objects.filter(session=session, state=Claim.State.ENTERED)
    claims = {
        entry: (pk, pool or "")
        for entry, pk, pool in entered.values_list("public_id", "pk", "share__union__public_id")
    }
    rules = _rules_of(session)
    entries = [(entry, pool) for entry, (_, pool) in claims.items()]
    lines = draw.draw(entries, seed=made.seed, beacon=beacon, **rules)
    _write(made, lines, claims)
    _give(session, lines, claims)
    made.beacon, made.drawn_at, made.entry_count = beacon, timezone.now(), len(lines)
    made.digest, made.quotas, made.reserve = draw.digest(entries), rules["quotas"], rules["reserve"]
    made.save(update_fields=["beacon", "drawn_at", "entry_count", "digest", "quotas", "reserve"])
    audit.record(actor=user, action="booking.draw", target=session, data={"digest": made.digest})
    for hook in hooks.DRAWN:
        hook(session.pk)
    places.tell_gates(session.pk)
    return made


def _turn_away_barred(session: Session) -> None:
    """Take who was barred since they entered out of the draw before its list is fixed, and tell them."""
    out = Barred.objects.of_now(timezone.now()).values("member")
    rows = Claim.objects.filter(session=session, state=Claim.State.ENTERED, member__in=out)
    barred = list(rows.select_related("session__offering"))
    ids = [claim.pk for claim in barred]
    Claim.objects.filter(pk__in=ids).update(state=Claim.State.CANCELLED, changed_at=timezone.now())
    for claim in barred:
        tell.tell_taken_back(claim, "暂停报名期间不能参加摇号")


def _rules_of(session: Session) -> dict[str, Any]:
    """Return draw()'s `quotas` by pool ('' = the places set aside for nobody) and `reserve`."""
    shares = session.shares.values_list("union__public_id", "quota")
    quotas = {"": session.quota - session.reserved, **dict(shares)}
    return {"quotas": quotas, "reserve": session.offering.waiting_size}


def _write(made: Draw, lines: list[draw.Line], claims: dict[str, tuple[int, str]]) -> None:
    rows = [
        DrawEntry(
            draw=made,
            claim_id=claims[line.entry][0],
            entry=line.entry,
            pool=line.pool,
            rank=line.rank,
            outcome=line.outcome,
        )
        for line in lines
    ]
    DrawEntry.objects.bulk_create(rows, batch_size=5_000)


def _give(session: Session, lines: list[draw.Line], claims: dict[str, tuple[int, str]]) -> None:
    """Turn entries into places, waiting numbers and refusals; count both under the session's lock."""
    offering, now = session.offering, timezone.now()
    due = now + datetime.timedelta(minutes=offering.payment_minutes) if offering.price_fen else None
    won = Claim.State.HELD if offering.price_fen else Claim.State.CONFIRMED
    groups: dict[str, list[int]] = {draw.WON: [], draw.RESERVE: [], draw.NONE: []}
    for line in lines:
        groups[line.outcome].append(claims[line.entry][0])
    for outcome, state in (
        (draw.WON, won),
        (draw.RESERVE, Claim.State.WAITING),
        (draw.NONE, Claim.State.NOT_DRAWN),
    ):
        ids = groups[outcome]
        numbers = [at if outcome == draw.RESERVE else 0 for at in range(1, len(ids) + 1)]
        with connection.cursor() as cursor:
            deadline = due if outcome == draw.WON else None
            cursor.execute(_APPLY, [deadline, now, ids, [str(state)] * len(ids), numbers])
    places.count_anew(session)
    Session.objects.filter(pk=session.pk).update(waiting_issued=len(groups[draw.RESERVE]))


def published(made: Draw) -> dict[str, Any]:
    """Return the document that anyone may check with `./eunion verify-draw`. Raises DrawNotReady before the draw."""
    if made.drawn_at is None:
        raise DrawNotReady
    lines = [draw.Line(*row) for row in made.entries.values_list("entry", "pool", "rank", "outcome")]
    rules = {"quotas": made.quotas, "reserve": made.reserve}
    return draw.document(lines, title=str(made.session), seed=made.seed, beacon=made.beacon, **rules)
