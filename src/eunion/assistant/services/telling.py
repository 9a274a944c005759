"""Who has to know is told at once: the owner of what is urgent, and the member whose question a person answered."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.assistant import masking, tasks
from eunion.assistant.models import HandOver, Turn
from eunion.channels.base import SendError
from eunion.channels.sms import services as sms
from eunion.channels.wechat import tasks as wechat_tasks
from eunion.channels.wecom import services as wecom
from eunion.channels.wecom.models import Corp
from eunion.kernel.errors import DomainError
from eunion.registry.models import User

SMS_KIND = "urgent"
TITLE = "紧急提问，等您回复"
# Nothing of the asker leaves: whoever opens the link sees what was said, within their scope.
TEXT = "云博士收到一个紧急提问（可能有人有危险，或多人讨薪），请在 {due} 前回复。"


def call_owner(hand_over: HandOver) -> None:
    """Have the owner of an urgent question told, by a job that is committed with the change."""
    if hand_over.turn.urgent and hand_over.owner_id:
        tasks.tell_owner.defer(hand_over_id=hand_over.pk, owner_id=hand_over.owner_id)


def tell_owner(*, hand_over_id: int, owner_id: int) -> bool:
    """Tell the owner by WeCom, else by SMS; return whether either took it. Safe to repeat. Raises SendError.

    The account in WeCom is the name that the person signs in with; the SMS goes to the number they have verified.
    """
    hand_over = HandOver.objects.select_related("turn", "owner").get(pk=hand_over_id)
    owner = hand_over.owner
    if owner is None or owner.pk != owner_id or hand_over.answered_at:
        return False  # replied to, or another's by now
    due = f"{timezone.localtime(hand_over.due_at):%-m月%-d日 %H:%M}"
    return _by_wecom(owner, hand_over, due) or _by_sms(owner, hand_over, due)


def _by_wecom(owner: User, hand_over: HandOver, due: str) -> bool:
    """Send an app message; WeCom drops the same one within half an hour, so a repeat rings once."""
    corp = Corp.objects.filter(active=True).order_by("pk").first()
    if corp is None:
        return False
    url = f"{settings.PUBLIC_URL}/admin/questions/{hand_over.turn_id}/"
    try:
        unknown = wecom.send_to_staff(
            corp=corp, userids=[owner.username], title=TITLE, text=TEXT.format(due=due), url=url
        )
    except SendError as error:
        if not error.permanent:
            raise
        return False
    return owner.username not in unknown


def _by_sms(owner: User, hand_over: HandOver, due: str) -> bool:
    """Queue a text message; its key keeps it from being sent twice."""
    if not owner.phone:
        return False
    try:
        sms.send(
            kind=SMS_KIND,
            phone=owner.phone,
            params={"due": due},
            key=f"urgent:{hand_over.pk}:{owner.pk}",
        )
    except DomainError:
        return False
    return True


def tell_asker(turn: Turn) -> None:
    """Have a member who asked on the portal told by WeChat that a person has replied, once a turn."""
    if turn.channel != "portal" or turn.member_id is None:
        return  # elsewhere the reply itself arrives
    wechat_tasks.send_kind.defer(
        member_id=turn.member_id,
        kind="reply",
        values={
            "title": masking.readable(turn.question),
            "note": "点开查看",
            "at": f"{timezone.localtime(turn.replied_at or timezone.now()):%Y-%m-%d %H:%M}",
        },
        url=f"{settings.PUBLIC_URL}/signin/?next=/assistant/",
        key=f"assistant.reply:{turn.pk}",
    )
