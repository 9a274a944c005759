"""The electronic member card: a QR code that is worth something for half a minute."""

from __future__ import annotations

import hmac
import time

from django.conf import settings

from eunion.registry.errors import NotCertified
from eunion.registry.models import Member

STEP_S = 30
# A code shown at the end of its half minute must survive the walk to the scanner.
STEPS_BACK = 2
_MAC = 20


def _mac(public_id: str, step: int) -> str:
    key = settings.INDEX_KEY.encode()
    return hmac.new(key, f"card:{public_id}:{step}".encode(), "sha256").hexdigest()[:_MAC]


def token(member: Member, *, at: float | None = None) -> str:
    """Return the card's token now. Raises NotCertified."""
    if member.certification != Member.Certification.CERTIFIED:
        raise NotCertified
    step = int((at or time.time()) // STEP_S)
    return f"{member.public_id}-{step:x}-{_mac(member.public_id, step)}"


def seconds_left(*, at: float | None = None) -> int:
    """Return how long the token of now is shown."""
    return STEP_S - int((at or time.time()) % STEP_S)


def holder(text: str, *, at: float | None = None) -> Member | None:
    """Return whose card a scanned token is, or None when it is not ours, too old, or no longer certified."""
    parts = text.split("-")
    if (
        len(parts) != 3
        or not all(char in "0123456789abcdef" for char in parts[1])
        or not 1 <= len(parts[1]) <= 12
    ):
        return None
    step, now = int(parts[1], 16), int((at or time.time()) // STEP_S)
    if not now - STEPS_BACK <= step <= now + 1:
        return None
    if not hmac.compare_digest(_mac(parts[0], step).encode(), parts[2].encode()):
        return None
    return Member.objects.filter(public_id=parts[0], certification=Member.Certification.CERTIFIED).first()
