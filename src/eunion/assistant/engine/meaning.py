"""The view of meaning: vectors centred, turned by a learned projection, and compared; crowded places count less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine.embedder import normalised_rows

# An index with fewer passages than this leans on the means of the training data.
SHRINK = 200
# With how many passages of the index each is compared to see whether its place is crowded.
SAMPLE = 2048
EXACT = 4096
NEIGHBOURS = 5

Halves = NDArray[np.float16]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Projection:
    """What training learned about one embedder, for passages without and with a body.

    `turns` (2, dimension, kept) and `means` (2, dimension).
    """

    embedder: str
    turns: Floats
    means: Floats

    def questions(self, rows: Floats) -> Floats:
        """Return questions' vectors as they are compared with each other: strangers are near 0, not near 0.8."""
        return normalised_rows(normalised_rows(rows - self.means[0]) @ self.turns[0])


class Meaning:
    """All vectors of an index, ready to be compared with a question's.

    `vectors` are float16 (passages, dimension), `long` says which passages have a body: they were embedded with another
    prefix, so they have a mean of their own. Without a fitting projection vectors are only centred.
    """

    def __init__(self, vectors: Halves, long: NDArray[np.bool_], projection: Projection | None) -> None:
        self._vectors, self._long = vectors, long.astype(np.int64)
        self._turns = None if projection is None else projection.turns
        self.means = np.stack([_mean(vectors, long == kind, projection, kind) for kind in (False, True)])
        self._rows = self._all_turned()
        self.crowding = self._crowding()

    def scores(self, question: Floats) -> Floats:
        """Return the projected similarity with each passage of a question's vector (dimension,)."""
        both = self._asked(question)
        if not self._long.any():
            return _times(self._rows, both[0])
        return (self._rows @ both.T)[np.arange(len(self._rows)), self._long]

    def plain(self, question: Floats, places: NDArray[np.int64]) -> Floats:
        """Return the cosine of centred vectors, without the projection, for some passages."""
        both = normalised_rows(question[None] - self.means)
        result: Floats = (self._centred(places) * both[self._long[places]]).sum(axis=1)
        return result

    def feedback(self, question: Floats, places: NDArray[np.int64], scores: Floats) -> Floats:
        """Return the similarity with the question moved towards its five best passages among `places`."""
        both = self._asked(question)
        best = places[np.argsort(-scores, kind="stable")[:NEIGHBOURS]]
        moved = normalised_rows(both + 0.6 * self._rows[best].mean(axis=0))
        result: Floats = (self._rows[places] * moved[self._long[places]]).sum(axis=1)
        return result

    def _centred(self, places: NDArray[np.int64]) -> Floats:
        return normalised_rows(self._vectors[places].astype(np.float32) - self.means[self._long[places]])

    def _asked(self, question: Floats) -> Floats:
        """Return the question as it is compared with passages without and with a body: (2, kept)."""
        both = normalised_rows(question[None] - self.means)
        if self._turns is None:
            return both
        return normalised_rows(np.stack([row @ turn for row, turn in zip(both, self._turns, strict=True)]))

    def _all_turned(self) -> Floats:
        rows = self._centred(np.arange(len(self._vectors)))
        if self._turns is None:
            return rows
        turned = np.empty((len(rows), self._turns.shape[2]), dtype=np.float32)
        for kind, turn in enumerate(self._turns):
            turned[self._long == kind] = rows[self._long == kind] @ turn
        return normalised_rows(turned)

    def _crowding(self) -> Floats:
        """Return (passages, 3): similarity with the nearest, the fifth nearest and the mean of the five nearest."""
        size = len(self._rows)
        step = 1 if size <= EXACT else size // SAMPLE
        chosen = np.arange(0, size, step)
        result = np.zeros((size, 3), dtype=np.float32)
        for start in range(0, size, 1024):
            block = self._rows[start : start + 1024] @ self._rows[chosen].T
            inside = np.flatnonzero((chosen >= start) & (chosen < start + 1024))
            block[chosen[inside] - start, inside] = -1.0
            count = min(NEIGHBOURS, block.shape[1])
            near = -np.sort(np.partition(-block, count - 1, axis=1)[:, :count], axis=1)
            result[start : start + 1024] = np.stack([near[:, 0], near[:, -1], near.mean(axis=1)], axis=1)
        return result


def _mean(vectors: Halves, chosen: NDArray[np.bool_], projection: Projection | None, kind: bool) -> Floats:
    """Return the mean vector of one kind of passage, leaning on the training's where there are few."""
    own = vectors[chosen].astype(np.float32)
    if projection is None:
        return (own if len(own) else vectors.astype(np.float32)).mean(axis=0)
    total: Floats = own.sum(axis=0) + SHRINK * projection.means[int(kind)]
    return (total / (len(own) + SHRINK)).astype(np.float32)


def _times(rows: Floats, one: Floats) -> Floats:
    result: Floats = rows @ one
    return result
