"""A loopback address that keeps what is posted to it, so that a test can hand it to the platform itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Posted:
    """One request."""

    path: str
    query: dict[str, str]
    body: bytes


class Postbox:
    """The listening address and what has come in."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        posted = self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                posted.append(Posted(parts.path, dict(parse_qsl(parts.query)), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count: int = 1, seconds: float = 5) -> list[Posted]:
        """Return what came in once there are so many."""
        until = time.monotonic() + seconds
        while len(self.posted) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.posted) >= count, f"{len(self.posted)} of {count} came in"
        return self.posted


def listening() -> Iterator[Postbox]:
    """Listen until the test is done."""
    postbox = Postbox()
    yield postbox
    postbox.server.shutdown()
    postbox.server.server_close()
