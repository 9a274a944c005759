"""The sums that training does, with numpy alone: a projection by contrast, listwise and logistic weights by Newton."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine.embedder import normalised_rows

Matrix = NDArray[np.floating[Any]]
# Chosen by cross-validation, see docs/decisions/0004-retrieval.md.
SCALE, RATE, EPOCHS, BATCH, NEAR_IDENTITY = 15.0, 1e-3, 5, 128, 1.0
DIMENSIONS = 256


@dataclass(frozen=True, eq=False)
class Contrast:
    """Centred vectors of questions and passages (rows), and for each question the rows of its right passages."""

    questions: Matrix
    passages: Matrix
    right: list[list[int]]


def learn_turn(sets: Sequence[Contrast], seed: int = 0) -> NDArray[np.float32]:
    """Return (dimension, DIMENSIONS): a linear map under which questions lie nearer to their passages than to others."""
    random = np.random.default_rng(seed)
    dimension = sets[0].passages.shape[1]
    turn = np.eye(dimension, dtype=np.float32)
    first, second = np.zeros_like(turn), np.zeros_like(turn)
    jobs = [job for _ in range(EPOCHS) for job in _batches(sets, random)]
    for step, (some, rows) in enumerate(jobs, 1):
        slope = _slope(turn, some, rows) + 2 * NEAR_IDENTITY / dimension * (turn - np.eye(dimension))
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        rate = RATE * (1 - (step - 1) / len(jobs))
        turn -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return _shortened(turn, np.concatenate([one.passages for one in sets]))


def _batches(
    sets: Sequence[Contrast], random: np.random.Generator
) -> list[tuple[Contrast, NDArray[np.int64]]]:
    jobs = []
    for some in sets:
        order = random.permutation(len(some.questions))
        jobs += [(some, order[start : start + BATCH]) for start in range(0, len(order), BATCH)]
    return [jobs[at] for at in random.permutation(len(jobs))]


def _slope(turn: Matrix, some: Contrast, rows: NDArray[np.int64]) -> Matrix:
    """Return the gradient of the cross-entropy of the right passages among all."""
    ours, theirs = some.questions[rows] @ turn, some.passages @ turn
    our_length = np.linalg.norm(ours, axis=1, keepdims=True)
    their_length = np.linalg.norm(theirs, axis=1, keepdims=True)
    one, other = ours / our_length, theirs / their_length
    logits = SCALE * (one @ other.T)
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    for at, row in enumerate(rows):
        share[at, some.right[row]] -= 1 / len(some.right[row])
    share *= SCALE / len(rows)
    by_one, by_other = share @ other, share.T @ one
    by_ours = (by_one - one * (by_one * one).sum(axis=1, keepdims=True)) / our_length
    by_theirs = (by_other - other * (by_other * other).sum(axis=1, keepdims=True)) / their_length
    result: Matrix = some.questions[rows].T @ by_ours + some.passages.T @ by_theirs
    return result


def _shortened(turn: Matrix, passages: Matrix) -> NDArray[np.float32]:
    """Return the map onto the directions in which turned passages differ most; similarities hardly change."""
    turned = normalised_rows((passages @ turn).astype(np.float32))
    _, directions = np.linalg.eigh(turned.T @ turned)
    result: NDArray[np.float32] = (turn @ directions[:, ::-1][:, :DIMENSIONS]).astype(np.float32)
    return result


@dataclass(frozen=True, eq=False)
class Lists:
    """Rows of candidates, question after question: `starts` (questions,) where each begins, `right` (rows,) bool."""

    rows: Matrix
    starts: NDArray[np.int64]
    right: NDArray[np.bool_]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Return how many candidates each question has."""
        return np.diff(np.append(self.starts, len(self.rows)))


def learn_order(lists: Lists, penalty: float, rounds: int = 12) -> Matrix:
    """Return weights (features,) that give the right candidates of each list the most weight (softmax), by Newton."""
    rows = np.asarray(lists.rows, np.float64)
    wanted = lists.right / np.repeat(np.add.reduceat(lists.right.astype(float), lists.starts), lists.counts)
    weights = np.zeros(rows.shape[1])
    loss, share = _loss(lists, rows, wanted, weights, penalty)
    for _ in range(rounds):
        weighted = rows * share[:, None]
        middle = np.add.reduceat(weighted, lists.starts)
        curve = rows.T @ weighted - middle.T @ middle + 2 * penalty * np.eye(len(weights))
        slope = rows.T @ (share - wanted) + 2 * penalty * weights
        way = np.linalg.solve(curve, slope)
        for part in (1.0, 0.5, 0.25, 0.1, 0.03, 0.01):
            tried = weights - part * way
            better, now = _loss(lists, rows, wanted, tried, penalty)
            if better < loss:
                weights, loss, share = tried, better, now
                break
    return weights


def _loss(
    lists: Lists, rows: Matrix, wanted: Matrix, weights: Matrix, penalty: float
) -> tuple[float, Matrix]:
    """Return the penalised cross-entropy and each row's share of its list."""
    scores = rows @ weights
    scores = scores - np.repeat(np.maximum.reduceat(scores, lists.starts), lists.counts)
    total = np.repeat(np.add.reduceat(np.exp(scores), lists.starts), lists.counts)
    loss = float((wanted * (np.log(total) - scores)).sum() + penalty * (weights**2).sum())
    return loss, np.exp(scores) / total


def learn_chance(rows: Matrix, right: NDArray[np.bool_], weight: Matrix, penalty: float) -> Matrix:
    """Return logistic weights (inputs,) for the chance that a row is right; the first column is a constant."""
    weights = np.zeros(rows.shape[1])
    held = np.full(len(weights), penalty)
    held[0] = 1e-3
    for _ in range(15):
        chance = 1 / (1 + np.exp(-(rows @ weights)))
        curve = rows.T @ (rows * (weight * chance * (1 - chance))[:, None]) + np.diag(held)
        weights -= np.linalg.solve(curve, rows.T @ (weight * (chance - right)) + held * weights)
    return weights
