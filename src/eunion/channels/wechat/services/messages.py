"""Messages to one person by kind: the account's template, filled; consent and refusals kept."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wechat import api, kinds, tasks
from eunion.channels.wechat.client import DUPLICATE
from eunion.channels.wechat.errors import KindNotMapped
from eunion.channels.wechat.models import Account, Consent, Follower, MessageTemplate
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import CertificationRequest, Member, User

_PATHS = {
    MessageTemplate.Way.TEMPLATE: "/cgi-bin/message/template/send",
    MessageTemplate.Way.NOTICE: "/cgi-bin/message/subscribe/bizsend",
    MessageTemplate.Way.MINI: "/cgi-bin/message/subscribe/send",
}
NO_CONSENT, NOT_FOLLOWING = {"43101", "43019"}, {"43004", "40003"}


def send_to_member(*, member: Member, kind: str, values: dict[str, str], url: str, key: str) -> bool:
    """Send a message by the first way that takes it; return whether any did. Safe to repeat with the same key.

    Raises SendError for what may pass (busy, quota), so that the caller's job tries again.
    """
    templates = MessageTemplate.objects.filter(kind=kind, active=True, account__active=True)
    # Template messages cost the person no consent; the mini-program's come after.
    for template in sorted(templates, key=lambda one: list(_PATHS).index(MessageTemplate.Way(one.way))):
        for follower in Follower.objects.filter(account_id=template.account_id, member=member):
            if send(template=template, follower=follower, values=values, url=url, key=key):
                return True
    return False


def send(
    *, template: MessageTemplate, follower: Follower, values: dict[str, str], url: str, key: str
) -> bool:
    """Send one message; False where the person has left or not agreed, which is written down. Raises SendError."""
    if template.way == MessageTemplate.Way.TEMPLATE and not follower.subscribed:
        return False
    if template.way != MessageTemplate.Way.TEMPLATE and not _consent_left(follower, template.template_id):
        return False
    try:
        api.post(
            template.account_id,
            _PATHS[MessageTemplate.Way(template.way)],
            _body(template, follower, values, url, key),
        )
    except SendError as error:
        if error.code == str(DUPLICATE):
            return True
        if error.code in NO_CONSENT:
            Consent.objects.filter(follower=follower, template_id=template.template_id).update(left=0)
            return False
        if error.code in NOT_FOLLOWING:
            Follower.objects.filter(pk=follower.pk).update(subscribed=False)
            return False
        raise
    if template.way != MessageTemplate.Way.TEMPLATE:
        used = Consent.objects.filter(follower=follower, template_id=template.template_id, left__gt=0)
        used.update(left=F("left") - 1)
    return True


def _consent_left(follower: Follower, template_id: str) -> bool:
    return Consent.objects.filter(follower=follower, template_id=template_id, left__gt=0).exists()


def _body(
    template: MessageTemplate, follower: Follower, values: dict[str, str], url: str, key: str
) -> dict[str, object]:
    body: dict[str, object] = {
        "touser": follower.openid,
        "template_id": template.template_id,
        "data": kinds.data_of(template.fields, values),
    }
    if template.way == MessageTemplate.Way.MINI:
        return {**body, "page": url, "miniprogram_state": "formal"}
    target = "page" if template.way == MessageTemplate.Way.NOTICE else "url"
    return {
        **body,
        target: url,
        **({"client_msg_id": key} if template.way == MessageTemplate.Way.TEMPLATE else {}),
    }


@transaction.atomic
def _plain(results: dict[str, str]) -> list[str]:
    return [name for name in list(results)[:10] if "\x00" not in name]


def keep_consents(*, follower: Follower, results: dict[str, str]) -> int:
    """Keep what a person answered to the consent question ({template id: accept | reject | ban}); return the yeses."""
    kept = 0
    # Only our own templates: the answer comes from the phone, which could name anything.
    templates = MessageTemplate.objects.filter(
        account_id=follower.account_id, template_id__in=_plain(results)
    )
    for template_id in set(templates.values_list("template_id", flat=True)):
        said = results[template_id]
        consent, _ = Consent.objects.get_or_create(follower=follower, template_id=template_id)
        if said == "accept":
            Consent.objects.filter(pk=consent.pk).update(left=F("left") + 1, refused=False)
            kept += 1
        else:
            Consent.objects.filter(pk=consent.pk).update(left=0, refused=True)
    return kept


def send_test(*, template: MessageTemplate, openid: str, user: User, key: str) -> None:
    """Send a sample to one follower. Raises NotAllowed, KindNotMapped, SendError."""
    if not user.has_perm("wechat.change_messagetemplate"):
        raise NotAllowed
    follower = Follower.objects.filter(account_id=template.account_id, openid=openid).first()
    if follower is None:
        raise KindNotMapped("这个账号没有这位粉丝，请核对 OpenID。")
    values = kinds.samples(kinds.KINDS[template.kind])
    audit.record(actor=user, action="wechat.test_message", target=template)
    if not send(template=template, follower=follower, values=values, url="", key=key):
        raise KindNotMapped("没有发出：这位粉丝已取消关注，或没有同意接收这类消息。")


@transaction.atomic
def map_kind(
    *, account: Account, kind: kinds.Kind, way: str, template_id: str, fields: dict[str, str], user: User
) -> MessageTemplate:
    """Map a kind to an account's template. Raises NotAllowed, KindNotMapped for what can't be a mapping."""
    if not user.has_perm("wechat.change_messagetemplate"):
        raise NotAllowed
    if way not in MessageTemplate.Way.values or not template_id.strip():
        raise KindNotMapped("请填模板编号，并选发送方式。")
    if not fields:
        raise KindNotMapped("请至少填一个模板字段，例如 thing1；字段名在微信后台的模板详情里。")
    wrong = [field for field in fields if not re.fullmatch(r"[a-z_]+\d{1,2}", field)]
    if wrong:
        raise KindNotMapped(f"字段名“{wrong[0]}”不对：应为小写字母加数字，例如 thing1、time2。")
    template, _ = MessageTemplate.objects.update_or_create(
        account=account,
        kind=kind.name,
        defaults={"way": way, "template_id": template_id.strip()[:64], "fields": fields, "active": True},
    )
    audit.record(actor=user, action="wechat.map_message", target=template)
    return template


def tell_decision(asked: CertificationRequest) -> None:
    """Have a person told what became of their certification, in the transaction that decided it."""
    member = asked.member
    if member is None:
        return
    values = {
        "title": "实名认证",
        "state": asked.get_state_display(),
        "at": f"{timezone.localtime(asked.decided_at or timezone.now()):%Y-%m-%d %H:%M}",
        "note": "会员卡已生成" if asked.state == asked.State.ACCEPTED else "点开看原因",
    }
    tasks.send_kind.defer(
        member_id=member.pk,
        kind="certification",
        values=values,
        url=f"{settings.PUBLIC_URL}/signin/?next=/me/certify/",
        key=f"certification:{asked.pk}",
    )
