"""The member is told of each step, by the channel that reaches them; the jobs are committed with the change."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.cases.models import Case, CaseEvent
from eunion.channels.wechat import tasks

# What a message calls the step; WeChat's phrase holds five characters.
PHRASES = {
    CaseEvent.Kind.SUBMIT: "已收到",
    CaseEvent.Kind.PASS: "进入下一步",
    CaseEvent.Kind.FINISH: "已办结",
    CaseEvent.Kind.MEND: "请补材料",
    CaseEvent.Kind.REMIND: "请补材料",
    CaseEvent.Kind.REFUSE: "未通过",
    CaseEvent.Kind.TRANSFER: "已转办",
    CaseEvent.Kind.REOPEN: "重新办理",
}


def tell_member(case: Case, event: CaseEvent) -> None:
    """Have the applicant told of an event; whoever did it themselves knows. Safe to repeat: the event is the key."""
    kind = CaseEvent.Kind(event.kind)
    if case.member_id is None or kind not in PHRASES or kind == CaseEvent.Kind.SUBMIT:
        return
    tasks.send_kind.defer(
        member_id=case.member_id,
        kind="case_progress",
        values={
            "title": case.service.title,
            "state": PHRASES[kind],
            "at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
            "note": event.words or "点开查看进度",
        },
        url=f"{settings.PUBLIC_URL}/signin/?next=/me/cases/{case.public_id}/",
        key=f"cases.event:{event.pk}",
    )
