"""The member is told of each step, by the channel that reaches them; the jobs are committed with the change."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.cases.models import Case, CaseEvent
from eunion.channels.base import SendError
from eunion.channels.wechat import tasks
from eunion.channels.wecom import services as wecom
from eunion.channels.wecom.models import Corp
from eunion.registry.models import User

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


def tell_staff(*, user_id: int, title: str, text: str, url: str) -> bool:
    """Tell a colleague by WeCom, where the federation has it; return whether it was taken. Raises SendError."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    corp = Corp.objects.filter(active=True).order_by("pk").first()
    if user is None or corp is None:
        return False
    try:
        unknown = wecom.send_to_staff(corp=corp, userids=[user.username], title=title, text=text, url=url)
    except SendError as error:
        if not error.permanent:
            raise
        return False
    return user.username not in unknown
