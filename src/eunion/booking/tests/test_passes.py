"""Passes, challenges and buckets: what the gate decides without looking anywhere."""

from __future__ import annotations

import hmac
import subprocess
from itertools import count
from pathlib import Path

import pytest
import time_machine

from eunion.booking import challenge, passes
from eunion.booking.buckets import Buckets
from eunion.booking.errors import PassInvalid

KEY = "0123456789abcdef"


def made(**fields: object) -> str:
    return passes.make(**{"session": 5, "member": 7, "share": 3, "device_cookie": "phone", **fields})  # type: ignore[arg-type]


def test_a_pass_says_what_was_put_in() -> None:
    read = passes.read(made(now=1_000.0))
    assert (read.session, read.member, read.share) == (5, 7, 3)
    assert read.expires == 1_000 + passes.LASTS_S
    assert read.device == passes.device_digest("phone") and len(read.key) == 16


def test_two_passes_have_two_names() -> None:
    assert passes.read(made()).key != passes.read(made()).key


@pytest.mark.parametrize("at", [0, 1, 9, 20, 44, 45, 60])
def test_a_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray.fromhex(made())
    sealed[at] ^= 1
    with pytest.raises(PassInvalid):
        passes.read(sealed.hex())


@pytest.mark.parametrize("text", ["", "x", "！", "A" * 121, "A" * 122, "A" * 500])
def test_what_we_never_made_is_refused(text: str) -> None:
    with pytest.raises(PassInvalid):
        passes.read(text)


def test_the_digest_by_hand_is_hmac(settings: object) -> None:
    import hashlib

    secret = hashlib.sha256(b"booking.pass\x00" + settings.SECRET_KEY.encode()).digest()  # type: ignore[attr-defined]
    assert passes._mac(b"body") == hmac.digest(secret, b"body", "sha256")[:16]


def test_work_meets_a_challenge() -> None:
    text = challenge.make(KEY, 8)
    work = next(str(n) for n in count() if challenge.zero_bits(text, str(n)) >= 8)
    lazy = next(str(n) for n in count() if challenge.zero_bits(text, str(n)) < 8)
    assert challenge.met(KEY, text, work)
    assert not challenge.met(KEY, text, lazy)
    assert not challenge.met("another pass 16c", text, work)


def test_waiting_meets_it_too_and_then_it_ends() -> None:
    with time_machine.travel("2026-03-01 10:00:00Z", tick=False) as clock:
        text = challenge.make(KEY, 17)
        assert not challenge.met(KEY, text, "")
        clock.shift(challenge.WAIT_S + 1)
        assert challenge.met(KEY, text, "")
        clock.shift(challenge.LASTS_S)
        assert not challenge.met(KEY, text, "")


@pytest.mark.parametrize("text", ["", "1", "a.b.c", "1.2", "99999999999.1.x"])
def test_a_challenge_of_ones_own_is_not_met(text: str) -> None:
    assert not challenge.met(KEY, text, "1")


def test_more_from_one_address_means_more_work_up_to_an_end() -> None:
    bits = [challenge.bits_for(owed, 300) for owed in (1, 100, 1_000, 1e6)]
    assert bits == sorted(bits) and bits[0] == challenge.BITS_LEAST and bits[-1] == challenge.BITS_MOST


def test_a_bucket_lets_a_burst_through_and_fills_again() -> None:
    bucket = Buckets(per_s=1_000, burst=3)
    assert [bucket.take("a") <= 0 for _ in range(4)] == [True, True, True, False]
    assert bucket.take("b") <= 0
    import time

    time.sleep(0.005)
    assert bucket.take("a") <= 0


def test_a_bucket_forgets_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eunion.booking.buckets.KEPT", 100)
    bucket = Buckets(per_s=1, burst=1)
    for key in range(1_000):
        bucket.take(key)
    assert len(bucket.paid_at) <= 101


def test_the_pages_own_script_meets_it() -> None:
    # The journeys' browser driver brings a node of its own.
    driver = pytest.importorskip("playwright._impl._driver")
    node = driver.compute_driver_executable()[0]
    text = challenge.make(KEY, 10)
    script = Path(challenge.__file__).parent / "static" / "booking" / "work.js"
    code = f"require({str(script)!r}); eunionWork({text!r}, 10).then(console.log)"
    done = subprocess.run([str(node), "-e", code], capture_output=True, text=True, check=True, timeout=60)
    assert challenge.met(KEY, text, done.stdout.strip())
