"""Sends notices as template messages of a service account."""

from __future__ import annotations

from eunion.channels.base import Message, Receipt
from eunion.channels.wechat.client import Client
from eunion.channels.wechat.models import Account

CONCURRENCY = 64
# WeChat cuts thing fields at 20 characters.
THING = 20


class TemplateSender:
    """A Sender for the dispatcher."""

    concurrency = CONCURRENCY

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.rate_per_s = 0.0

    async def __aenter__(self) -> TemplateSender:
        account = await Account.objects.aget(pk=self.account_id)
        self.rate_per_s = float(account.rate_per_s)
        self.template_id = account.notice_template_id
        self.client = await Client(self.account_id, connections=CONCURRENCY).__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.__aexit__(*error)

    async def send(self, message: Message) -> Receipt:
        """POST /cgi-bin/message/template/send; `client_msg_id` makes a repeat harmless."""
        answer = await self.client.post(
            "/cgi-bin/message/template/send",
            {
                "touser": message.address,
                "template_id": self.template_id,
                "url": message.url,
                "client_msg_id": message.key,
                "data": {
                    "thing1": {"value": shortened(message.title)},
                    "thing2": {"value": shortened(message.source or "工会")},
                    "time3": {"value": f"{message.at:%Y-%m-%d %H:%M}"},
                },
            },
        )
        return Receipt(remote_id=str(answer.get("msgid", "")))


def shortened(text: str) -> str:
    """Cut a text to what a thing field holds."""
    return text if len(text) <= THING else text[: THING - 1] + "…"
