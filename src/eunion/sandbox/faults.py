"""Troubles that can be switched on: what the real services do on a bad day."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Faults:
    """`expire_token` is one shot: every token handed out so far stops working."""

    slow_ms: int = 0
    busy_rate: float = 0.0
    rate_limit_per_s: int = 0
    refuse: list[str] = field(default_factory=list)
    callbacks: bool = True
    block_ip: bool = False
    snapshot: bool = False
    window: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def shown(self) -> dict[str, Any]:
        """Return the switches as JSON-able values."""
        return {name: value for name, value in asdict(self).items() if name != "window"}

    async def strike(self) -> tuple[int, str] | None:
        """Wait if slow; return an error code and message if this call is to fail, else None."""
        if self.slow_ms:
            await asyncio.sleep(self.slow_ms / 1000)
        # Trouble need not be unpredictable, only frequent enough.
        if self.busy_rate and random.random() < self.busy_rate:
            return -1, "system busy"
        return (45009, "reach max api daily quota limit") if self._over_the_rate() else None

    def _over_the_rate(self) -> bool:
        if not self.rate_limit_per_s:
            return False
        second = float(int(time.time()))
        if self.window[0] != second:
            self.window = [second, 0.0]
        self.window[1] += 1
        return self.window[1] > self.rate_limit_per_s
