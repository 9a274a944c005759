"""Passages, ready to be asked: three views find candidates, a learned ranker orders them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine import features, grouping, ranker
from eunion.assistant.engine.bm25 import Bm25, Floats, Ints, Vocabulary
from eunion.assistant.engine.characters import Characters, runs
from eunion.assistant.engine.embedder import Embedder
from eunion.assistant.engine.meaning import Halves, Meaning, Projection
from eunion.assistant.engine.reading import Reading, read
from eunion.content import words

# How many passages each view puts forward.
CANDIDATES = 30
# Where owners have many passages, one of them takes several places: of 30, 36, 40 and 44 this ranked best.
CANDIDATES_GROUPED = 40
# How much the words of law that stand for a lay word count beside the asker's own words.
SAID = 0.5
# Entries with several phrasings are answered without the embedder from this confidence on: of 888 questions 109 reached
# it, all with the owner that meaning chose too; of 300 that were a phrasing and a polite word, 276 did.
PLAIN = 0.9
# Reading so many takes about two seconds and 100 MB at most.
READ_AHEAD = 15_000


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
    """An owner with its best passage. `confidence` is the probability (0..1) that this owner is right; from `limit` on
    95 of 100 such are.

    `parts` explains: the views' own scores under "view:…", and what each feature adds under its name; the latter add
    up to `score`.
    """

    owner: str
    passage_id: str
    score: float
    confidence: float
    parts: dict[str, float]
    limit: float = 1.0


@dataclass(frozen=True, eq=False)
class _Read:
    """A passage as it was taken in: its terms by number and its vector."""

    passage: Passage
    words: Ints
    runs: Ints
    vector: NDArray[np.float16] | None

    @cached_property
    def target(self) -> features.Target:
        """Return the passage as the ranker reads it; only what was ever a candidate is read."""
        return features.Target.of(self.passage.title, self.passage.text)


@dataclass(frozen=True, eq=False)
class Found:
    """The candidates for a question: their places, scores by view and rows of features (aligned)."""

    places: NDArray[np.int64]
    views: dict[str, Floats]
    rows: Floats


class Compared:
    """A question and what was found when it was compared with passages, each of them once."""

    def __init__(self, asked: Reading) -> None:
        self._asked = asked
        self._known: dict[features.Target, list[float]] = {}

    def pairs(self, targets: Sequence[features.Target]) -> Floats:
        """Return (targets, features PAIR)."""
        for target in targets:
            if target not in self._known:
                self._known[target] = features.compare(self._asked, target)
        return np.array([self._known[target] for target in targets], dtype=np.float32)


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
        return self._matrix

    def __len__(self) -> int:
        return len(self._all)

    def search(self, question: str, limit: int = 3, allowed: set[str] | None = None) -> list[Hit]:
        """Return the best owners, best first, one hit each; `allowed` restricts them by owner name.

        Raises EmbedderError when the embedder does not answer.
        """
        may = None if allowed is None else self._may(allowed)
        asked = read(question)
        views, compared = self._worded_views(asked), Compared(asked)
        if self._grouped and self._meaning is not None:
            plain = self._hits(self._found(compared, views, None, may), limit, with_meaning=False)
            if plain and plain[0].confidence >= PLAIN:
                return plain
        found = self._found(compared, views, self._vector(question), may)
        return self._hits(found, limit, with_meaning=self._meaning is not None)

    def found(self, question: str, may: NDArray[np.bool_] | None = None) -> Found:
        """Return all candidates among the passages that `may` be found, unranked: what training learns from."""
        asked = read(question)
        return self._found(Compared(asked), self._worded_views(asked), self._vector(question), may)

    def read_ahead(self) -> None:
        """Read the shortest passages as the ranker does, so that the first askers need not wait for it."""
        for one in sorted(self._all, key=lambda one: len(one.passage.full))[:READ_AHEAD]:
            one.target.prepare()

    def _vector(self, question: str) -> Floats | None:
        return self._embedder.queries([question])[0] if self._meaning and self._embedder else None

    def _found(
        self, asked: Compared, views: dict[str, Floats], vector: Floats | None, may: NDArray[np.bool_] | None
    ) -> Found:
        if self._meaning is not None and vector is not None:
            views = {**views, "meaning": self._meaning.scores(vector)}
        places = _best(list(views.values()), may, CANDIDATES_GROUPED if self._grouped else CANDIDATES)
        if not len(places):
            return Found(places, {}, np.zeros((0, 0), dtype=np.float32))
        some = {name: view[places] for name, view in views.items()}
        meant = None if vector is None else self._meant(vector, places, some)
        targets = [self._all[place].target for place in places]
        worded = [some[view] for view in features.WORDED]
        return Found(places, some, features.rows(asked.pairs(targets), targets, worded, meant))

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
        self._grouped = len(set(self._owners)) < len(self._owners)
        self._by_words = Bm25([one.words for one in some], len(self._words))
        self._by_runs = Characters([one.runs for one in some], len(self._runs))
        rows = [one.vector for one in some if one.vector is not None]
        whole = embedder is not None and some and len(rows) == len(some)
        self._matrix: Halves | None = np.stack(rows) if whole else None
        self._meaning = self._settled_meaning()

    def turned(self, projection: Projection | None) -> Index:
        """Return this index with another projection of its vectors; training compares several."""
        other = copy.copy(self)
        if self._matrix is not None:
            other._meaning = Meaning(self._matrix, self._long(), projection)
        return other

    def _settled_meaning(self) -> Meaning | None:
        if self._matrix is None or self._embedder is None:
            return None
        learned = ranker.projection()
        fits = learned is not None and learned.embedder == self._embedder.name
        return Meaning(self._matrix, self._long(), learned if fits else None)

    def _long(self) -> NDArray[np.bool_]:
        return np.array([bool(one.passage.text) for one in self._all])

    def _worded_views(self, asked: Reading) -> dict[str, Floats]:
        """Return all passages' scores by what is written; meaning is a view of its own."""
        pieces = runs(asked.plain)
        known = np.array([number for piece in pieces if (number := self._runs.number(piece)) >= 0], np.int32)
        said = [word for theirs in asked.meant for one in theirs for word in words.cut(one)]
        own = self._by_words.scores(self._words.known(words.cut(asked.plain)))
        return {
            "words": own,
            "said": own + SAID * self._by_words.scores(self._words.known(said)) if said else own,
            "characters": self._by_runs.scores(known, unknown=len(pieces) - len(known)),
        }

    def _meant(self, vector: Floats, places: NDArray[np.int64], views: dict[str, Floats]) -> features.Meant:
        assert self._meaning is not None
        views["plain"] = self._meaning.plain(vector, places)
        feedback = self._meaning.feedback(vector, places, views["meaning"])
        return features.Meant(views["plain"], views["meaning"], self._meaning.crowding[places], feedback)

    def _may(self, allowed: set[str]) -> NDArray[np.bool_]:
        return np.fromiter((owner in allowed for owner in self._owners), np.bool_, len(self._owners))

    def _hits(self, found: Found, limit: int, *, with_meaning: bool) -> list[Hit]:
        if not len(found.places):
            return []
        scorer = ranker.model().scorer(with_meaning=with_meaning)
        adds = scorer.contributions(found.rows)
        scores = adds.sum(axis=1)
        owners = grouping.owners(self.owners_of(found), scores)
        sure = self._sure(scorer, owners, scores, found, limit)
        limits = scorer.thresholds[scorer.kinds(found.rows[[owner.rows[0] for owner in owners]])]
        return [
            self._hit(found, scorer, owner, adds[owner.rows[0]], float(confidence), float(least))
            for owner, confidence, least in zip(owners[:limit], sure, limits, strict=False)
        ]

    def _sure(
        self, scorer: ranker.Scorer, owners: list[grouping.Owner], scores: Floats, found: Found, limit: int
    ) -> Floats:
        """Return how sure we are of the first `limit` owners or all; entries with several phrasings have a confidence of their own."""
        if self._grouped and scorer is ranker.model().meant:
            return grouping.confidence().of(grouping.seen(owners, scores, found.rows, scorer.names, limit))
        totals = np.array([owner.total for owner in owners], dtype=np.float32)
        return scorer.confidence(ranker.share(totals), found.rows[[owner.rows[0] for owner in owners]])

    def owners_of(self, found: Found) -> list[str]:
        """Return each candidate's owner."""
        return [self._owners[place] for place in found.places]

    def _hit(
        self,
        found: Found,
        scorer: ranker.Scorer,
        owner: grouping.Owner,
        adds: Floats,
        confidence: float,
        limit: float,
    ) -> Hit:
        at = owner.rows[0]
        parts = {f"view:{name}": float(view[at]) for name, view in found.views.items()}
        parts.update({name: float(add) for name, add in zip(scorer.names, adds, strict=True)})
        # What the owner's other passages add to its best.
        parts["company"] = owner.total - float(adds.sum())
        return Hit(owner.name, self._all[found.places[at]].passage.id, owner.total, confidence, parts, limit)


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


def _best(views: list[Floats], may: NDArray[np.bool_] | None, count: int) -> NDArray[np.int64]:
    """Return the places of the passages that stand among the best of any view."""
    places = np.arange(len(views[0])) if may is None else np.flatnonzero(may)
    if len(places) <= count:
        return places
    top = [np.argpartition(-view[places], count - 1)[:count] for view in views]
    return places[np.unique(np.concatenate(top))]
