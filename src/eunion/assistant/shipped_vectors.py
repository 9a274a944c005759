"""The meaning of the shipped knowledge, computed beforehand: an installation need not spend its first minutes on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eunion.assistant import retrieval
from eunion.assistant.engine import Index, Passage
from eunion.assistant.engine.embedder import Embedder
from eunion.assistant.engine.index import embedded
from eunion.assistant.models import Vector
from eunion.assistant.services import imports
from eunion.assistant.sources import entry_passages

FILE = imports.SHIPPED / "vectors.npz"
BLOCK = 1000


def index(model: Embedder) -> Index:
    """Return the shipped entries as an index of their own, for learning."""
    _, rows = read()
    found = [
        Passage(f"{row['key']}#{number}", title, text, row["key"])
        for row in imports.shipped_rows()
        for number, (title, text) in enumerate(
            entry_passages(row["question"], row["alternatives"], row["answer"])
        )
    ]
    return Index(found, model, np.stack([rows[retrieval.digest(passage)] for passage in found]))


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
    """Keep the vectors of all passages, computing those that are new; return how many those were."""
    found = passages()
    kept_for, known = read(path) if path.exists() else ("", {})
    known = known if kept_for == model.name else {}
    new = [name for name in found if name not in known]
    known |= dict(zip(new, embedded([found[name] for name in new], model), strict=True))
    names = sorted(found)
    rows = np.stack([known[name] for name in names])
    save(model.name, names, rows, path)
    return len(new)


def save(embedder: str, names: list[str], rows: NDArray[np.floating], path: Path = FILE) -> None:
    """Write vectors as bytes with a scale each: half the size of float16, cosines alike to three places."""
    digests = np.frombuffer(bytes.fromhex("".join(names)), dtype=np.uint8).reshape(-1, 32)
    scales = np.abs(rows).max(axis=1, keepdims=True).astype(np.float32) / 127
    small = np.rint(rows / scales).astype(np.int8)
    np.savez_compressed(
        path, embedder=np.array(embedder), digests=digests, rows=small, scales=scales.astype(np.float16)
    )


def read(path: Path = FILE) -> tuple[str, dict[str, NDArray[np.float16]]]:
    """Return the embedder's name and the vectors by digest."""
    with np.load(path, allow_pickle=False) as kept:
        digests = kept["digests"]
        rows = (kept["rows"].astype(np.float32) * kept["scales"].astype(np.float32)).astype(np.float16)
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
