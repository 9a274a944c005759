"""Every change in this room: a message enters the ledger once, is sent at most once, and ends by its receipt."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping

from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from eunion.channels.base import SendError, Unknown
from eunion.channels.sms import client, tasks
from eunion.channels.sms.errors import (
    BadNumber,
    BadParameters,
    MarketingHours,
    NoSuchKind,
    OverBudget,
    TooOften,
)
from eunion.channels.sms.models import SmsAccount, SmsMessage, SmsTemplate
from eunion.kernel import crypto
from eunion.registry.errors import CodeNotSent

KEY_MAX, PARAMETER_MAX = 32, 200
MARKETING_FROM, MARKETING_UNTIL = 8, 20
# How many messages a number may get within how long, and how we say that it is enough.
LIMITS = (
    (datetime.timedelta(minutes=1), 1, "刚刚已经发过一条短信，请一分钟后再试。"),
    (datetime.timedelta(hours=1), 5, "一小时内给这个号码的短信已达 5 条，请稍后再试。"),
    (datetime.timedelta(days=1), 10, "一天内给这个号码的短信已达 10 条，请明天再试。"),
)
UNSENT_FOR = datetime.timedelta(minutes=15)
UNHEARD_FOR = datetime.timedelta(days=3)
_PHONE = re.compile(r"1[3-9][0-9]{9}")


def normal_phone(phone: str) -> str:
    """Return a mainland mobile number as eleven digits; raises BadNumber."""
    digits = re.sub(r"[\s-]", "", phone).removeprefix("+86")
    if not _PHONE.fullmatch(digits):
        raise BadNumber
    return digits


def template_for(kind: str, account_id: int | None = None) -> SmsTemplate:
    """Return the template of a kind, of the first active account or of one account; raises NoSuchKind."""
    templates = SmsTemplate.objects.filter(kind=kind, account__active=True).select_related("account")
    if account_id is not None:
        templates = templates.filter(account_id=account_id)
    template = templates.order_by("account_id").first()
    if template is None:
        raise NoSuchKind
    return template


@transaction.atomic
def send(*, kind: str, phone: str, params: Mapping[str, str], key: str) -> SmsMessage:
    """Queue a text message in the caller's transaction; the same key (≤ 32 characters) is never sent twice.

    Raises NoSuchKind, BadNumber, BadParameters, MarketingHours, TooOften, OverBudget.
    """
    known = SmsMessage.objects.filter(key=key).first()
    if known:
        return known
    message, entered = enter(template=template_for(kind), phone=phone, params=params, key=key)
    if entered:
        tasks.deliver.defer(message_id=message.pk)
    return message


def send_code(phone: str, code: str, key: str) -> None:
    """Send a one-time code; raises CodeNotSent where no account has a template for codes, and as `send` does."""
    try:
        send(kind="code", phone=phone, params={"code": code}, key=key)
    except NoSuchKind as error:
        raise CodeNotSent("短信还没有开通，请在小程序里授权手机号，或到工会窗口办理。") from error


@transaction.atomic
def enter(
    *, template: SmsTemplate, phone: str, params: Mapping[str, str], key: str
) -> tuple[SmsMessage, bool]:
    """Write a message into the ledger if limits, hours and budget allow it; return it, and whether it is new."""
    if not 0 < len(key) <= KEY_MAX:
        raise ValueError("a key has 1 to 32 characters")
    digits = normal_phone(phone)
    _check_parameters(template, params)
    account = SmsAccount.objects.select_for_update().get(pk=template.account_id)
    known = SmsMessage.objects.filter(key=key).first()
    if known:
        return known, False
    if template.marketing and not marketing_hours():
        raise MarketingHours
    _check_limits(digits)
    _spend(account)
    message = SmsMessage.objects.create(
        key=key,
        account=account,
        template=template,
        kind=template.kind,
        phone=digits,
        params=json.dumps(dict(params), ensure_ascii=False),
        cost_fen=account.price_fen,
    )
    return message, True


def marketing_hours() -> bool:
    """Say whether marketing texts may go now (Asia/Shanghai)."""
    return MARKETING_FROM <= timezone.localtime().hour < MARKETING_UNTIL


def _check_parameters(template: SmsTemplate, params: Mapping[str, str]) -> None:
    if set(params) != set(template.parameters):
        raise BadParameters
    if any(not value or len(value) > PARAMETER_MAX for value in params.values()):
        raise BadParameters("短信内容为空或太长。")


def _check_limits(phone: str) -> None:
    """Count what the number has got; one number at a time, whichever account sends."""
    index, now = crypto.blind_index(phone, "phone"), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sms:{index}"])
    recent = list(
        SmsMessage.objects.filter(phone_index=index, at__gt=now - LIMITS[-1][0])
        .exclude(state=SmsMessage.State.FAILED)
        .values_list("at", flat=True)
    )
    for within, most, words in LIMITS:
        if sum(at > now - within for at in recent) >= most:
            raise TooOften(words)


def _spend(account: SmsAccount) -> None:
    """Add a message's price to the day's cost; the caller holds the account's row."""
    today = timezone.localdate()
    spent = account.spent_fen if account.spent_on == today else 0
    if spent + account.price_fen > account.daily_budget_fen:
        raise OverBudget
    account.spent_on, account.spent_fen = today, spent + account.price_fen
    account.save(update_fields=["spent_on", "spent_fen"])


