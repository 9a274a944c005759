"""Encryption at rest for personal data, and the blind index that finds it again.

AES-256-GCM with a random nonce; stored bytes are key id (4) + nonce (12) + ciphertext. The first key of
EUNION_FIELD_KEY encrypts, any listed key decrypts: that is how keys are rotated.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@cache
def _ring(keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    """Map key id to cipher, the encrypting key first."""
    raw = [base64.b64decode(key) for key in keys]
    return {hashlib.sha256(key).digest()[:4]: AESGCM(key) for key in raw}


def encrypt(plain: str) -> bytes:
    """Return the stored form of a text."""
    key_id, cipher = next(iter(_ring(tuple(settings.FIELD_KEYS)).items()))
    nonce = os.urandom(12)
    return key_id + nonce + cipher.encrypt(nonce, plain.encode(), key_id)


def decrypt(stored: bytes) -> str:
    """Return the text behind the stored form; raises KeyError for an unknown key, InvalidTag if altered."""
    key_id, nonce, body = stored[:4], stored[4:16], stored[16:]
    return _ring(tuple(settings.FIELD_KEYS))[key_id].decrypt(nonce, body, key_id).decode()


def blind_index(value: str, purpose: str) -> str:
    """Return a keyed digest (32 hex characters) that equals for equal values of one purpose; '' for ''."""
    if not value:
        return ""
    message = f"{purpose}\x00{value}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()[:32]
