"""The code on a ticket: a QR code and eight digits that are worth something for a minute, so that no picture of them is.

Both come from HMAC-SHA256 over the claim and a step of 30 seconds. The step before and after are good too: clocks of
phones differ, and people read slowly.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

STEP_S = 30
# A number of the last three minutes is told from one that never was.
STEPS_REMEMBERED = 6
DIGITS = 8
_MAC = 20


class Read(NamedTuple):
    """Which claim a code names, and whether it is of now; None = nobody's, or not only one's."""

    claim_id: str | None
    fresh: bool


def _step(at: float | None) -> int:
    return int((at or time.time()) // STEP_S)


def _digest(public_id: str, step: int) -> bytes:
    return hmac.digest(settings.INDEX_KEY.encode(), f"ticket:{public_id}:{step}".encode(), "sha256")


def _number(public_id: str, step: int) -> str:
    # The last bytes: the first are the QR code's.
    return f"{int.from_bytes(_digest(public_id, step)[-8:]) % 10**DIGITS:0{DIGITS}d}"


def number(public_id: str, *, at: float | None = None) -> str:
    """Return the eight digits that a ticket shows now."""
    return _number(public_id, _step(at))


def code(public_id: str, *, at: float | None = None) -> str:
    """Return what a ticket's QR code says now."""
    step = _step(at)
    return f"{public_id}-{step:x}-{_digest(public_id, step).hex()[:_MAC]}"


def seconds_left(*, at: float | None = None) -> int:
    """Return how long what is shown now is shown."""
    return STEP_S - int((at or time.time()) % STEP_S)


def read(text: str, *, at: float | None = None) -> Read:
    """Return what a scanned QR code says; forged ones name nobody."""
    public_id, _, rest = text.partition("-")
    step_text, _, mac = rest.partition("-")
    if not 1 <= len(step_text) <= 12 or set(step_text) - set("0123456789abcdef"):
        return Read(None, fresh=False)
    step = int(step_text, 16)
    if not hmac.compare_digest(_digest(public_id, step).hex()[:_MAC].encode(), mac.encode()):
        return Read(None, fresh=False)
    return Read(public_id, fresh=abs(_step(at) - step) <= 1)


def find(digits: str, public_ids: Iterable[str], *, at: float | None = None) -> Read:
    """Return which of some claims shows these digits; two that share them are nobody's, to be found on the list."""
    now, old = _step(at), False
    found = set()
    for public_id in public_ids:
        if any(_number(public_id, now + by) == digits for by in (-1, 0, 1)):
            found.add(public_id)
        old = old or any(_number(public_id, now - back) == digits for back in range(2, STEPS_REMEMBERED + 1))
    if len(found) == 1:
        return Read(found.pop(), fresh=True)
    return Read("" if old and not found else None, fresh=False)
