"""What a ranking is worth: hits, reciprocal rank, and how much can be answered at 95 % precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PRECISION = 0.95


def ranks(found: Sequence[Sequence[str]], right: Sequence[set[str]]) -> NDArray[np.int64]:
    """Return for each question the rank (0 is best) of the first right owner found, 999 where none is."""
    return np.array(
        [
            next((rank for rank, owner in enumerate(some) if owner in theirs), 999)
            for some, theirs in zip(found, right, strict=True)
        ],
        dtype=np.int64,
    )


def of_ranks(places: NDArray[np.int64]) -> dict[str, float]:
    """Return hit1, hit5 and mrr10 (0..1)."""
    reciprocal = np.where(places < 10, 1 / (places + 1), 0)
    return {
        "hit1": float((places == 0).mean()),
        "hit5": float((places < 5).mean()),
        "mrr10": float(reciprocal.mean()),
    }


def threshold(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], margin: int = 0
) -> tuple[float, float]:
    """Return the lowest confidence from which on 95 % are right, and the share of questions (0..1) that reach it.

    `margin` counts so many further questions as answered wrong: it asks more where few questions speak. Where no
    confidence will do: 1 and 0.
    """
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1) + margin
    good = np.flatnonzero(np.cumsum(right[order]) / answered >= PRECISION)
    if not len(good):
        return 1.0, 0.0
    return float(confidence[order[good[-1]]]), float((good[-1] + 1) / len(order))
