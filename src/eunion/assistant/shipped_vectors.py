"""The meaning of the shipped knowledge, computed beforehand: an installation need not spend its first minutes on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eunion.assistant import retrieval
from eunion.assistant.engine import Passage
from eunion.assistant.engine.embedder import Embedder
from eunion.assistant.engine.index import embedded
from eunion.assistant.models import Vector
from eunion.assistant.services import imports
from eunion.assistant.sources import entry_passages

FILE = imports.SHIPPED / "vectors.npz"
BLOCK = 1000


def passages() -> dict[str, Passage]:
    """Return the passages of the shipped entries by what names their vectors."""
    texts = [
        pair
        for row in imports.shipped_rows()
        for pair in entry_passages(row["question"], row["alternatives"], row["answer"])
    ]
    made = [Passage(str(number), title, text) for number, (title, text) in enumerate(texts)]
    return {retrieval.digest(passage): passage for passage in made}


def write(model: Embedder, path: Path = FILE) -> int:
    """Compute and keep all of them; return how many."""
    found = passages()
    names = sorted(found)
    rows: NDArray[np.float16] = embedded([found[name] for name in names], model)
    digests = np.frombuffer(bytes.fromhex("".join(names)), dtype=np.uint8).reshape(-1, 32)
    np.savez_compressed(path, embedder=np.array(model.name), digests=digests, rows=rows)
    return len(names)


def read(path: Path = FILE) -> tuple[str, dict[str, NDArray[np.float16]]]:
    """Return the embedder's name and the vectors by digest."""
    with np.load(path, allow_pickle=False) as kept:
        digests, rows = kept["digests"], kept["rows"]
        named = {bytes(one).hex(): row for one, row in zip(digests, rows, strict=True)}
        return str(kept["embedder"]), named


def store() -> int:
    """Put them where the library looks for vectors; again is harmless. Returns how many there are."""
    embedder, rows = read()
    Vector.objects.bulk_create(
        [
            Vector(embedder=embedder, digest=digest, numbers=row.astype("<f2").tobytes())
            for digest, row in rows.items()
        ],
        ignore_conflicts=True,
        batch_size=BLOCK,
    )
    return len(rows)
