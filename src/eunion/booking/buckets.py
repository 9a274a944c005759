"""Token buckets in one process's memory, each a single number: the moment its debt will have been paid."""

from __future__ import annotations

import time

KEPT = 200_000


class Buckets:
    """Limits how often each key may come: `per_s` a second in the long run, `burst` at once."""

    def __init__(self, *, per_s: float, burst: float) -> None:
        self.pause_s = 1 / per_s
        self.burst = burst
        self.paid_at: dict[int | str, float] = {}

    def take(self, key: int | str) -> float:
        """Take one token and return how many the key owes beyond its burst; 0 or less = within the limit.

        A key that owes is not charged further: who waits comes in again.
        """
        now = time.monotonic()
        paid_at = max(self.paid_at.get(key, 0.0), now)
        owed = (paid_at - now) / self.pause_s + 1 - self.burst
        if owed <= 0:
            self.paid_at[key] = paid_at + self.pause_s
            if len(self.paid_at) > KEPT:
                self._forget(now)
        return owed

    def _forget(self, now: float) -> None:
        """Drop the keys that owe nothing; when all owe, drop all, rather than grow without end."""
        kept = {key: paid_at for key, paid_at in self.paid_at.items() if paid_at > now}
        self.paid_at = kept if len(kept) <= KEPT // 2 else {}
