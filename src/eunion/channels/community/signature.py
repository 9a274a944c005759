"""How calls between us and the community platform are signed, both ways; see docs/community-gateway.md."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

SKEW_S = 300
NONCE_MIN = 16


def sign(secret: str, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over method, path with query, timestamp, nonce and the body's SHA-256, a line each."""
    text = "\n".join([method, path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def headers(*, app_key: str, secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    """Return the headers of a signed call made now."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    return {
        "Content-Type": "application/json",
        "X-Community-Key": app_key,
        "X-Community-Timestamp": timestamp,
        "X-Community-Nonce": nonce,
        "X-Community-Signature": sign(secret, method, path, timestamp, nonce, body),
    }
