"""Features to a score and a confidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WEIGHTS = np.array([0.15, 0.15, 0.7], dtype=np.float32)


def contributions(rows: NDArray[np.float32], views: int) -> NDArray[np.float32]:
    """Return (candidates, features): what each feature adds to the score, with two views or three."""
    return rows * WEIGHTS[:views]


def confidence(score: float, other: float) -> float:
    """Return the probability that the owner is right, of its score and the best other owner's."""
    return float(1 / (1 + np.exp(-(0.5 * score + 2 * (score - other) - 1))))
