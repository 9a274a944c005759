"""The short token in a notice's link that tells which delivery was opened, and nothing else."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def make(delivery_id: int) -> str:
    """Return a token such as 'k3f-9a0c…' for a delivery."""
    return f"{delivery_id:x}-{_seal(delivery_id)}"


def read(token: str) -> int | None:
    """Return the delivery of a token, or None when it is not one of ours."""
    number, _, seal = token.partition("-")
    try:
        delivery_id = int(number, 16)
    except ValueError:
        return None
    return delivery_id if hmac.compare_digest(seal.encode(), _seal(delivery_id).encode()) else None


def _seal(delivery_id: int) -> str:
    key = f"broadcast.delivery:{settings.SECRET_KEY}".encode()
    return hmac.new(key, str(delivery_id).encode(), hashlib.sha256).hexdigest()[:16]
