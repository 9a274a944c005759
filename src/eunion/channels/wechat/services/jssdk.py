"""The JS-SDK's ticket and signature."""

from __future__ import annotations

import datetime
import hashlib
import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.channels.wechat import api, client
from eunion.channels.wechat.errors import NoServiceAccount
from eunion.channels.wechat.models import Account
from eunion.kernel.ids import new_public_id


def _kept(account: Account) -> str:
    """Return the ticket that is good for a while yet, or nothing."""
    ends = account.jsapi_ticket_expires_at
    return account.jsapi_ticket if ends and ends - client.EARLY > timezone.now() else ""


def ticket(account_id: int) -> str:
    """Return the account's jsapi ticket, refreshed early by one holder. Raises SendError."""
    # Every page inside WeChat asks: only a refresh takes the row's lock.
    kept = _kept(Account.objects.get(pk=account_id))
    if kept:
        return kept
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        if kept := _kept(account):
            return kept
        answer = api.get(account_id, "/cgi-bin/ticket/getticket", type="jsapi")
        account.jsapi_ticket = answer["ticket"]
        account.jsapi_ticket_expires_at = timezone.now() + datetime.timedelta(seconds=answer["expires_in"])
        account.save(update_fields=["jsapi_ticket", "jsapi_ticket_expires_at"])
    return account.jsapi_ticket


def sign(*, ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return the SHA-1 that wx.config wants (JS-SDK documentation, appendix 1)."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324  WeChat's own scheme


def config(*, url: str) -> dict[str, Any]:
    """Return appId, timestamp, nonceStr and signature for a page. Raises NoServiceAccount, SendError."""
    account = Account.objects.filter(active=True, kind=Account.Kind.SERVICE).order_by("id").first()
    if account is None:
        raise NoServiceAccount
    nonce, timestamp = new_public_id(), int(time.time())
    signature = sign(ticket=ticket(account.pk), nonce=nonce, timestamp=timestamp, url=url)
    return {"appId": account.appid, "timestamp": timestamp, "nonceStr": nonce, "signature": signature}
