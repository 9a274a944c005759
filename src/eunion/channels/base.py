"""What every channel is: something that takes a message for one address and says what became of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What a channel sends. `key` (≤ 32 characters) is the same for every try, so the far side can drop repeats."""

    key: str
    address: str
    title: str
    text: str
    url: str
    source: str
    at: datetime.datetime


@dataclass(frozen=True)
class Receipt:
    """The far side took the message; `remote_id` is its own number for it, for later delivery reports."""

    remote_id: str


class SendError(Exception):
    """A send that failed: `permanent` is never tried again (`refused`: the person said no); else not before
    `retry_after_s` seconds, for this and every other message of the account."""

    def __init__(
        self, code: str, message: str, *, permanent: bool, refused: bool = False, retry_after_s: float = 0
    ) -> None:
        super().__init__(f"{code} {message}")
        self.code = code[:20]
        self.permanent = permanent
        self.refused = refused
        self.retry_after_s = retry_after_s


class Unknown(SendError):
    """The call went out and no answer came: it may have been taken. Where the far side drops no repeats, it must
    not be made again."""

    def __init__(self, message: str) -> None:
        super().__init__("unknown", message, permanent=True)


class Sender(Protocol):
    """An open connection to one channel account, used by one dispatcher at a time."""

    rate_per_s: float  # messages a second that the far side allows us; 0 = as fast as it answers
    concurrency: int

    async def __aenter__(self) -> Sender: ...

    async def __aexit__(self, *error: object) -> None: ...

    async def send(self, message: Message) -> Receipt:
        """Send one message; raises SendError."""
        ...


# Channel name → the maker of a sender for an account id. A channel adds itself in its apps.py.
SENDERS: dict[str, Callable[[int], Sender]] = {}
LABELS: dict[str, str] = {}


def register(name: str, label: str, make_sender: Callable[[int], Sender]) -> None:
    """Offer a channel under its name."""
    SENDERS[name] = make_sender
    LABELS[name] = label


@dataclass(frozen=True)
class Asked:
    """A text that a person sent us, by any channel; reply() addresses go back where it came from."""

    channel: str  # "wechat" | "community" | "wecom" | "portal"
    account_id: int
    sender: str  # openid, or the group sender's id
    group: str  # the group's external id; "" in private
    text: str
    event_id: str  # the far side's id of this message: the same when it is told twice


# The room that answers texts (雲博士) puts its service here in its apps.py; called inside a job, not a request.
TEXT_HANDLERS: list[Callable[[Asked], None]] = []
