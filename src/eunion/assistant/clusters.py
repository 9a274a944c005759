"""Questions of one meaning brought together: by an embedder, or by the pairs of characters that they share."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eunion.content import words

Rows = NDArray[np.float32]
# Returns normalised rows, or None where no meaning is to be had.
Embed = Callable[[list[str]], Rows | None]
# From which cosine on two questions ask the same. The small E5 puts even strangers near 0.8.
SAME_MEANING = 0.92
SAME_PAIRS = 0.42
# What every question has says nothing about what it asks.
_EMPTY = re.compile(
    r"怎么样|怎么|怎样|如何|什么|可不可以|可以|能不能|是不是|有没有|要不要|请问|我想|哪里|哪儿|[吗呢啊呀吧嘛的了]"
)
PAIR_COLUMNS = 1024
ROUNDS = 3


def by_pairs(texts: Sequence[str]) -> Rows:
    """Return each text as its pairs of characters, hashed into columns; rare and frequent pairs count alike."""
    rows = np.zeros((len(texts), PAIR_COLUMNS), dtype=np.float32)
    for place, text in enumerate(texts):
        said = words.normalised(text)
        plain = "".join(words.cut_query(_EMPTY.sub("", said) or said))
        for start in range(max(len(plain) - 1, 1)):
            pair = plain[start : start + 2]
            rows[place, zlib.crc32(pair.encode()) % PAIR_COLUMNS] = 1.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=rows, where=norms > 0)


def vectors(texts: Sequence[str], embed: Embed | None = None) -> tuple[Rows, float]:
    """Return one normalised row a text, and the cosine from which on two of them ask the same."""
    rows = embed(list(texts)) if embed and texts else None
    return (by_pairs(texts), SAME_PAIRS) if rows is None else (rows, SAME_MEANING)


def similar(one: str, other: str, embed: Embed | None = None) -> bool:
    """Say whether two questions ask the same."""
    rows, same = vectors([one, other], embed)
    return bool(rows[0] @ rows[1] >= same)


def cluster(rows: Rows, same: float) -> list[list[int]]:
    """Return the places of rows that belong together, largest cluster first.

    Each row joins the nearest centre that is near enough, or begins a new one; centres then move and rows choose
    again. The same rows in the same order give the same clusters.
    """
    if not len(rows):
        return []
    centres: list[Rows] = []
    chosen = np.zeros(len(rows), dtype=np.int64)
    for place, row in enumerate(rows):
        scores = np.array([centre @ row for centre in centres])
        if len(scores) and scores.max() >= same:
            chosen[place] = int(scores.argmax())
        else:
            chosen[place] = len(centres)
            centres.append(row)
    for _ in range(ROUNDS):
        chosen, centres = _settle(rows, chosen, same)
    groups: dict[int, list[int]] = {}
    for place, centre in enumerate(chosen):
        groups.setdefault(int(centre), []).append(place)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def _settle(rows: Rows, chosen: NDArray[np.int64], same: float) -> tuple[NDArray[np.int64], list[Rows]]:
    """Return every row's nearest centre after the centres have moved and near ones have become one."""
    centres: list[Rows] = []
    for label in np.unique(chosen):
        mean = rows[chosen == label].mean(axis=0)
        norm = float(np.linalg.norm(mean))
        mean = mean / norm if norm else mean
        if not any(float(mean @ centre) >= same for centre in centres):
            centres.append(mean.astype(np.float32))
    return np.argmax(rows @ np.stack(centres).T, axis=1).astype(np.int64), centres


def most_typical(rows: Rows, places: Sequence[int]) -> int:
    """Return the place of the row in the middle of its cluster."""
    members = rows[list(places)]
    scores = members @ members.mean(axis=0)
    return places[int(scores.argmax())]
