"""The self-check of a text-message account: key, approved templates, clock, receipts, what is left of the day's budget."""

from __future__ import annotations

import datetime

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.selfcheck import Check, clock, words_of
from eunion.channels.sms import client
from eunion.channels.sms.models import SmsAccount, SmsMessage, SmsTemplate

WHO = "短信平台"
_KEY = "密钥不对：请到短信平台的访问密钥页面核对密钥编号和密钥，注意不要有空格。"
_CLOCK = "短信平台说我们的时间不对：请给服务器开启 NTP 校时。"
_ADDRESS = "本服务器的 IP 或这把密钥没有短信权限：请到短信平台给密钥授权，并把服务器的 IP {ip} 加入白名单。"
_WORDS = {
    "InvalidAccessKeyId.NotFound": _KEY,
    "SignatureDoesNotMatch": _KEY,
    "InvalidTimeStamp.Expired": _CLOCK,
    "Forbidden.RAM": _ADDRESS,
    "AuthFailure.SecretIdNotFound": _KEY,
    "AuthFailure.SignatureFailure": _KEY,
    "AuthFailure.SignatureExpire": _CLOCK,
    "UnauthorizedOperation.RequestIpNotInWhitelist": _ADDRESS,
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail": "应用编号不对：请到短信平台“应用管理”里核对 SDK AppID。",
}
# A receipt comes within a minute or two; an hour without one means that the address is not entered.
RECEIPT_WITHIN = datetime.timedelta(hours=1)
APPROVED = {SmsAccount.Shape.A: ("TemplateStatus", 1), SmsAccount.Shape.B: ("StatusCode", 0)}


def check(account: SmsAccount) -> list[Check]:
    """Look at everything that can be wrong with an account; each finding says what to do. Sends no message."""
    templates = list(account.templates.order_by("kind"))
    return [
        *_check_templates(account, templates),
        clock(_api_url(account), WHO),
        _check_receipts(account),
        _check_budget(account),
    ]


def _api_url(account: SmsAccount) -> str:
    known = {SmsAccount.Shape.A: settings.SMS_A_URL, SmsAccount.Shape.B: settings.SMS_B_URL}
    return account.api_url or known[SmsAccount.Shape(account.shape)]


def _check_templates(account: SmsAccount, templates: list[SmsTemplate]) -> list[Check]:
    """Ask the provider for the state of each template; the first question shows whether the key is good."""
    states: dict[str, bool] = {}
    try:
        for code in [one.code for one in templates] or ["0"]:
            states[code] = _approved(account, code)
    except SendError as error:
        return [Check("密钥和接口", False, words_of(error, _WORDS, WHO))]
    found = [Check("密钥和接口", True, "密钥可用，接口调用正常。")]
    bad = [one for one in templates if not states[one.code]]
    if bad:
        names = "、".join(f"{one.kind}（{one.code}）" for one in bad)
        found.append(Check("短信模板", False, f"还没有通过审核或编号不对：{names}。"))
    elif not any(one.kind == "code" for one in templates):
        words = "没有用途为 code 的模板：手机验证码发不出去，职工只能在小程序里授权手机号。"
        found.append(Check("短信模板", False, words))
    else:
        found.append(Check("短信模板", True, f"{len(templates)} 个模板都已通过审核。"))
    return found


def _approved(account: SmsAccount, code: str) -> bool:
    """Return whether a template has been approved; an unknown one has not. Raises SendError."""
    field, good = APPROVED[SmsAccount.Shape(account.shape)]

    async def ask() -> bool:
        async with client.session() as http:
            if account.shape == SmsAccount.Shape.A:
                answer = await client.form_call(http, account, "QuerySmsTemplate", TemplateCode=code)
                return bool(answer.get(field) == good)
            request = {"International": 0, "TemplateIdSet": [int(code)] if code.isdecimal() else [code]}
            told = await client.json_call(http, account, "DescribeSmsTemplateList", request)
            return any(one.get(field) == good for one in told.get("DescribeTemplateStatusSet") or [])

    try:
        return async_to_sync(ask)()
    except SendError as error:
        if str(error).partition(" ")[0] in ("isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_NOT_EXIST"):
            return False
        raise


def _check_receipts(account: SmsAccount) -> Check:
    name = "送达回执"
    if not account.receipt_token:
        return Check(name, False, "还没有设回执地址口令：填一段只有你们知道的长字串，短信平台凭它来送回执。")
    sent = SmsMessage.objects.filter(account=account)
    heard = sent.filter(state=SmsMessage.State.DELIVERED).order_by("-id").first()
    lost = sent.filter(state=SmsMessage.State.SENT, at__lt=timezone.now() - RECEIPT_WITHIN)
    if lost.filter(at__gt=heard.at).exists() if heard else lost.exists():
        words = f"发出一小时以上的短信没有收到回执：请到短信平台把回执地址设为 {settings.PUBLIC_URL}/sms/{account.slug}/receipts/口令。"
        return Check(name, False, words)
    if heard is None:
        return Check(name, True, "还没有发过短信，发出后这里显示有没有收到回执。")
    return Check(name, True, f"最近一条收到回执的短信：{timezone.localtime(heard.at):%Y-%m-%d %H:%M}。")


def _check_budget(account: SmsAccount) -> Check:
    spent = account.spent_fen if account.spent_on == timezone.localdate() else 0
    left = max(account.daily_budget_fen - spent, 0) // max(account.price_fen, 1)
    words = f"今天用了 {spent / 100:.2f} 元，预算 {account.daily_budget_fen / 100:.2f} 元，还可发 {left} 条。"
    return Check("今日预算", left > 0, words if left else words + "预算用完后短信不再发出，明天零点恢复。")
