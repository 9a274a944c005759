"""POST /gate/claim as a bare ASGI application beside Django: read, check, ask the gate, answer.

The body is JSON: `pass`, and where a challenge is to be met `challenge` and `work`. The pass, bound to the device's
cookie, is also what keeps other sites' forms out. GET /gate/clock tells the time that opens the gate.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from eunion.booking import answers, challenge, gate, passes
from eunion.booking.answers import Answer
from eunion.booking.buckets import Buckets
from eunion.booking.errors import PassInvalid

PATH = "/gate/"
BYTES_MAX = 2_000
# A member taps, taps again, and is answered; a dealer's script is slowed to a tap each two seconds.
PER_MEMBER = Buckets(per_s=0.5, burst=10)
# A factory behind one address may bring hundreds at once. Beyond that their phones work a little, nobody is refused
# until an address brings what no factory does.
CALM = Buckets(per_s=20, burst=300)
PER_ADDRESS = Buckets(per_s=300, burst=6_000)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_digest = lru_cache(maxsize=20_000)(passes.device_digest)


def is_mine(path: str) -> bool:
    """Say whether a path is the gate's."""
    return path.startswith(PATH)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the gate's two addresses."""
    if scope["path"] == "/gate/claim" and scope["method"] == "POST":
        _, status, body = await _claimed(scope, receive)
    elif scope["path"] == "/gate/clock" and scope["method"] == "GET":
        now = time.time() + gate.of_this_loop().clock_ahead
        status, body = 200, f'{{"now":{int(now * 1000)}}}'.encode()
    else:
        status, body = (405 if scope["path"] == "/gate/claim" else 404), b""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*_HEADERS, length]})
    await send({"type": "http.response.body", "body": body})


async def _claimed(scope: Scope, receive: Receive) -> Answer:
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > BYTES_MAX:
            return answers.CONSTANT["invalid"]
        if not part.get("more_body"):
            break
    try:
        asked = json.loads(body.decode())
        text, met, work = str(asked["pass"]), str(asked.get("challenge", "")), str(asked.get("work", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return answers.CONSTANT["invalid"]
    cookie, address = cookie_and_address(scope)
    return await claim(text, cookie, address, met, work)


async def claim(text: str, cookie: str, address: str, met: str = "", work: str = "") -> Answer:
    """Answer one claim: a pass as text, the device's cookie, the client's address ('' = not limited)."""
    try:
        asked = passes.read(text)
    except PassInvalid:
        return answers.CONSTANT["invalid"]
    here = gate.of_this_loop()
    answer = await _settled(here, asked, cookie, address, met, work)
    here.told[(asked.session, answer.name)] += 1
    return answer


async def _settled(
    here: gate.Gate, asked: passes.Pass, cookie: str, address: str, met: str, work: str
) -> Answer:
    if asked.expires < time.time():
        return answers.CONSTANT["expired"]
    if asked.device != _digest(cookie):
        return answers.CONSTANT["other_device"]
    if PER_MEMBER.take(asked.member) > 0 or (address and PER_ADDRESS.take(address) > 0):
        return answers.CONSTANT["slower"]
    if address and (owed := CALM.take(address)) > 0 and not challenge.met(asked.key, met, work):
        made = challenge.make(asked.key, challenge.bits_for(owed, CALM.burst))
        return answers.challenged(made, challenge.WAIT_S)
    return await here.claim(asked)


def cookie_and_address(scope: Scope) -> tuple[str, str]:
    """Return the device's cookie and the address to limit by."""
    cookie = forwarded = ""
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookie = _device(value.decode("latin-1"))
        elif name == b"x-forwarded-for":
            forwarded = value.decode("latin-1").rpartition(",")[2].strip()
    peer = scope["client"][0] if scope.get("client") else ""
    # Only a proxy on this machine is believed about whom it speaks for; a process here speaks for nobody.
    return cookie, _network(forwarded if _is_local(peer) else peer)


def _is_local(peer: str) -> bool:
    return peer in ("", "127.0.0.1", "::1")


def _device(cookies: str) -> str:
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == passes.DEVICE_COOKIE:
            return value
    return ""


@lru_cache(maxsize=20_000)
def _network(address: str) -> str:
    """Return an IPv4 address, or the /64 that one household or phone has of IPv6; '' for what is neither."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return address if read.version == 4 else str(ipaddress.ip_network((read, 64), strict=False))
