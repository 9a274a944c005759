"""The last requests that the platform made, to be downloaded as JSON lines; secrets are left out."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from typing import Any

KEPT = 5000
BODY_MAX = 4000
_SECRETS = re.compile(
    r'("?(?:secret|corpsecret|access_token|refresh_token|apiv3_key|app_key)"?\s*[=:]\s*"?)[^"&,}\s]+', re.I
)

# Whoever has a robot's key can post as the robot; elsewhere a "key" is no secret.
_ROBOT_KEY = re.compile(r"((?:^|&)key=)[^&]+")


class Recording:
    """A ring of requests."""

    def __init__(self) -> None:
        self.rows: deque[tuple[float, str, str, str, bytes, int]] = deque(maxlen=KEPT)

    def lines(self) -> str:
        """Return one JSON object a line: when, method, path, query, body, status."""
        return "".join(json.dumps(self._shown(row), ensure_ascii=False) + "\n" for row in list(self.rows))

    def _shown(self, row: tuple[float, str, str, str, bytes, int]) -> dict[str, Any]:
        at, method, path, query, body, status = row
        text = (
            body.decode(errors="replace") if not body.startswith(b"--") else f"<{len(body)} bytes of a file>"
        )
        return {
            "at": round(at, 3),
            "method": method,
            "path": path,
            "query": _ROBOT_KEY.sub(r"\1…", _SECRETS.sub(r"\1…", query)),
            "body": _SECRETS.sub(r"\1…", text),
            "status": status,
        }


class Recorder:
    """ASGI middleware that keeps what passes, the sandbox's own pages and controls excepted."""

    def __init__(self, app: Any, state: Any) -> None:
        self.app = app
        self.state = state

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on and keep a copy of it."""
        path = scope.get("path", "")
        if (
            scope["type"] != "http"
            or path.startswith(("/_sandbox", "/pages", "/phone", "/jweixin.js"))
            or path == "/"
        ):
            await self.app(scope, receive, send)
            return
        body, status = b"", 0

        async def received() -> dict[str, Any]:
            nonlocal body
            part: dict[str, Any] = await receive()
            if len(body) < BODY_MAX:
                body += part.get("body", b"")[:BODY_MAX]
            return part

        async def sent(part: dict[str, Any]) -> None:
            nonlocal status
            status = part.get("status", status)
            await send(part)

        await self.app(scope, received, sent)
        query = scope.get("query_string", b"").decode("latin-1")
        self.state.box.recording.rows.append((time.time(), scope["method"], path, query, body, status))
