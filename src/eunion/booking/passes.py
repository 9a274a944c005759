"""Passes: who may claim what, decided when the page was opened, so that the gate reads no table of users.

A pass is 45 bytes and their HMAC-SHA256 (first 16 bytes), in hexadecimal: version, session, member, share, expiry, digest
of the device's cookie, and a nonce that names the pass in the claim it leads to.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import time
from functools import cache
from typing import NamedTuple

from django.conf import settings

from eunion.booking.errors import PassInvalid

VERSION = 1
LASTS_S = 30 * 60
DEVICE_COOKIE = "eunion_device"
_FORM = struct.Struct(">BQQQI8s8s")
_MAC_BYTES = 16


class Pass(NamedTuple):
    """What a pass says. `share` is 0 for the pool that is set aside for nobody; `expires` is in epoch seconds."""

    session: int
    member: int
    share: int
    expires: int
    device: str
    key: str


@cache
def _keyed() -> tuple[hashlib._Hash, hashlib._Hash]:
    """Return HMAC's inner and outer digest with the key taken in: hmac.digest() sets up OpenSSL's each time anew."""
    secret = hashlib.sha256(b"booking.pass\x00" + settings.SECRET_KEY.encode()).digest().ljust(64, b"\x00")
    return tuple(hashlib.sha256(bytes(byte ^ pad for byte in secret)) for pad in (0x36, 0x5C))  # type: ignore[return-value]


def device_digest(cookie: str) -> str:
    """Return the 16 hex characters that stand for a device's cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:16]


def make(
    *, session: int, member: int, share: int, device_cookie: str, lasts_s: int = LASTS_S, now: float = 0
) -> str:
    """Return a signed pass that is good for `lasts_s` seconds."""
    expires = int((now or time.time()) + lasts_s)
    device = bytes.fromhex(device_digest(device_cookie))
    body = _FORM.pack(VERSION, session, member, share, expires, device, os.urandom(8))
    return (body + _mac(body)).hex()


def read(text: str) -> Pass:
    """Return what a pass says, expired or not; raises PassInvalid for one that we never made."""
    try:
        sealed = bytes.fromhex(text)
    except ValueError:
        raise PassInvalid from None
    body, mac = sealed[: _FORM.size], sealed[_FORM.size :]
    if len(sealed) != _FORM.size + _MAC_BYTES or not hmac.compare_digest(mac, _mac(body)):
        raise PassInvalid
    version, session, member, share, expires, device, key = _FORM.unpack(body)
    if version != VERSION:
        raise PassInvalid
    return Pass(session, member, share, expires, device.hex(), key.hex())


def _mac(body: bytes) -> bytes:
    inner, outer = (digest.copy() for digest in _keyed())
    inner.update(body)
    outer.update(inner.digest())
    return outer.digest()[:_MAC_BYTES]
