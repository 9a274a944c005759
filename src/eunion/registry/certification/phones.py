"""Proving a phone number: six digits by SMS, five minutes, five tries."""

from __future__ import annotations

import datetime
import hmac
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eunion.kernel import crypto
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry import codes
from eunion.registry.errors import CodeNotSent, CodeTooSoon, CodeWrong
from eunion.registry.models import PhoneCode, User

logger = logging.getLogger(__name__)
DIGITS = 6
LIFE = datetime.timedelta(minutes=5)
TRIES = 5
# (within, how many): per phone and per person, so that nobody's phone can be made to ring all night.
LIMITS = (
    (datetime.timedelta(minutes=1), 1),
    (datetime.timedelta(hours=1), 5),
    (datetime.timedelta(days=1), 10),
)

# Phone, code, key → sent; the SMS channel puts itself here in its apps.py. Raises DomainError or SendError.
SENDERS: list[Callable[[str, str, str], None]] = []


def _digest(code_id: int, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{code_id}:{code}".encode(), "sha256").hexdigest()


def send_code(*, user: User, phone: str) -> None:
    """Send a code to a phone. Raises Invalid, CodeTooSoon, CodeNotSent."""
    number = codes.half_width(phone)
    wrong = codes.phone_error(number)
    if wrong:
        raise Invalid(wrong)
    if not SENDERS:
        raise CodeNotSent("短信还没有开通，请在微信里授权手机号，或到工会窗口办理。")
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    with transaction.atomic():
        # The person's row stands for their codes: two taps at once can't both pass the limit.
        User.objects.select_for_update().get(pk=user.pk)
        _check_limits(user, number)
        row = PhoneCode.objects.create(user=user, phone=number, digest="")
        PhoneCode.objects.filter(pk=row.pk).update(digest=_digest(row.pk, code))
    try:
        SENDERS[0](number, code, f"code:{row.pk}")
    except DomainError:
        raise
    except Exception as error:
        logger.exception("a code could not be sent")
        raise CodeNotSent from error


def _check_limits(user: User, phone: str) -> None:
    index = crypto.blind_index(phone, "phone")
    for within, most in LIMITS:
        recent = PhoneCode.objects.filter(sent_at__gt=timezone.now() - within)
        if max(recent.filter(phone_index=index).count(), recent.filter(user=user).count()) >= most:
            wait = "一分钟" if within < datetime.timedelta(hours=1) else "一小时" if most < 10 else "一天"
            raise CodeTooSoon(f"验证码发得太频繁，请过{wait}再试。")


def check_code(*, user: User, phone: str, code: str) -> None:
    """Keep the phone as the person's if the code is the last one sent to it. Raises CodeWrong."""
    number = codes.half_width(phone)
    index = crypto.blind_index(number, "phone")
    with transaction.atomic():
        rows = PhoneCode.objects.select_for_update().filter(user=user, phone_index=index, used_at=None)
        row = rows.order_by("-id").first()
        if row is None or row.tries >= TRIES or row.sent_at < timezone.now() - LIFE:
            raise CodeWrong
        right = hmac.compare_digest(row.digest, _digest(row.pk, codes.half_width(code)))
        if right:
            row.used_at = timezone.now()
            keep_phone(user=user, phone=number)
        else:
            row.tries += 1
        row.save(update_fields=["used_at", "tries"])
    # The try is kept although the code was wrong: raised after the commit.
    if not right:
        raise CodeWrong(f"验证码不对，还可以试 {TRIES - row.tries} 次。" if row.tries < TRIES else "")


def keep_phone(*, user: User, phone: str) -> None:
    """Keep a phone that a trusted source (our code, or WeChat's own) says is the person's."""
    user.phone = phone
    user.save(update_fields=["phone"])
