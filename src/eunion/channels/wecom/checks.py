"""The self-check of an app of WeCom: secret, IP address, clock, the smart robot's callback, group robots."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.selfcheck import Check, clock, words_of
from eunion.channels.wecom import client
from eunion.channels.wecom.models import Corp, InboundMention

WHO = "企业微信"
_WORDS = {
    "40001": "应用密钥 Secret 不对：请到企业微信管理后台“应用管理 → 自建应用”查看 Secret，再填到这里。",
    "40013": "企业编号 CorpID 不对：请到“我的企业 → 企业信息”核对。",
    "40056": "应用编号 AgentId 不对：请到“应用管理”里这个应用的页面核对。",
    "301002": "应用编号 AgentId 和 Secret 不是同一个应用的：请到“应用管理”里核对。",
    "60020": "本服务器的 IP 不在可信名单里：请到这个应用的“企业可信 IP”加上 {ip}。",
    "45009": "今天的接口调用次数已用完，明天零点恢复。",
}


def check(corp: Corp) -> list[Check]:
    """Look at everything that can be wrong with an app; each finding says what to do."""
    return [_check_app(corp), clock(settings.WECOM_API_URL, WHO), _check_callback(corp), _check_robots(corp)]


def _check_app(corp: Corp) -> Check:
    name = "密钥和接口"
    try:
        # A token that is still good would hide a secret that no longer is.
        Corp.objects.filter(pk=corp.pk).update(access_token_expires_at=None)
        client.access_token(corp.pk)
        client.get(corp.pk, "/cgi-bin/agent/get", agentid=corp.agentid)
    except SendError as error:
        return Check(name, False, words_of(error, _WORDS, WHO))
    return Check(name, True, "能换到 access_token，应用编号和可信 IP 正常。")


def _check_callback(corp: Corp) -> Check:
    name, address = "智能机器人回调", f"{settings.PUBLIC_URL}/wecom/{corp.slug}/robot"
    newest = InboundMention.objects.filter(corp=corp).order_by("-id").first()
    if newest:
        at = timezone.localtime(newest.received_at)
        return Check(name, True, f"最近一次有人问：{at:%Y-%m-%d %H:%M}。")
    if corp.verified_at:
        return Check(name, True, "地址已验证，还没有人问过。")
    words = f"企业微信还没有验证过回调地址：请到“智能机器人 → API 模式”填 {address} 和这里的 Token、EncodingAESKey，并保存。不用智能机器人就不必理会。"
    return Check(name, False, words)


def _check_robots(corp: Corp) -> Check:
    robots = corp.robots.filter(active=True).count()
    if robots:
        return Check("群机器人", True, f"登记了 {robots} 个，每个每分钟最多 20 条，超出的自动排队。")
    return Check(
        "群机器人", True, "还没有登记：在内部群里添加群机器人，把 Webhook 地址里的 key 填到“群机器人”。"
    )
