"""Passages, ready to be asked: three views find candidates, a learned ranker orders them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine import features, ranker
from eunion.assistant.engine.bm25 import Bm25, Ints, Vocabulary
from eunion.assistant.engine.characters import Characters, runs
from eunion.assistant.engine.embedder import Embedder, Vectors
from eunion.content import words

CANDIDATES = 30

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Passage:
    """A text that can be found. `owner` groups the passages of one knowledge entry; "" means the passage itself."""

    id: str
    title: str
    text: str = ""
    owner: str = ""

    @property
    def belongs_to(self) -> str:
        """Return the owner's name."""
        return self.owner or self.id

    @property
    def full(self) -> str:
        """Return title and text in one."""
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True)
class Hit:
    """An owner with its best passage. `confidence` is the probability (0..1) that this owner is right.

    `parts` explains: the views' own scores under "view:…", and what each feature adds under its name; the latter add
    up to `score`.
    """

    owner: str
    passage_id: str
    score: float
    confidence: float
    parts: dict[str, float]


@dataclass(frozen=True, eq=False)
class _Read:
    """A passage as it was taken in: its terms by number and its vector."""

    passage: Passage
    words: Ints
    runs: Ints
    vector: NDArray[np.float16] | None


class Index:
    """Immutable, so any number of threads may search it; `changed` makes the next one from what stays the same.

    `vectors` are float16 rows aligned with `passages`, as `index.vectors` returns them; without them the embedder is
    asked for all. Without an embedder words and characters alone decide, by weights of their own.
    Raises EmbedderError when vectors are needed and the embedder does not answer.
    """

    def __init__(
        self,
        passages: Iterable[Passage],
        embedder: Embedder | None = None,
        vectors: NDArray[np.floating] | None = None,
    ) -> None:
        some = list(passages)
        self._words, self._runs = Vocabulary(), Vocabulary()
        if vectors is None and embedder is not None:
            vectors = embedded(some, embedder)
        self._settle(self._read(some, vectors), embedder)

    def changed(
        self,
        added: Iterable[Passage] = (),
        removed: Iterable[str] = (),
        vectors: NDArray[np.floating] | None = None,
    ) -> Index:
        """Return an index with passages added (replacing those of the same id) and others removed by id.

        Only the added are cut and, unless `vectors` (aligned with them) are given, embedded.
        """
        some = list(added)
        gone = {*removed, *(passage.id for passage in some)}
        if vectors is None and self._embedder is not None:
            vectors = embedded(some, self._embedder)
        other = object.__new__(Index)
        other._words, other._runs = self._words, self._runs
        kept = [one for one in self._all if one.passage.id not in gone]
        other._settle([*kept, *other._read(some, vectors)], self._embedder)
        return other

    @property
    def passages(self) -> list[Passage]:
        """Return the passages in the order of `vectors`."""
        return [one.passage for one in self._all]

    @property
    def vectors(self) -> Halves | None:
        """Return what to store, to give as `vectors` the next time; None without an embedder."""
        return None if self._matrix is None else self._matrix.astype(np.float16)

    def __len__(self) -> int:
        return len(self._all)

    def search(self, question: str, limit: int = 3, allowed: set[str] | None = None) -> list[Hit]:
        """Return the best owners, best first, one hit each; `allowed` restricts them by owner name.

        Raises EmbedderError when the embedder does not answer.
        """
        views = self._views(question)
        if allowed is not None:
            views[:, ~self._may(allowed)] = -np.inf
        places = _best(views)
        if not len(places):
            return []
        return self._hits(places, views[:, places].T, limit)

    def _read(self, passages: Sequence[Passage], vectors: NDArray[np.floating] | None) -> list[_Read]:
        rows = [None] * len(passages) if vectors is None else list(np.asarray(vectors, dtype=np.float16))
        if len(rows) != len(passages):
            raise ValueError(f"{len(rows)} vectors for {len(passages)} passages")
        return [
            _Read(
                passage,
                self._words.learn(words.cut(passage.full)),
                self._runs.learn(runs(words.normalised(passage.full))),
                row,
            )
            for passage, row in zip(passages, rows, strict=True)
        ]

    def _settle(self, some: list[_Read], embedder: Embedder | None) -> None:
        """Make the flat arrays that a search reads."""
        self._all, self._embedder = some, embedder
        self._owners = [one.passage.belongs_to for one in some]
        self._by_words = Bm25([one.words for one in some], len(self._words))
        self._by_runs = Characters([one.runs for one in some], len(self._runs))
        rows = [one.vector for one in some if one.vector is not None]
        whole = embedder is not None and some and len(rows) == len(some)
        self._matrix: Vectors | None = np.stack(rows).astype(np.float32) if whole else None

    def _views(self, question: str) -> NDArray[np.float32]:
        """Return (views, passages)."""
        plain = words.normalised(question)
        pieces = runs(plain)
        known = np.array([number for piece in pieces if (number := self._runs.number(piece)) >= 0], np.int32)
        views = [
            self._by_words.scores(self._words.known(words.cut(question))),
            self._by_runs.scores(known, unknown=len(pieces) - len(known)),
        ]
        if self._matrix is not None and self._embedder is not None:
            views.append(self._matrix @ self._embedder.queries([question])[0])
        return np.stack(views)

    def _may(self, allowed: set[str]) -> NDArray[np.bool_]:
        return np.fromiter((owner in allowed for owner in self._owners), np.bool_, len(self._owners))

    def _hits(self, places: NDArray[np.int64], views: NDArray[np.float32], limit: int) -> list[Hit]:
        adds = ranker.contributions(features.rows(views), views.shape[1])
        scores = adds.sum(axis=1)
        order = np.argsort(-scores, kind="stable")
        first: dict[str, int] = {}
        for at in order:
            first.setdefault(self._owners[places[at]], int(at))
        best = [float(scores[at]) for at in first.values()]
        hits = []
        for rank, (owner, at) in enumerate(list(first.items())[:limit]):
            other = best[0] if rank else (best[1] if len(best) > 1 else best[0] - 2.0)
            parts = {
                f"view:{name}": float(value) for name, value in zip(features.NAMES, views[at], strict=False)
            }
            parts.update({name: float(value) for name, value in zip(features.NAMES, adds[at], strict=False)})
            passage = self._all[places[at]].passage
            confidence = ranker.confidence(best[rank], other)
            hits.append(Hit(owner, passage.id, best[rank], confidence, parts))
        return hits


def embedded(passages: Sequence[Passage], embedder: Embedder) -> Halves:
    """Return float16 vectors of passages: one with a text as a passage, a title alone as the question that it is."""
    result: Halves = np.zeros((len(passages), embedder.dimension), dtype=np.float16)
    long = [place for place, passage in enumerate(passages) if passage.text]
    short = [place for place, passage in enumerate(passages) if not passage.text]
    if long:
        result[long] = embedder.passages([passages[place].full for place in long])
    if short:
        result[short] = embedder.queries([passages[place].full for place in short])
    return result


def _best(views: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the places of the passages that stand among the best of any view."""
    found: set[int] = set()
    for view in views:
        count = min(CANDIDATES, len(view))
        top = np.argpartition(-view, count - 1)[:count] if count else np.zeros(0, np.int64)
        found.update(int(place) for place in top if np.isfinite(view[place]))
    return np.array(sorted(found), dtype=np.int64)
