"""The learned ranker: features to a score, owners' scores to a calibrated confidence; numbers alone, no pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine import features
from eunion.assistant.engine.meaning import Floats, Projection
from eunion.content import words

FOLDER = Path(__file__).with_name("model")
# A standardised feature further out than this says no more.
FAR = 4.0
BODY = "body_length"
# Where the owners found have their fifth neighbours this near, the question stands among near-equals, many of which
# nobody labelled: what is sure of it is worth less. Of .45 to .525 this kept the two kinds of folder best apart.
CROWD, CROWDED = "crowd_fifth", 0.475
# How many owners make up a question's neighbourhood.
AROUND = 10
# What the confidence looks at besides the standing among the owners found.
SURE_WORDED = (
    "covered",
    "covers",
    "characters_covered",
    "characters_cover",
    "missing_most",
    "words_to_other",
)
SURE_MEANT = (
    *SURE_WORDED,
    "plain_score",
    "meaning_score",
    "plain_to_other",
    "meaning_to_other",
    "crowd_nearest",
)


class ModelError(Exception):
    """The model file is missing or does not fit this program; the text says what to do."""


@dataclass(frozen=True, eq=False)
class Scorer:
    """One set of weights: a linear ranker whose weights differ for passages with a body, and its confidence.

    `middle` and `spread` (features,) standardise; `weights` (2 * features,) are those for all passages, then what is
    added for passages with a body. `sure` holds the confidence's weights (see `doubts`), `thresholds` (3,) the confidence
    from which on at least 95 % are right, by `kinds`.
    """

    names: tuple[str, ...]
    middle: Floats
    spread: Floats
    weights: Floats
    sure: Floats
    thresholds: Floats

    def standardised(self, rows: Floats) -> Floats:
        """Return (candidates, 2 * features): standardised, and once more where the passage has a body."""
        plain = np.clip((rows - self.middle) / self.spread, -FAR, FAR)
        body = rows[:, self.names.index(BODY)] > 0
        return np.hstack([plain, plain * body[:, None]])

    def contributions(self, rows: Floats) -> Floats:
        """Return (candidates, features): what each feature adds; a candidate's score is their sum."""
        weighted = self.standardised(rows) * self.weights
        result: Floats = weighted[:, : len(self.names)] + weighted[:, len(self.names) :]
        return result

    def confidence(self, shares: Floats, rows: Floats) -> Floats:
        """Return (owners,) probabilities of `shares` (see `share`) and the owners' best rows."""
        seen = doubts(self.names, shares, rows)
        result: Floats = (1 / (1 + np.exp(-(seen @ self.sure)))).astype(np.float32)
        return result

    def kinds(self, rows: Floats) -> NDArray[np.int64]:
        """Return (owners,) of all owners' best rows, best first.

        0 is a title found where there is room, 1 a title among near-equals, 2 a passage with a body.
        """
        body = rows[:, self.names.index(BODY)] > 0
        crowded = CROWD in self.names and neighbourhood(self.names, rows)[0] >= CROWDED
        result: NDArray[np.int64] = np.where(body, 2, int(crowded))
        return result


def share(scores: Floats) -> Floats:
    """Return each owner's part of the belief, adding up to 1."""
    weights = np.exp(scores - scores.max())
    result: Floats = weights / weights.sum()
    return result


def neighbourhood(names: tuple[str, ...], rows: Floats) -> Floats:
    """Return of all owners' best rows, best first: how crowded it is around them, how near the others come."""
    near = rows[:AROUND]
    others = near[1:, names.index("plain_score")]
    crowd = near[:, names.index(CROWD)].mean()
    return np.array([crowd, others.mean() if len(others) else 0.0], dtype=np.float32)


