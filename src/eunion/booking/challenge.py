"""A question that a phone answers by itself: a little work, or else a short wait. Nobody reads or solves anything.

WCAG 2.2 (3.3.8) allows no test of memory, sight or wit without another way. So there is none: the page's script
searches for a number whose digest begins with some zero bits; where no script runs, the same challenge is met by
coming back after WAIT_S seconds. Both are bound to the pass, so they can't be sold or saved up.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import cache

from django.conf import settings

WAIT_S = 5
LASTS_S = 120
BITS_LEAST = 13
BITS_MOST = 17


@cache
def _secret() -> bytes:
    return hashlib.sha256(b"booking.challenge\x00" + settings.SECRET_KEY.encode()).digest()


def _mac(key: str, issued: int, bits: int) -> str:
    return hmac.digest(_secret(), f"{key}.{issued}.{bits}".encode(), "sha256").hex()[:24]


def bits_for(owed: float, burst: float) -> int:
    """Return how hard it is for an address that is `owed` beyond its burst: one bit more each doubling."""
    return min(BITS_LEAST + max(int(owed / burst * 4), 0).bit_length(), BITS_MOST)


def make(key: str, bits: int) -> str:
    """Return a challenge for the pass named `key`."""
    issued = int(time.time())
    return f"{issued}.{bits}.{_mac(key, issued, bits)}"


def met(key: str, text: str, work: str) -> bool:
    """Say whether a challenge of ours was met, by work or by waiting, within LASTS_S seconds."""
    try:
        issued, bits = (int(part) for part in text.split(".")[:2])
    except ValueError:
        return False
    age_s = time.time() - issued
    if not 0 <= age_s <= LASTS_S or not hmac.compare_digest(
        text, f"{issued}.{bits}.{_mac(key, issued, bits)}"
    ):
        return False
    return age_s >= WAIT_S + 1 or (bool(work) and zero_bits(text, work) >= bits)


def zero_bits(text: str, work: str) -> int:
    """Return with how many zero bits SHA-256 of `text:work` begins."""
    digest = int.from_bytes(hashlib.sha256(f"{text}:{work}".encode()).digest())
    return 256 - digest.bit_length()
