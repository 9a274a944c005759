"""WeChat's official-account API, as thin calls over aiohttp; wechatpy lacks stable_token and is synchronous."""

from __future__ import annotations

import datetime
from typing import Any

import aiohttp
import requests
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wechat.models import Account

EARLY = datetime.timedelta(minutes=10)
TIMEOUT_S = 15
TOKEN_CODES = {40001, 40014, 42001}
BUSY_CODES = {-1: 1.0, 45009: 5.0, 45011: 5.0}
REFUSED_CODES = {43004, 43019, 43101}
DUPLICATE = 45065


def access_token(account_id: int, *, stale: str = "") -> str:
    """Return the account's access token, refreshed early; `stale` is one that WeChat has just refused.

    Raises SendError.
    """
    account = Account.objects.only("access_token", "access_token_expires_at").get(pk=account_id)
    return account.access_token if _is_usable(account, stale) else _refreshed(account_id, stale)


def _is_usable(account: Account, stale: str) -> bool:
    expires_at = account.access_token_expires_at
    fresh = account.access_token and expires_at and expires_at - EARLY > timezone.now()
    return bool(fresh and account.access_token != stale)


@transaction.atomic
def _refreshed(account_id: int, stale: str) -> str:
    """The row lock makes one process the holder: the others wait and read what it wrote."""
    account = Account.objects.select_for_update().get(pk=account_id)
    if _is_usable(account, stale):
        return account.access_token
    body = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    answer = _stable_token(body)
    if stale and answer["access_token"] == stale:
        answer = _stable_token({**body, "force_refresh": True})
    account.access_token = answer["access_token"]
    account.access_token_expires_at = timezone.now() + datetime.timedelta(seconds=answer["expires_in"])
    account.save(update_fields=["access_token", "access_token_expires_at"])
    return account.access_token


def _stable_token(body: dict[str, Any]) -> dict[str, Any]:
    """POST /cgi-bin/stable_token."""
    try:
        answer: dict[str, Any] = requests.post(
            f"{settings.WECHAT_API_URL}/cgi-bin/stable_token", json=body, timeout=TIMEOUT_S
        ).json()
    except (requests.RequestException, ValueError) as error:
        raise SendError("network", type(error).__name__, permanent=False, retry_after_s=2) from None
    if "access_token" not in answer:
        raise error_of(answer)
    return answer


def error_of(answer: dict[str, Any]) -> SendError:
    """Return the SendError for WeChat's errcode."""
    code, message = int(answer.get("errcode", 0)), str(answer.get("errmsg", ""))
    if code in TOKEN_CODES:
        return SendError(str(code), message, permanent=False)
    if code in BUSY_CODES:
        return SendError(str(code), message, permanent=False, retry_after_s=BUSY_CODES[code])
    return SendError(str(code), message, permanent=True, refused=code in REFUSED_CODES)


class Client:
    """One account's calls over one HTTP session; use as an async context manager."""

    def __init__(self, account_id: int, *, connections: int = 100) -> None:
        self.account_id = account_id
        self.connections = connections
        self.token = ""

    async def __aenter__(self) -> Client:
        self.token = await sync_to_async(access_token)(self.account_id)
        self.session = aiohttp.ClientSession(
            base_url=settings.WECHAT_API_URL,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            connector=aiohttp.TCPConnector(limit=self.connections),
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.session.close()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST a JSON body; a refused token is refreshed once. Raises SendError."""
        token = self.token
        answer = await self._call(path, token, body)
        if answer.get("errcode") in TOKEN_CODES:
            # Others may have refreshed it meanwhile: only a token that is still ours is stale.
            if self.token == token:
                self.token = await sync_to_async(access_token)(self.account_id, stale=token)
            answer = await self._call(path, self.token, body)
        if answer.get("errcode", 0) not in (0, DUPLICATE):
            raise error_of(answer)
        return answer

    async def _call(self, path: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            async with self.session.post(path, params={"access_token": token}, json=body) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SendError("network", type(error).__name__, permanent=False, retry_after_s=1) from None
