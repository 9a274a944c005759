"""Questions that ask the same brought together: by what they mean, or by the pairs of characters that they share."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine import reading
from eunion.content import words

Rows = NDArray[np.float32]
# Returns normalised rows, or None where no meaning is to be had.
Embed = Callable[[list[str]], Rows | None]
# From which likeness on two questions ask the same. Of thirty real ones (tests/test_clusters.py) those that ask the
# same in nearly the same words are at 0.70 and above; at 0.69 are 篮球场怎么预约 and 羽毛球馆怎么预约.
SAME_MEANING = 0.695
SAME_PAIRS = 0.6
# How much of it is the kind of question: 要多久 and 要什么材料 are two questions about one matter.
KIND = 0.1
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


def vectors(texts: Sequence[str], embed: Embed | None = None) -> tuple[Rows, bool]:
    """Return one normalised row a text for what it is about, and whether they tell meanings rather than characters."""
    rows = embed(list(texts)) if embed and texts else None
    return (by_pairs(texts), False) if rows is None else (rows, True)


def questions(texts: Sequence[str], embed: Embed | None = None) -> tuple[Rows, float]:
    """Return one normalised row a question, and the cosine from which on two of them ask the same."""
    rows, by_meaning = vectors(texts, embed)
    both = np.hstack([rows * np.sqrt(1 - KIND), _kinds(texts) * np.sqrt(KIND)]).astype(np.float32)
    return both, SAME_MEANING if by_meaning else SAME_PAIRS


def _kinds(texts: Sequence[str]) -> Rows:
    """Return which kinds of question each text is (how, when, how much, …), as normalised rows."""
    names = [*sorted(reading.lexicon()["asks"]), "none"]
    rows = np.zeros((len(texts), len(names)), dtype=np.float32)
    for place, text in enumerate(texts):
        for kind in reading.read(text).asks or {"none"}:
            rows[place, names.index(kind)] = 1.0
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1.0)


def similar(one: str, other: str, embed: Embed | None = None) -> bool:
    """Say whether two questions ask the same; with another number (工作满10年, 20年) it is another question."""
    if reading.read(one).numbers != reading.read(other).numbers:
        return False
    rows, same = questions([one, other], embed)
    return bool(rows[0] @ rows[1] >= same)


def cluster(rows: Rows, same: float) -> list[list[int]]:
    """Return the places of rows that belong together, largest cluster first.

    A row belongs to a cluster when it is on average as near as `same` to all of it: a likeness to one member brings
    nothing in. Each row chooses in turn, more than once, as clusters change; like clusters become one. The same rows in
    the same order give the same clusters.
    """
    groups: list[list[int]] = [[place] for place in range(len(rows))]
    for _ in range(ROUNDS):
        groups = _joined(rows, _chosen(rows, groups, same), same)
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group[0]))


def _chosen(rows: Rows, groups: list[list[int]], same: float) -> list[list[int]]:
    """Have every row choose the cluster that it is nearest to, itself left out; one that is near to none stays alone."""
    label = np.empty(len(rows), dtype=np.int64)
    sums, counts = np.zeros_like(rows), np.zeros(len(rows), dtype=np.int64)
    for name, group in enumerate(groups):
        label[group], sums[name], counts[name] = name, rows[group].sum(axis=0), len(group)
    for place, row in enumerate(rows):
        sums[label[place]] -= row
        counts[label[place]] -= 1
        near = np.where(counts > 0, sums @ row / np.maximum(counts, 1), -1.0)
        best = int(near.argmax())
        label[place] = best if near[best] >= same else int(counts.argmin())
        sums[label[place]] += row
        counts[label[place]] += 1
    return [list(map(int, np.flatnonzero(label == name))) for name in np.unique(label)]


def _joined(rows: Rows, groups: list[list[int]], same: float) -> list[list[int]]:
    """Have clusters become one that are on average near enough to each other."""
    kept: list[list[int]] = []
    means: list[Rows] = []
    for group in groups:
        mean = rows[group].mean(axis=0)
        near = np.array([float(other @ mean) for other in means])
        if len(near) and near.max() >= same:
            best = int(near.argmax())
            kept[best] += group
            means[best] = rows[kept[best]].mean(axis=0)
        else:
            kept.append(group)
            means.append(mean)
    return kept


def most_typical(rows: Rows, places: Sequence[int]) -> int:
    """Return the place of the row in the middle of its cluster."""
    members = rows[list(places)]
    scores = members @ members.mean(axis=0)
    return places[int(scores.argmax())]
