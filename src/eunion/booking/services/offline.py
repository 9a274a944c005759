"""The list with which a phone checks tickets while the network is away, and what it brings back afterwards.

The list is signed and good for ten minutes. It holds no codes, only salted SHA-256 prefixes of the codes that its
tickets will show in that time: a phone can recognise a ticket, and who reads the list cannot make one. Eight digits
could be guessed back from their hash; whoever has the link may let in by name anyway.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
import time
import uuid
from collections import Counter
from typing import Any

from django.core import signing
from django.utils import timezone

from eunion.booking import ticket_code
from eunion.booking.models import Checker, Claim, Redemption
from eunion.booking.services.redeem import Answer, redeem
from eunion.kernel.errors import Invalid
from eunion.kernel.fields import masked_name

GOOD_S = 600
# The phone may sync long after: what counts is when the ticket was seen, and that the list was good then.
SYNC_WITHIN = datetime.timedelta(hours=24)
HASHED = 8
HOLDERS_MAX = 2000
_SALT = "booking.offline"
_SHOWN = [Claim.State.CONFIRMED, Claim.State.REDEEMED]


def issue(checker: Checker) -> dict[str, Any]:
    """Return a fresh list: `holders` in order of arrival, `codes` from hash to place in it, and its signature.

    Beyond HOLDERS_MAX holders it has no codes: so long a list is no use at a door.
    """
    rows = checker.claims().filter(state__in=_SHOWN).select_related("member", "session__offering")
    claims = list(rows.order_by("session_id", "arrival")[: HOLDERS_MAX + 1])
    salt, now = secrets.token_hex(8), time.time()
    used = Counter(Redemption.objects.standing().filter(claim__in=claims).values_list("claim_id", flat=True))
    return {
        "list": signing.dumps({"checker": checker.public_id, "at": int(now)}, salt=_SALT),
        "until": int(now) + GOOD_S,
        "salt": salt,
        "holders": [_holder(one, used[one.pk]) for one in claims[:HOLDERS_MAX]],
        "codes": {} if len(claims) > HOLDERS_MAX else _codes(claims, salt, now),
        "whole": len(claims) <= HOLDERS_MAX,
    }


def _holder(claim: Claim, used: int) -> dict[str, Any]:
    """Return what tells people at a door apart: number, family name and the last digits of the phone."""
    # Who signed in at the classroom's door has no redemption, and came all the same.
    came = used or int(claim.state == Claim.State.REDEEMED)
    return {
        "id": claim.public_id,
        "number": claim.arrival,
        "name": masked_name(claim.member.name),
        "tail": claim.member.phone[-4:],
        "used": came,
        "uses": claim.session.offering.uses,
    }


def _codes(claims: list[Claim], salt: str, now: float) -> dict[str, int]:
    steps = range(-1, GOOD_S // ticket_code.STEP_S + 2)
    moments = [now + step * ticket_code.STEP_S for step in steps]
    found: dict[str, int] = {}
    for place, claim in enumerate(claims):
        if claim.state == Claim.State.CONFIRMED:
            for at in moments:
                found[hashed(ticket_code.code(claim.public_id, at=at), salt)] = place
                found[hashed(ticket_code.number(claim.public_id, at=at), salt)] = place
    return found


def hashed(text: str, salt: str) -> str:
    """Return what stands in the list for a code."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()[:HASHED]


def bring_back(
    *, checker: Checker, claim: Claim, client_id: uuid.UUID, at: datetime.datetime, signed: str
) -> Answer:
    """Write what was checked by a list while the network was away. Raises Invalid, and what `redeem` raises.

    Who was let in elsewhere meanwhile is told so; the first by the server's reckoning stands.
    """
    try:
        kept = signing.loads(signed, salt=_SALT, max_age=SYNC_WITHIN)
    except signing.BadSignature:
        raise Invalid("断网名单无效或太旧，请联网后在名单里补验。") from None
    since = datetime.datetime.fromtimestamp(kept["at"], datetime.UTC)
    good = since <= at + datetime.timedelta(seconds=60) and at <= since + datetime.timedelta(
        seconds=GOOD_S + 60
    )
    if kept["checker"] != checker.public_id or not good:
        raise Invalid("断网名单不是这个链接的，或当时已经过期。")
    return redeem(
        claim=claim,
        how=Redemption.How.OFFLINE,
        client_id=client_id,
        checker=checker,
        at=min(at, timezone.now()),
    )
