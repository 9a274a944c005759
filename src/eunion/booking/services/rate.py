"""A member says what they thought of it, once it is over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.booking.errors import NotYours, WrongState
from eunion.booking.models import Claim, Rating
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

WORDS_MAX = 500


def may_rate(claim: Claim) -> bool:
    """Say whether a claim can be rated: its holder came, and it is over."""
    return claim.state == Claim.State.REDEEMED and claim.session.ends_at <= timezone.now()


@transaction.atomic
def rate(*, claim: Claim, user: User, stars: int, words: str) -> Rating:
    """Keep one's rating; again replaces it. Raises NotYours, WrongState, Invalid."""
    if claim.member.user_id is None or claim.member.user_id != user.pk:
        raise NotYours
    if not may_rate(claim):
        raise WrongState("结束以后、签过到的人才能评价。")
    if not 1 <= stars <= 5:
        raise Invalid("请点一到五颗星。")
    if len(words) > WORDS_MAX:
        raise Invalid(f"评价最多 {WORDS_MAX} 个字，现在有 {len(words)} 个。")
    said = {"stars": stars, "words": words.strip(), "offering_id": claim.session.offering_id}
    made, _ = Rating.objects.update_or_create(claim=claim, defaults=said)
    return made
