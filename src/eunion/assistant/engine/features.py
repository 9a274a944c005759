"""What tells a right passage from a wrong one: a row of numbers for each (question, passage)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NAMES = ("words", "characters", "meaning")


def rows(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (candidates, features) of (candidates, views): for now each view's standing among the candidates."""
    spread = views.std(axis=0)
    result: NDArray[np.float32] = (views - views.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return result