def doubts(names: tuple[str, ...], shares: Floats, rows: Floats) -> Floats:
    """Return (owners, inputs) of the confidence, from all owners' shares and best rows, best first.

    A constant, the share's log-odds and chosen features; where meaning is known the neighbourhood too, alone and for
    titles times the log-odds: a lead among near-equals proves less. Each once more where there is a body.
    """
    chosen = [names.index(name) for name in (SURE_MEANT if "plain_score" in names else SURE_WORDED)]
    part = np.clip(shares, 1e-6, 1 - 1e-6)
    odds = np.log(part / (1 - part))[:, None]
    body = (rows[:, names.index(BODY)] > 0)[:, None]
    plain, titles = np.hstack([np.ones_like(odds), odds, rows[:, chosen]]), []
    if CROWD in names:
        around = np.repeat(neighbourhood(names, rows)[None], len(rows), axis=0)
        plain, titles = np.hstack([plain, around]), [odds * around * ~body]
    return np.hstack([plain, plain * body, *titles]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Model:
    """A version of the ranker as it lies in model/: with and without an embedder, and what it was trained on."""

    version: int
    trained_on: str
    figures: dict[str, Any]
    meant: Scorer
    worded: Scorer
    projection: Projection
    fingerprints: NDArray[np.uint64]

    def scorer(self, *, with_meaning: bool) -> Scorer:
        """Return the weights for an index with or without an embedder."""
        return self.meant if with_meaning else self.worded

    def trained_with(self, question: str) -> bool:
        """Say whether a question stood in the training pairs."""
        at = np.searchsorted(self.fingerprints, fingerprint(question))
        return bool(at < len(self.fingerprints) and self.fingerprints[at] == fingerprint(question))


def fingerprint(question: str) -> np.uint64:
    """Return 8 bytes that stand for a question, whatever its spelling, spaces and punctuation."""
    bare = "".join(character for character in words.normalised(question) if character.isalnum())
    return np.uint64(int.from_bytes(hashlib.sha256(bare.encode()).digest()[:8], "big"))


def save(model: Model, path: Path) -> None:
    """Write a model as numbers and two short texts."""
    about = {"version": model.version, "trained_on": model.trained_on, "figures": model.figures}
    arrays: dict[str, Any] = {
        "about": np.array(json.dumps(about, ensure_ascii=False)),
        "embedder": np.array(model.projection.embedder),
        "turns": model.projection.turns.astype(np.float16),
        "means": model.projection.means.astype(np.float16),
        "fingerprints": np.sort(model.fingerprints),
    }
    for kind, scorer in (("meant", model.meant), ("worded", model.worded)):
        arrays[f"{kind}_names"] = np.array(scorer.names)
        for name in ("middle", "spread", "weights", "sure", "thresholds"):
            arrays[f"{kind}_{name}"] = getattr(scorer, name).astype(np.float32)
    np.savez_compressed(path, **arrays)


def load(path: Path) -> Model:
    """Return the model in a file; raises ModelError when it cannot be read or was made for other features."""
    try:
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        about = json.loads(str(held["about"]))
        projection = Projection(
            str(held["embedder"]), held["turns"].astype(np.float32), held["means"].astype(np.float32)
        )
        meant, worded = _scorer(held, "meant"), _scorer(held, "worded")
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"cannot read the ranker {path.name}: {error}; train it with train_ranker") from None
    if meant.names != features.NAMES_MEANT or worded.names != features.NAMES_WORDED:
        raise ModelError(f"the ranker {path.name} was trained for other features; run train_ranker again")
    return Model(
        about["version"],
        about["trained_on"],
        about["figures"],
        meant,
        worded,
        projection,
        held["fingerprints"],
    )


def _scorer(held: dict[str, Any], kind: str) -> Scorer:
    numbers = [held[f"{kind}_{name}"] for name in ("middle", "spread", "weights", "sure", "thresholds")]
    return Scorer(tuple(str(name) for name in held[f"{kind}_names"]), *numbers)


def newest() -> Path:
    """Return the path of the model with the highest version; raises ModelError when there is none."""
    found = sorted(FOLDER.glob("ranker-v*.npz"), key=lambda path: int(path.stem.rpartition("v")[2]))
    if not found:
        raise ModelError("there is no ranker in engine/model; train one with train_ranker")
    return found[-1]


@cache
def model() -> Model:
    """Return this process's model."""
    return load(newest())


def projection() -> Projection | None:
    """Return what training learned about an embedder, None before the first training."""
    try:
        return model().projection
    except ModelError:
        return None
