"""The applicant is told of each step by the channel that reaches them: WeChat, else a text message for what can't wait."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from eunion.cases import tasks
from eunion.cases.application import application_of
from eunion.cases.models import Case, CaseEvent
from eunion.channels.base import SendError
from eunion.channels.sms import services as sms
from eunion.channels.wechat.services import messages
from eunion.channels.wecom import services as wecom
from eunion.channels.wecom.models import Corp
from eunion.kernel.errors import DomainError
from eunion.registry.models import User

_Kind = CaseEvent.Kind
# What a message calls the step; WeChat's phrase holds five characters.
PHRASES = {
    _Kind.PASS: "进入下一步",
    _Kind.FINISH: "已办结",
    _Kind.MEND: "请补材料",
    _Kind.REMIND: "请补材料",
    _Kind.REFUSE: "未通过",
    _Kind.TRANSFER: "已转办",
    _Kind.REOPEN: "重新办理",
}
# A text message costs money: only what the applicant has to act on, or the end.
BY_SMS = frozenset({_Kind.MEND, _Kind.REMIND, _Kind.REFUSE, _Kind.FINISH})
SMS_KIND = "case_progress"


def tell_member(event: CaseEvent) -> None:
    """Have the applicant told of an event, by a job that is committed with it; whoever did it themselves knows."""
    if event.kind in PHRASES:
        tasks.tell.defer(event_id=event.pk)


def message(event: CaseEvent) -> dict[str, Any]:
    """Return what is said of an event by WeChat; the event is the key."""
    return {
        "kind": "case_progress",
        "values": {
            "title": event.case.service.title,
            "state": PHRASES[_Kind(event.kind)],
            "at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
            "note": event.words or "点开查看进度",
        },
        "url": f"{settings.PUBLIC_URL}/signin/?next=/me/cases/{event.case.public_id}/",
        "key": f"cases.event:{event.pk}",
    }


def carry_out(*, event_id: int) -> bool:
    """Tell the applicant of an event; return whether anything took it. Safe to repeat. Raises SendError for what may pass."""
    event = CaseEvent.objects.select_related("case__member").get(pk=event_id)
    member = event.case.member
    if member is not None and messages.send_to_member(member=member, **message(event)):
        return True
    return event.kind in BY_SMS and _by_sms(event.case, event)


def _by_sms(case: Case, event: CaseEvent) -> bool:
    phone = str(application_of(case).values.get("phone") or (case.member.phone if case.member else ""))
    if not phone:
        return False
    params = {"title": case.service.title, "number": case.number or "", "state": PHRASES[_Kind(event.kind)]}
    try:
        sms.send(kind=SMS_KIND, phone=phone, params=params, key=f"case:{event.pk}")
    except DomainError:
        return False
    return True


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
