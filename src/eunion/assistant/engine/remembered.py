"""An embedder that keeps on disk what it has embedded: training and benchmarks ask for the same texts again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine.embedder import Embedder, Vectors

# How many new vectors may be lost when the process is killed.
KEEP_EVERY = 500


class Remembered:
    """Another embedder with a memory in `folder`; holds float16 vectors by the hash of the text, no text."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder = embedder
        self._path = folder / f"{embedder.name.replace('/', '-').replace(':', '-')}.npz"
        self._kept: dict[bytes, NDArray[np.float16]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            with np.load(self._path) as file:
                self._kept = dict(zip((key.tobytes() for key in file["keys"]), file["vectors"], strict=True))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of questions, from memory where they are."""
        return self._all("q", texts, self._embedder.queries)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of long texts, from memory where they are."""
        return self._all("p", texts, self._embedder.passages)

    def _all(self, kind: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        keys = [key(kind, text) for text in texts]
        missing = [at for at, one in enumerate(keys) if one not in self._kept]
        for start in range(0, len(missing), KEEP_EVERY):
            some = missing[start : start + KEEP_EVERY]
            for at, vector in zip(some, embed([texts[at] for at in some]), strict=True):
                self._kept[keys[at]] = vector.astype(np.float16)
            self._keep()
        rows = [self._kept[one] for one in keys]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, self.dimension), np.float32)

    def _keep(self) -> None:
        keys = np.frombuffer(b"".join(self._kept), dtype=np.uint8).reshape(-1, 16)
        part = self._path.with_suffix(".part.npz")
        np.savez(part, keys=keys, vectors=np.stack(list(self._kept.values())))
        part.replace(self._path)


def key(kind: str, text: str) -> bytes:
    """Return 16 bytes that stand for a text embedded as a query ("q") or a passage ("p")."""
    return hashlib.sha256(f"{kind}\0{text}".encode()).digest()[:16]
