"""Public notices: begun after the income check, objected to by anybody, objections decided by staff."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.cases.application import application_of
from eunion.cases.hardship import policies, selectors
from eunion.cases.hardship.errors import AlreadyDecided, NotPublicNow, TooManyObjections
from eunion.cases.hardship.explained import outcome_of
from eunion.cases.models import Case, HardshipNotice, HardshipObjection
from eunion.kernel import audit, crypto
from eunion.kernel.errors import Invalid
from eunion.registry import codes
from eunion.registry.models import User

WORDS_MIN, WORDS_MAX, NAME_MAX = 10, 1000, 40
PER_SENDER_HOUR, PER_NOTICE_DAY = 3, 20


def masked(name: str) -> str:
    """Return the first character and two stars: not even how long the name is."""
    return f"{name[:1]}**"


@transaction.atomic
def begin(*, case: Case, record: dict[str, Any]) -> HardshipNotice:
    """Begin the notice of a locked case; again is the same. Raises Invalid when the income check does not agree."""
    if record.get("result") == "differs":
        raise Invalid("收入核对不一致，不能公示。请要求申请人补正，或选择不通过。")
    found = outcome_of(application_of(case))
    if found is None or not found.kind:
        raise Invalid("按申报的数字不符合任何一类困难，不能公示。")
    notice, _ = HardshipNotice.objects.update_or_create(
        case=case,
        defaults={"masked_name": masked(case.applicant), "kind": found.kind, "began_at": timezone.now()},
    )
    return notice


@transaction.atomic
def object_to(*, notice: HardshipNotice, words: str, name: str, phone: str, sender: str) -> HardshipObjection:
    """Raise an objection; `sender` is where it comes from and is kept as a digest alone. The same words again are the same.

    Raises Invalid, NotPublicNow, TooManyObjections.
    """
    words, name, phone = words.strip()[:WORDS_MAX], name.strip()[:NAME_MAX], phone.strip()
    if len(words) < WORDS_MIN:
        raise Invalid(f"请写明是什么情况，至少 {WORDS_MIN} 个字，方便工会去核实。")
    wrong = codes.phone_error(phone) if phone else ""
    if wrong:
        raise Invalid(wrong)
    HardshipNotice.objects.select_for_update().get(pk=notice.pk)
    if not selectors.shown_notices().filter(pk=notice.pk).exists():
        raise NotPublicNow
    digest, now = crypto.blind_index(sender, "hardship.sender"), timezone.now()
    recent = HardshipObjection.objects.filter(raised_at__gt=now - datetime.timedelta(hours=1))
    mine = list(recent.filter(sender=digest))
    for one in mine:
        if one.notice_id == notice.pk and one.words == words:
            return one
    today = notice.objections.filter(raised_at__gt=now - datetime.timedelta(days=1)).count()
    if len(mine) >= PER_SENDER_HOUR or today >= PER_NOTICE_DAY:
        raise TooManyObjections
    return HardshipObjection.objects.create(notice=notice, words=words, name=name, phone=phone, sender=digest)


@transaction.atomic
def decide(*, objection: HardshipObjection, user: User, upheld: bool, words: str) -> HardshipObjection:
    """Write down what looking into an objection showed; the same again is the same.

    Nobody decides about their own household. Raises NotAllowed, Invalid, AlreadyDecided.
    """
    kept = (
        HardshipObjection.objects.select_for_update(of=("self",))
        .select_related("notice__case__union")
        .get(pk=objection.pk)
    )
    case = kept.notice.case
    policies.check(user, policies.DECIDE, case.union)
    if user.pk == case.user_id:
        raise Invalid("不能核实对自己的异议。")
    state = HardshipObjection.State.UPHELD if upheld else HardshipObjection.State.DISMISSED
    words = words.strip()[:500]
    if len(words) < 4:
        raise Invalid("请写明核实情况（至少 4 个字）。")
    if kept.state != HardshipObjection.State.OPEN:
        if (kept.state, kept.decision) == (state, words):
            return kept
        raise AlreadyDecided
    kept.state, kept.decision, kept.decided_by, kept.decided_at = state, words, user, timezone.now()
    kept.save()
    audit.record(actor=user, action="hardship.decide", target=kept, data={"state": state})
    return kept
