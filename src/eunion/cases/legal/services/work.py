"""What the lawyer does in a case: notes of the work, arbitration sought, the closing report."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from eunion.cases import states
from eunion.cases.errors import ReasonNeeded, WrongState
from eunion.cases.legal import policies
from eunion.cases.models import Case, LegalAid, WorkNote
from eunion.cases.services.events import locked
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

WORDS_MIN, WORDS_MAX, REPORT_MAX = 4, 1000, 4000
MINUTES_MAX = 1440


def _at_work(case: Case) -> Case:
    kept = locked(case)
    if kept.state not in states.RUNNING or kept.stage_name != "work":
        raise WrongState("案件不在“律师办理”这一步，不能再写。")
    return kept


@transaction.atomic
def note(*, case: Case, user: User, token: str, done_on: datetime.date, minutes: int, words: str) -> WorkNote:
    """Write down what was done, once a token. Raises NotAllowed, WrongState, Invalid, ReasonNeeded."""
    try:
        name = uuid.UUID(token)
    except ValueError:
        raise Invalid("页面不完整，请刷新再试。") from None
    kept = _at_work(case)
    lawyer = policies.check_may_work(user, kept)
    known = WorkNote.objects.filter(token=name, case=kept).first()
    if known:
        return known
    if len(words.strip()) < WORDS_MIN:
        raise ReasonNeeded("请写明做了什么（至少 4 个字）。")
    if not 1 <= minutes <= MINUTES_MAX:
        raise Invalid("用时请填 1 到 1440 分钟。")
    if done_on > timezone.localdate():
        raise Invalid("日期不能在今天以后。")
    made = WorkNote.objects.create(
        case=kept,
        lawyer=lawyer,
        token=name,
        done_on=done_on,
        minutes=minutes,
        words=words.strip()[:WORDS_MAX],
        written_by=user,
    )
    audit.record(actor=user, action="legal.note", target=kept, data={"minutes": minutes})
    return made


@transaction.atomic
def report(*, case: Case, user: User, outcome: str, recovered_fen: int, words: str) -> LegalAid:
    """Write the closing report; until the case leaves the stage it may be written anew.

    Raises NotAllowed, WrongState, Invalid, ReasonNeeded.
    """
    kept = _at_work(case)
    policies.check_may_work(user, kept)
    if outcome not in LegalAid.Outcome.values:
        raise Invalid("请选择结果。")
    if len(words.strip()) < WORDS_MIN:
        raise ReasonNeeded("请写结案报告（至少 4 个字）。")
    aid = LegalAid.objects.select_for_update(of=("self",)).get(case=kept)
    aid.outcome, aid.recovered_fen, aid.report = outcome, recovered_fen, words.strip()[:REPORT_MAX]
    aid.reported_by, aid.reported_at = user, timezone.now()
    aid.save()
    audit.record(
        actor=user, action="legal.report", target=kept, data={"outcome": outcome, "fen": recovered_fen}
    )
    return aid


@transaction.atomic
def filed(*, case: Case, user: User, day: datetime.date) -> LegalAid:
    """Note that arbitration was sought: the limit no longer runs. Raises NotAllowed, WrongState, Invalid."""
    kept = _at_work(case)
    policies.check_may_work(user, kept)
    if day > timezone.localdate():
        raise Invalid("日期不能在今天以后。")
    aid = LegalAid.objects.select_for_update(of=("self",)).get(case=kept)
    if aid.filed_on != day:
        aid.filed_on = day
        aid.save(update_fields=["filed_on"])
        audit.record(actor=user, action="legal.filed", target=kept, data={"day": day.isoformat()})
    return aid
