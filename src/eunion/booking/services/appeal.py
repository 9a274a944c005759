"""A member says that they did come; staff decide, and what followed from the mark is undone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.booking.errors import WrongState
from eunion.booking.models import Appeal, Barred, Claim
from eunion.booking.services import places, tell
from eunion.booking.services.bar import end_bar
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

WORDS_MIN, WORDS_MAX = 4, 300
ANSWER_MAX = 200


@transaction.atomic
def appeal(*, claim: Claim, words: str) -> Appeal:
    """Keep what the member says, once; again is the same. Raises WrongState, Invalid."""
    known = Appeal.objects.filter(claim=claim).first()
    if known:
        return known
    words = words.strip()
    if not WORDS_MIN <= len(words) <= WORDS_MAX:
        raise Invalid(f"请写明当时的情况，{WORDS_MIN} 到 {WORDS_MAX} 个字。")
    # Under the claim's lock: a teacher may be mending the mark this moment, and two taps are one appeal.
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.state != Claim.State.NO_SHOW:
        raise WrongState
    return Appeal.objects.get_or_create(claim=claim, defaults={"words": words})[0]


@transaction.atomic
def decide(*, appeal: Appeal, user: User, accepted: bool, answer: str) -> Appeal:
    """Accept (they came, and the bar ends) or refuse, and tell the member why. Raises NotAllowed, Invalid, WrongState.

    The same decision again is harmless; another one than was made is refused.
    """
    claim = Claim.objects.select_related("session__offering__owner", "member").get(pk=appeal.claim_id)
    may(user, "booking.mark_claim", claim.session.offering.owner)
    answer = answer.strip()[:ANSWER_MAX]
    if len(answer) < WORDS_MIN:
        raise Invalid("请写明处理意见，会员会看到（至少 4 个字）。")
    to = Appeal.State.ACCEPTED if accepted else Appeal.State.REFUSED
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if appeal.state != Appeal.State.OPEN:
        if appeal.state == to:
            return appeal
        raise WrongState("这条申诉已经处理过了。")
    appeal.state, appeal.answer, appeal.decided_by, appeal.decided_at = to, answer, user, timezone.now()
    appeal.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    audit.record(actor=user, action="booking.decide_appeal", target=claim, data={"accepted": accepted})
    if accepted:
        _undo(claim, user, answer)
    note = ("申诉属实：" if accepted else "申诉未采纳：") + answer
    state = "已更正" if accepted else "未到场"
    tell.send([tell.message(claim, "booking_cancelled", "appeal", state=state, note=note[:20])])
    return appeal


def _undo(claim: Claim, user: User, answer: str) -> None:
    bar = Barred.objects.filter(claim=claim, lifted_at=None).first()
    if bar:
        end_bar(bar=bar, user=user, reason=f"申诉属实：{answer}")
    if claim.state == Claim.State.NO_SHOW:
        places.mark(claim=claim, to=Claim.State.REDEEMED, actor=user)
