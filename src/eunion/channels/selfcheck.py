"""The self-check of an account: each thing that was looked at, whether it is well, and what to do where not."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC

import requests
from django.utils import timezone

from eunion.channels.base import SendError

SKEW_S = 60
TIMEOUT_S = 10
AWAY = "连不上{who}：请检查服务器的出网、DNS 和防火墙。"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    words: str


def clock(url: str, who: str) -> Check:
    """Compare our clock with the one of a server: callbacks and signatures live on it."""
    name = "服务器时间"
    try:
        answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False)
        theirs = email.utils.parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return Check(name, False, f"没有读到{who}服务器的时间，无法比较。")
    off = abs((timezone.now() - theirs.astimezone(UTC)).total_seconds())
    if off <= SKEW_S:
        return Check(name, True, f"与{who}服务器相差 {off:.0f} 秒。")
    words = f"与{who}服务器相差 {off:.0f} 秒，签名和回调会被当作过期：请给服务器开启 NTP 校时。"
    return Check(name, False, words)


def words_of(error: SendError, known: dict[str, str], who: str) -> str:
    """Return what a refusal means and what to do; `{ip}` in the words becomes the address that was refused."""
    code = str(error).partition(" ")[0]
    if code in ("network", "unknown"):
        return AWAY.format(who=who)
    address = re.search(r"\d+\.\d+\.\d+\.\d+", str(error))
    words = known.get(code, f"{who}返回 {error}。")
    return words.format(ip=address.group() if address else f"（见{who}后台的提示）")
