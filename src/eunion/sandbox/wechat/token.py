"""Access tokens: token (a new one each time) and stable_token (the same one until near its end)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

LIFE_S = 7200
OVERLAP_S = 300
FORCED_A_DAY = 20
FORCED_APART_S = 30


@dataclass
class Tokens:
    """Tokens of all accounts; they live in memory, since a restart of WeChat is nobody's business."""

    valid: dict[str, tuple[str, float]] = field(default_factory=dict)
    stable: dict[str, tuple[str, float]] = field(default_factory=dict)
    forced: dict[str, list[float]] = field(default_factory=dict)

    def issue(self, appid: str) -> dict[str, Any]:
        """Hand out a new token; older ones end in five minutes."""
        now = time.time()
        for token, (owner, end) in list(self.valid.items()):
            if end < now:
                del self.valid[token]
            elif owner == appid and self.stable.get(appid, ("",))[0] != token:
                self.valid[token] = (owner, min(end, now + OVERLAP_S))
        token = secrets.token_urlsafe(48)
        self.valid[token] = (appid, now + LIFE_S)
        return {"access_token": token, "expires_in": LIFE_S}

    def issue_stable(self, appid: str, *, force: bool) -> dict[str, Any]:
        """Hand out the account's stable token; a forced refresh is limited in number and pace."""
        now = time.time()
        token, end = self.stable.get(appid, ("", 0.0))
        if force:
            recent = [at for at in self.forced.get(appid, []) if at > now - 86_400]
            if len(recent) >= FORCED_A_DAY or (recent and now - recent[-1] < FORCED_APART_S and token):
                force = False
            else:
                self.forced[appid] = [*recent, now]
        if force or token not in self.valid or end - now < OVERLAP_S:
            if token in self.valid:
                self.valid[token] = (appid, now if force else min(end, now + OVERLAP_S))
            token, end = secrets.token_urlsafe(48), now + LIFE_S
            self.valid[token] = self.stable[appid] = (appid, end)
            self.stable[appid] = (token, end)
        return {"access_token": token, "expires_in": int(end - now)}

    def owner(self, token: str) -> str | None:
        """Return the appid that a token belongs to, or None when it is unknown or over."""
        appid, end = self.valid.get(token, ("", 0.0))
        return appid if end > time.time() else None

    def expire_all(self) -> None:
        """End every token now."""
        self.valid.clear()
        self.stable.clear()
        self.forced.clear()
