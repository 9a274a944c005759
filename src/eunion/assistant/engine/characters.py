"""TF-IDF over runs of one to three characters: finds what differs from the question in a character or a word form."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from eunion.assistant.engine.bm25 import Floats, Ints, counted

LONGEST = 3
_BLANK = re.compile(r"[^\w]+")


def runs(plain: str, shortest: int = 1, longest: int = LONGEST) -> list[str]:
    """Return all runs of `shortest` to `longest` characters of a normalised text, punctuation left out."""
    text = _BLANK.sub("", plain)
    return [
        text[at : at + size] for size in range(shortest, longest + 1) for at in range(len(text) - size + 1)
    ]


class Characters:
    """Cosine of TF-IDF vectors between a question and all passages; the same layout as `Bm25`."""

    def __init__(self, documents: Sequence[Ints], terms: int) -> None:
        self.size = len(documents)
        lengths = np.array([len(document) for document in documents], dtype=np.int64)
        places, numbers, counts = counted(documents, lengths)
        seen = np.bincount(numbers, minlength=terms)
        self.starts = np.concatenate(([0], np.cumsum(seen)))
        self.idf: Floats = (np.log((1 + self.size) / (1 + seen)) + 1).astype(np.float32)
        weights = (1 + np.log(counts)) * self.idf[numbers]
        norms = np.sqrt(np.bincount(places, weights=weights**2, minlength=self.size))
        self.places: Ints = places.astype(np.int32)
        self.impacts: Floats = (weights / np.where(norms > 0, norms, 1.0)[places]).astype(np.float32)

    def scores(self, question: Ints, unknown: int = 0) -> Floats:
        """Return the cosine with each passage; `question` holds term numbers as often as they occur.

        `unknown` says how many of its runs no passage has: they lengthen the question's vector, as a rare run would.
        """
        found: Floats = np.zeros(self.size, dtype=np.float32)
        numbers, counts = np.unique(question[question < len(self.idf)], return_counts=True)
        weights = (1 + np.log(counts)) * self.idf[numbers]
        rarest = np.log(1.0 + self.size) + 1
        length = float(np.sqrt((weights**2).sum() + unknown * rarest**2)) or 1.0
        for number, weight in zip(numbers, weights / length, strict=True):
            some = slice(self.starts[number], self.starts[number + 1])
            found[self.places[some]] += np.float32(weight) * self.impacts[some]
        return found
