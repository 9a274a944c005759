"""Owners of several passages, such as an entry with its phrasings: their passages speak together.

An owner's score is a soft sum of its passages' scores, which for an owner of one passage is that passage's own. How
sure we are of it is learned from the knowledge that ships, each phrasing asked with itself left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine.ranker import FOLDER, SURE_MEANT, ModelError

Floats = NDArray[np.float32]
# How much the lesser passages of an owner count; of 1, 2, 3, 4 and 6, two ranked the left-out phrasings best.
WARMTH = 2.0
FILE = FOLDER / "grouped-v1.json"
INPUTS = ("constant", "odds", "total", "lead", "passages", "best", "best_three", *SURE_MEANT)


@dataclass(frozen=True, eq=False)
class Owner:
    """An owner that was found: the rows of its passages, best first, and its total score."""

    name: str
    rows: tuple[int, ...]
    total: float


def owners(names: Sequence[str], scores: Floats) -> list[Owner]:
    """Return the owners of candidates, best first."""
    rows: dict[str, list[int]] = {}
    for at in np.argsort(-scores, kind="stable"):
        rows.setdefault(names[int(at)], []).append(int(at))
    found = [Owner(name, tuple(places), _total(scores[places])) for name, places in rows.items()]
    return sorted(found, key=lambda owner: -owner.total)


def _total(scores: Floats) -> float:
    best = float(scores.max())
    if len(scores) == 1:
        return best
    return best + WARMTH * float(np.log(np.exp((scores - best) / WARMTH).sum()))


def seen(found: Sequence[Owner], scores: Floats, rows: Floats, names: Sequence[str], limit: int) -> Floats:
    """Return (owners, INPUTS): what the confidence looks at, of the first `limit` of all owners found."""
    totals = np.array([owner.total for owner in found], dtype=np.float32)
    weights = np.exp(totals - totals.max())
    parts = np.clip(weights / weights.sum(), 1e-6, 1 - 1e-6)
    chosen = [names.index(name) for name in SURE_MEANT]
    result = []
    for place, owner in enumerate(found[:limit]):
        rival = 0 if place else 1
        lead = float(totals[place] - totals[rival]) if rival < len(totals) else 5.0
        best = float(scores[owner.rows[0]])
        three = float(scores[list(owner.rows[:3])].mean())
        own = [1.0, float(np.log(parts[place] / (1 - parts[place]))), owner.total, lead]
        result.append([*own, float(np.log1p(len(owner.rows))), best, three, *rows[owner.rows[0]][chosen]])
    return np.array(result, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Confidence:
    """A logistic layer: inputs standardised by `middle` and `spread`, then weighed. `figures` tell how it was learned."""

    middle: Floats
    spread: Floats
    weights: Floats
    figures: dict[str, Any]

    def of(self, inputs: Floats) -> Floats:
        """Return (owners,) probabilities that the owner is the right one."""
        standing = (inputs - self.middle) / self.spread
        result: Floats = (1 / (1 + np.exp(-(standing @ self.weights)))).astype(np.float32)
        return result


def learn(inputs: Floats, right: Floats, weights: Floats, figures: dict[str, Any]) -> Confidence:
    """Return the layer that fits best (Newton's method, a little ridge); `weights` say how much each row counts."""
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    middle[0], spread[0] = 0.0, 1.0
    rows = ((inputs - middle) / spread).astype(np.float64)
    found = np.zeros(rows.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weights * (chance - right)) + found
        curve = (rows * (weights * chance * (1 - chance))[:, None]).T @ rows + np.eye(rows.shape[1])
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return Confidence(middle, spread, found.astype(np.float32), figures)


def save(learned: Confidence, path: Path = FILE) -> None:
    """Write it as numbers with names."""
    shown = {
        name: {"middle": float(m), "spread": float(s), "weight": float(w)}
        for name, m, s, w in zip(INPUTS, learned.middle, learned.spread, learned.weights, strict=True)
    }
    path.write_text(
        json.dumps({"inputs": shown, "figures": learned.figures}, indent=1) + "\n", encoding="utf-8"
    )


@cache
def confidence() -> Confidence:
    """Return the layer that ships; raises ModelError when it is missing or was learned for other inputs."""
    try:
        held = json.loads(FILE.read_text(encoding="utf-8"))
        if tuple(held["inputs"]) != INPUTS:
            raise ValueError("learned for other inputs")
        middle, spread, weights = (
            np.array([one[name] for one in held["inputs"].values()], dtype=np.float32)
            for name in ("middle", "spread", "weight")
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"cannot read {FILE.name}: {error}; run train_confidence") from None
    return Confidence(middle, spread, weights, held["figures"])
