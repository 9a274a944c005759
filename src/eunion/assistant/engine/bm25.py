"""Okapi BM25 on flat numpy arrays: one slice of postings a term, quick at 200,000 passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.6

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


class Vocabulary:
    """Numbers for terms, in the order in which they came; grows, never forgets, so that indexes may share it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def learn(self, terms: Iterable[str]) -> Ints:
        """Return the terms' numbers, giving new ones to terms not seen before."""
        numbers = self._numbers
        return np.array([numbers.setdefault(term, len(numbers)) for term in terms], dtype=np.int32)

    def known(self, terms: Iterable[str]) -> Ints:
        """Return the numbers of the terms that are known, each once."""
        found = (self._numbers.get(term, -1) for term in dict.fromkeys(terms))
        return np.array([number for number in found if number >= 0], dtype=np.int32)

    def number(self, term: str) -> int:
        """Return the term's number, -1 when it is unknown."""
        return self._numbers.get(term, -1)


class Bm25:
    """Scores of all passages for the terms of a question.

    `documents` holds, by passage, the numbers of its terms (repeated as often as they occur), `terms` how many numbers
    there are. Raises nothing; an empty list of documents scores an empty array.
    """

    def __init__(self, documents: Sequence[Ints], terms: int, k1: float = K1, b: float = B) -> None:
        self.size = len(documents)
        lengths = np.array([len(document) for document in documents], dtype=np.int64)
        places, numbers, counts = counted(documents, lengths)
        seen = np.bincount(numbers, minlength=terms)
        self.starts = np.concatenate(([0], np.cumsum(seen)))
        self.idf: Floats = np.log1p((self.size - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        mean = max(float(lengths.mean()) if self.size else 1.0, 1.0)
        norm = k1 * (1 - b + b * lengths[places] / mean)
        self.places: Ints = places.astype(np.int32)
        self.impacts: Floats = (self.idf[numbers] * counts * (k1 + 1) / (counts + norm)).astype(np.float32)

    def scores(self, question: Ints) -> Floats:
        """Return a score for each passage; `question` holds distinct term numbers, those learned later are ignored."""
        found: Floats = np.zeros(self.size, dtype=np.float32)
        for number in question[question < len(self.idf)]:
            some = slice(self.starts[number], self.starts[number + 1])
            # A passage stands once in a term's postings, so adding by index loses nothing.
            found[self.places[some]] += self.impacts[some]
        return found


def counted(
    documents: Sequence[Ints], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return passage, term and count of every (term, passage) that occurs, by term, then passage."""
    size = max(len(documents), 1)
    flat = np.concatenate(documents) if documents else np.zeros(0, dtype=np.int32)
    keys = flat.astype(np.int64) * size + np.repeat(np.arange(len(documents)), lengths)
    keys, counts = np.unique(keys, return_counts=True)
    return keys % size, keys // size, counts
