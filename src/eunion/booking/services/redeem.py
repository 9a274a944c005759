"""A ticket is checked once: by code, by number or by name, and taken back for a few minutes if it was the wrong person."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from eunion.booking import ticket_code
from eunion.booking.errors import TooLateToUndo, TooManyWrongNumbers, WrongState
from eunion.booking.models import Attendance, Checker, Claim, Redemption
from eunion.booking.services import places
from eunion.booking.services.edit import may
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.models import User

UNDO = datetime.timedelta(minutes=5)
# Who came in at the last minute is let in though the film has run a little over.
LATE = datetime.timedelta(hours=2)
MISSES_MAX = 20
MISSES_IN = datetime.timedelta(minutes=10)


class Kind(StrEnum):
    """What came of a check."""

    OK = "ok"
    ALREADY = "already"
    OTHER_SESSION = "other_session"
    INVALID_STATE = "invalid_state"
    EXPIRED = "expired"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What the person at the entrance is told; `at` and `label` say when and by whom a ticket was let in.

    `left` says how often it may still be used; of a ticket that was let in before, it may be used `again` if so.
    """

    kind: Kind
    claim: Claim | None = None
    at: datetime.datetime | None = None
    label: str = ""
    redemption: Redemption | None = None
    left: int = 0


@transaction.atomic
def redeem(
    *,
    claim: Claim,
    how: str,
    client_id: uuid.UUID,
    checker: Checker | None = None,
    user: User | None = None,
    at: datetime.datetime | None = None,
    again: bool = False,
) -> Answer:
    """Let one claim in, for a checker or for staff. The same `client_id` again gets the same answer.

    `again` uses a ticket of several uses once more; without it, a second look at it uses nothing up.
    Raises NotAllowed, when neither may; Invalid, for a client id that named another act or a time to come.
    """
    now = timezone.now()
    # What a phone brings back was done when the link was good, though it may have ended since.
    _allow(checker, user, claim, min(at or now, now))
    known = Redemption.objects.filter(client_id=client_id).select_related("checker").first()
    if known:
        return _again(known, claim, checker, user)
    if at and at > now:
        raise Invalid("验票时间不能晚于现在。")
    if checker and not checker.claims().filter(pk=claim.pk).exists():
        return Answer(Kind.OTHER_SESSION, claim)
    if (at or now) > claim.session.usable_until + LATE:
        return Answer(Kind.OVER, claim)
    hold(claim)
    used = list(claim.redemptions.standing().values_list("number", flat=True))
    if again and 0 < len(used) < claim.session.offering.uses:
        # An earlier use may have been undone: the numbers that stand are not always 1, 2, ….
        return _let_in(claim, max(used) + 1, at or now, checker, user, how, client_id)
    try:
        action = "booking.redeem" if user else ""
        claim = places.mark(claim=claim, to=Claim.State.REDEEMED, actor=user, action=action, at=at)
    except WrongState:
        return _refused(claim, client_id)
    return _let_in(claim, 1, at or now, checker, user, how, client_id)


def hold(claim: Claim) -> None:
    """Let one at a time go on for a ticket: how often it was used is counted under its lock."""
    Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)


def _let_in(
    claim: Claim,
    number: int,
    at: datetime.datetime,
    checker: Checker | None,
    user: User | None,
    how: str,
    client_id: uuid.UUID,
) -> Answer:
    made = Redemption.objects.create(
        claim=claim, number=number, at=at, checker=checker, by=user, how=how, client_id=client_id
    )
    return Answer(Kind.OK, claim, made.at, made.label, made, _left(claim))


def _left(claim: Claim) -> int:
    """Return how often a ticket may still be used."""
    return max(claim.session.offering.uses - claim.redemptions.standing().count(), 0)


def _allow(checker: Checker | None, user: User | None, claim: Claim, now: datetime.datetime) -> None:
    if user:
        may(user, "booking.mark_claim", claim.session.offering.owner)
    elif checker is None or not Checker.objects.good(now).filter(pk=checker.pk).exists():
        raise NotAllowed("这个验票链接已经失效，请向工作人员要新的。")


