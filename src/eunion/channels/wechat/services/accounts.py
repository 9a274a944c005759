"""Accounts: the notes of their callback, and the check that says what is wrong with one."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.selfcheck import Check, clock, words_of
from eunion.channels.wechat import api, client
from eunion.channels.wechat.models import Account, InboundMessage

_WORDS = {
    "40001": "AppSecret 不对：请到微信公众平台“设置与开发 → 基本配置”重置 AppSecret，再填到这里。",
    "40125": "AppSecret 不对：请到微信公众平台“设置与开发 → 基本配置”重置 AppSecret，再填到这里。",
    "40013": "AppID 不对：请核对是不是这个账号的 AppID，注意不要有空格。",
    "40164": "本服务器的 IP 不在白名单里：请到微信公众平台“基本配置 → IP 白名单”加上 {ip}。",
    "45009": "今天的接口调用次数已用完，明天零点恢复。",
}


def note_verified(*, account_id: int) -> None:
    """Remember that WeChat's check of the callback address came through."""
    Account.objects.filter(pk=account_id).update(verified_at=timezone.now())


def check(account: Account) -> list[Check]:
    """Look at everything that can be wrong with an account; each finding says what to do."""
    found = [_check_token(account)]
    if found[0].ok and account.kind == Account.Kind.SERVICE and account.notice_template_id:
        found.append(_check_template(account))
    return [*found, clock(settings.WECHAT_API_URL, "微信"), *_check_callback(account)]


def _check_token(account: Account) -> Check:
    try:
        Account.objects.filter(pk=account.pk).update(access_token_expires_at=None)
        client.access_token(account.pk)
        api.get(account.pk, "/cgi-bin/get_api_domain_ip")
    except SendError as error:
        return Check("密钥和接口", False, words_of(error, _WORDS, "微信"))
    return Check("密钥和接口", True, "能换到 access_token，接口调用正常。")


def _check_template(account: Account) -> Check:
    try:
        answer = api.get(account.pk, "/cgi-bin/template/get_all_private_template")
    except SendError as error:
        return Check("通知模板", False, f"读不到模板列表（{error.code}）。")
    known = {one["template_id"] for one in answer.get("template_list", [])}
    if account.notice_template_id in known:
        return Check("通知模板", True, "通知模板在这个账号的模板库里。")
    return Check("通知模板", False, "通知模板编号不在这个账号的模板库里：请到“模板消息”里复制正确的编号。")


def _check_callback(account: Account) -> list[Check]:
    """Say whether WeChat has verified the address and told anything lately."""
    address = f"{settings.PUBLIC_URL}/wechat/{account.slug}/callback"
    if not (account.verified_at or InboundMessage.objects.filter(account=account).exists()):
        words = f"微信还没有验证过回调地址：请到“基本配置 → 服务器配置”填 {address}，并点“提交”。"
        return [Check("消息回调", False, words)]
    newest = InboundMessage.objects.filter(account=account).order_by("-id").first()
    if newest is None:
        return [Check("消息回调", True, "地址已验证，还没有收到过消息。")]
    return [
        Check(
            "消息回调", True, f"最近一次收到消息：{timezone.localtime(newest.received_at):%Y-%m-%d %H:%M}。"
        )
    ]
