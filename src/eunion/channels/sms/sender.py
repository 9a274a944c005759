"""Sends notices as text messages; an address is a phone number."""

from __future__ import annotations

from asgiref.sync import sync_to_async

from eunion.channels.base import Message, Receipt, SendError
from eunion.channels.sms import client
from eunion.channels.sms.models import SmsAccount, SmsMessage, SmsTemplate
from eunion.kernel.errors import DomainError

CONCURRENCY = 16
KIND = "notice"
# Providers cut or refuse longer variables.
VARIABLE = 20


class SmsSender:
    """A Sender for the dispatcher; the account needs a template of the kind `notice`."""

    concurrency = CONCURRENCY

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.rate_per_s = 0.0

    async def __aenter__(self) -> SmsSender:
        account = await SmsAccount.objects.aget(pk=self.account_id)
        self.rate_per_s = float(account.rate_per_s)
        self.http = client.session(CONCURRENCY)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.close()

    async def send(self, message: Message) -> Receipt:
        """Send one message, at most once for its key; raises SendError."""
        from eunion.channels.sms import services

        entered = await sync_to_async(self._enter)(message)
        begun = await sync_to_async(services.begin)(entered.pk)
        if begun is not None:
            return Receipt(remote_id=await services.call(begun, self.http))
        known = await SmsMessage.objects.aget(pk=entered.pk)
        if known.state in (SmsMessage.State.SENT, SmsMessage.State.DELIVERED):
            return Receipt(remote_id=known.remote_id)
        raise SendError(known.error_code or "unknown", "tried before", permanent=True)

    def _enter(self, message: Message) -> SmsMessage:
        """Write the message into the ledger, or say in the dispatcher's words why not."""
        from eunion.channels.sms import errors, services

        try:
            template = services.template_for(KIND, self.account_id)
            params = variables(template, message)
            entered, _ = services.enter(
                template=template, phone=message.address, params=params, key=message.key
            )
        except (errors.BadNumber, errors.BadParameters) as error:
            raise SendError(error.code, error.message, permanent=True) from error
        except errors.TooOften as error:
            wait = client.NUMBER_LIMIT_S
            raise SendError(error.code, error.message, permanent=False, retry_after_s=wait) from error
        except DomainError as error:
            wait = client.ACCOUNT_TROUBLE_S
            raise SendError(error.code, error.message, permanent=False, retry_after_s=wait) from error
        return entered


def variables(template: SmsTemplate, message: Message) -> dict[str, str]:
    """Fill a template's variables from the message's fields of the same names; an address is never cut."""
    known = {
        "title": message.title[:VARIABLE],
        "text": message.text[:VARIABLE],
        "source": (message.source or "工会")[:VARIABLE],
        "at": f"{message.at:%Y-%m-%d %H:%M}",
        "url": message.url,
    }
    return {name: known.get(name) or "-" for name in template.parameters}