def _again(known: Redemption, claim: Claim, checker: Checker | None, user: User | None) -> Answer:
    if (known.claim_id, known.checker, known.by) != (claim.pk, checker, user):
        raise Invalid("这次验票的编号已经用过，请刷新页面再试。")
    if known.undone_at:
        return Answer(Kind.INVALID_STATE, claim)
    return Answer(Kind.OK, claim, known.at, known.label, known, _left(claim))


def _refused(claim: Claim, client_id: uuid.UUID) -> Answer:
    """Say why a claim was not let in, from what is committed by now."""
    claim.refresh_from_db()
    if claim.state != Claim.State.REDEEMED:
        return Answer(Kind.INVALID_STATE, claim)
    standing = claim.redemptions.standing().select_related("checker").order_by("-number").first()
    if standing is None:
        return Answer(Kind.ALREADY, claim, claim.redeemed_at, "签到")
    kind = Kind.OK if standing.client_id == client_id else Kind.ALREADY
    return Answer(kind, claim, standing.at, standing.label, standing, _left(claim))


def check(*, text: str, checker: Checker, client_id: uuid.UUID, again: bool = False) -> Answer:
    """Let in whose QR code or eight digits these are. Raises TooManyWrongNumbers, and what `redeem` raises."""
    known = Redemption.objects.filter(client_id=client_id, checker=checker).select_related("claim").first()
    if known:
        return redeem(claim=known.claim, how=known.how, client_id=client_id, checker=checker)
    _within_limit(checker)
    text = "".join(text.split())
    scanned = "-" in text
    found = ticket_code.read(text) if scanned else _typed(text, checker)
    if not found.fresh:
        _miss(checker)
        return Answer(Kind.UNKNOWN if found.claim_id is None else Kind.EXPIRED)
    claim = Claim.objects.select_related("session__offering__owner", "member").get(public_id=found.claim_id)
    how = Redemption.How.SCAN if scanned else Redemption.How.TYPED
    return redeem(claim=claim, how=how, client_id=client_id, checker=checker, again=again)


def _typed(text: str, checker: Checker) -> ticket_code.Read:
    if len(text) != ticket_code.DIGITS or not text.isdecimal():
        raise Invalid(f"请输入票上的 {ticket_code.DIGITS} 位数字。")
    return ticket_code.find(text, checker.claims().living().values_list("public_id", flat=True))


def _within_limit(checker: Checker) -> None:
    since = timezone.now() - MISSES_IN
    if Checker.objects.filter(pk=checker.pk, misses__gte=MISSES_MAX, misses_since__gt=since).exists():
        raise TooManyWrongNumbers


@transaction.atomic
def _miss(checker: Checker) -> None:
    row = Checker.objects.select_for_update(no_key=True).get(pk=checker.pk)
    now = timezone.now()
    if row.misses_since is None or row.misses_since < now - MISSES_IN:
        row.misses, row.misses_since = 0, now
    row.misses += 1
    row.save(update_fields=["misses", "misses_since"])


@transaction.atomic
def undo(*, redemption: Redemption, checker: Checker) -> None:
    """Take back within five minutes what the same checker did. Raises TooLateToUndo, NotAllowed. Again is the same."""
    now = timezone.now()
    _allow(checker, None, redemption.claim, now)
    own = Redemption.objects.filter(pk=redemption.pk, checker=checker)
    if not own.standing().filter(made_at__gt=now - UNDO).update(undone_at=now):
        if own.filter(undone_at__isnull=False).exists():
            return
        raise TooLateToUndo
    if redemption.claim.redemptions.standing().exists():
        return
    places.mark(claim=redemption.claim, to=Claim.State.CONFIRMED, actor=None)
    Attendance.objects.filter(claim=redemption.claim, how=Attendance.How.CHECKED).delete()
