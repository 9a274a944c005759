"""The screen at the classroom door: a link that staff may revoke, and a code that is worth something for seconds."""

from __future__ import annotations

import hmac
import time

from django.conf import settings
from django.core import signing

from eunion.booking.models import Meeting

STEP_S = 15
# A code scanned at the end of its time must survive a slow phone; two steps back are 30 to 45 seconds.
STEPS_BACK = 2
_SALT = "eunion.booking.door"
_MAC = 20


def link(meeting: Meeting) -> str:
    """Return the address of the meeting's screen, good until it is revoked."""
    token = signing.dumps([meeting.public_id, meeting.door_version], salt=_SALT)
    return f"{settings.PUBLIC_URL}/door/{token}/"


def opened(token: str) -> Meeting | None:
    """Return the meeting of a screen's token, or None when it is forged or was revoked."""
    try:
        public_id, version = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Meeting.objects.filter(public_id=public_id, door_version=version)
    return found.select_related("session__offering").first()


def _mac(meeting: Meeting, step: int) -> str:
    key = settings.INDEX_KEY.encode()
    said = f"door:{meeting.public_id}:{meeting.door_version}:{step}"
    return hmac.new(key, said.encode(), "sha256").hexdigest()[:_MAC]


def code(meeting: Meeting, *, at: float | None = None) -> str:
    """Return what the screen shows now."""
    step = int((at or time.time()) // STEP_S)
    return f"{meeting.public_id}-{step:x}-{_mac(meeting, step)}"


def seconds_left(*, at: float | None = None) -> int:
    """Return how long the code of now is shown."""
    return STEP_S - int((at or time.time()) % STEP_S)


def meeting_of(text: str, *, at: float | None = None) -> Meeting | None:
    """Return the meeting whose door a code was just scanned at, or None when it is forged or a minute old."""
    public_id, _, rest = text.partition("-")
    step_text, _, mac = rest.partition("-")
    if not 1 <= len(step_text) <= 12 or set(step_text) - set("0123456789abcdef"):
        return None
    step, now = int(step_text, 16), int((at or time.time()) // STEP_S)
    found = Meeting.objects.filter(public_id=public_id).select_related("session__offering").first()
    if found is None or not now - STEPS_BACK <= step <= now + 1:
        return None
    return found if hmac.compare_digest(_mac(found, step).encode(), mac.encode()) else None