def _give_back(account_id: int, fen: int) -> None:
    """Take back the price of a message that the provider did not take."""
    today = SmsAccount.objects.filter(pk=account_id, spent_on=timezone.localdate())
    today.update(spent_fen=Greatest(F("spent_fen") - fen, Value(0)))


@transaction.atomic
def begin(message_id: int) -> SmsMessage | None:
    """Note that the provider is about to be called; None if it has been before. Committed ahead of the call."""
    found = SmsMessage.objects.select_for_update(of=("self",)).select_related("account", "template")
    message = found.get(pk=message_id)
    if message.state != SmsMessage.State.QUEUED or message.called_at or message.template is None:
        return None
    message.called_at = timezone.now()
    message.save(update_fields=["called_at"])
    return message


def taken(message_id: int, remote_id: str) -> None:
    """Note that the provider took a message; what it said is forgotten."""
    queued = SmsMessage.objects.filter(pk=message_id, state=SmsMessage.State.QUEUED)
    queued.update(state=SmsMessage.State.SENT, error_code="")
    SmsMessage.objects.filter(pk=message_id).update(remote_id=remote_id, params="")


@transaction.atomic
def not_taken(message: SmsMessage, error: SendError) -> None:
    """Note why a call failed: tried again, final, or (unknown) waiting for a receipt."""
    code = str(error).partition(" ")[0][:64]
    changed: dict[str, object] = {"error_code": code}
    if not error.permanent:
        changed["called_at"] = None
    elif not isinstance(error, Unknown):
        changed |= {"state": SmsMessage.State.FAILED, "params": ""}
    queued = SmsMessage.objects.filter(pk=message.pk, state=SmsMessage.State.QUEUED)
    if queued.update(**changed) and "state" in changed:
        _give_back(message.account_id, message.cost_fen)


async def call(message: SmsMessage, http: client.aiohttp.ClientSession) -> str:
    """Call the provider for a message that begin() returned; return its number. Raises SendError."""
    assert message.template is not None
    params = json.loads(message.params)
    try:
        remote_id = await client.post(
            http, message.account, message.template, phone=message.phone, params=params, key=message.key
        )
    except SendError as error:
        await sync_to_async(not_taken)(message, error)
        raise
    await sync_to_async(taken)(message.pk, remote_id)
    return remote_id


def deliver(*, message_id: int) -> None:
    """Send a queued message, at most once; raises SendError for what may pass. Safe to repeat."""
    message = begin(message_id)
    if message is None:
        return

    async def one() -> None:
        async with client.session() as http:
            await call(message, http)

    try:
        async_to_sync(one)()
    except SendError as error:
        if not error.permanent:
            raise


@transaction.atomic
def give_up() -> int:
    """Fail what never went out within a quarter of an hour, and what nobody has heard of for three days."""
    now, queued = timezone.now(), SmsMessage.objects.filter(state=SmsMessage.State.QUEUED)
    unsent = list(queued.filter(called_at=None, at__lt=now - UNSENT_FOR).select_for_update())
    for message in unsent:
        code = message.error_code or "gave_up"
        SmsMessage.objects.filter(pk=message.pk).update(
            state=SmsMessage.State.FAILED, error_code=code, params=""
        )
        _give_back(message.account_id, message.cost_fen)
    unheard = queued.filter(called_at__lt=now - UNHEARD_FOR)
    return len(unsent) + unheard.update(state=SmsMessage.State.FAILED, error_code="unknown", params="")
