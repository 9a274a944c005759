"""Posts notices and replies into residents' groups."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import aiohttp

from eunion.channels.base import Message, Receipt, SendError
from eunion.channels.community import signature
from eunion.channels.community.models import Gateway

CONCURRENCY = 16
TIMEOUT_S = 15


class GroupSender:
    """A Sender for the dispatcher; an address is a group's number at the gateway."""

    concurrency = CONCURRENCY

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.rate_per_s = 0.0

    async def __aenter__(self) -> GroupSender:
        self.gateway = await Gateway.objects.aget(pk=self.account_id)
        self.rate_per_s = float(self.gateway.rate_per_s)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        self.session = aiohttp.ClientSession(base_url=self.gateway.base_url, timeout=timeout)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.session.close()

    async def send(self, message: Message) -> Receipt:
        """Post a notice as a link."""
        body = {
            "key": message.key,
            "kind": "link",
            "title": message.title,
            "text": message.text,
            "url": message.url,
        }
        return await self.post(message.address, {**body, "reply_to": None})

    async def post(self, group: str, body: dict[str, Any]) -> Receipt:
        """POST a message to a group; raises SendError."""
        path = f"/community/v1/groups/{quote(group, safe='')}/messages"
        sealed = json.dumps(body, ensure_ascii=False).encode()
        signed = signature.headers(
            app_key=self.gateway.app_key, secret=self.gateway.secret, method="POST", path=path, body=sealed
        )
        try:
            async with self.session.post(path, data=sealed, headers=signed) as response:
                if response.status == 200:
                    answer = await response.json(content_type=None)
                    return Receipt(remote_id=str(answer["message_id"]))
                raise _error(response)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SendError("network", type(error).__name__, permanent=False, retry_after_s=1) from None


def _error(response: aiohttp.ClientResponse) -> SendError:
    """Return the SendError for the gateway's status: 404 is final, the rest may pass."""
    if response.status in (429, 503):
        wait = response.headers.get("Retry-After", "2")
        return SendError(str(response.status), "busy", permanent=False, retry_after_s=float(wait))
    permanent = response.status in (400, 404, 410, 422)
    return SendError(str(response.status), "refused by the gateway", permanent=permanent)
