"""Training the ranker: features out of fold, weights by cross-validation, a test on what was never seen, a model file."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine import features, grouping, measures, ranker
from eunion.assistant.engine.embedder import Embedder, normalised_rows
from eunion.assistant.engine.index import Found, Index
from eunion.assistant.engine.learning import Contrast, Lists, learn_chance, learn_order, learn_turn
from eunion.assistant.engine.meaning import Floats, Projection
from eunion.assistant.engine.ranker import Scorer
from eunion.assistant.engine.training import FOLDS, Pairs, fold, is_kept_apart, together

PENALTY = 20.0
# The confidence also sees each question once with its answer taken away, counted this much.
UNANSWERABLE = 0.1
# The confidence has few weights and thousands of rows: little is needed to hold it.
SURE_PENALTY = 0.1
# A threshold that fewer questions than this reach says nothing.
ENOUGH = 20
# The lowest confidence that was just good enough here is a little too low elsewhere (see `measures.threshold`).
MARGIN = 2

Say = Callable[[str], None]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Material:
    """Pairs with their index; `folds` (questions,) is 0..FOLDS-1 for training and -1 for what is kept apart."""

    pairs: Pairs
    index: Index
    folds: Ints
    vectors: Floats | None

    def right_places(self, chosen: Ints) -> list[list[int]]:
        """Return, for some questions, the places of the passages that answer them."""
        passages = self.index.passages
        places: dict[str, list[int]] = {}
        for place, passage in enumerate(passages):
            places.setdefault(passage.belongs_to, []).append(place)
        asked = [self.pairs.questions[at] for at in chosen]
        return [
            [place for owner in one.right for place in places[owner] if passages[place].id != one.hidden]
            for one in asked
        ]


@dataclass(frozen=True, eq=False)
class Judged:
    """A question's candidates with which of them are right."""

    material: Material
    found: Found
    right: NDArray[np.bool_]


def prepared(pairs: Pairs, embedder: Embedder | None, *, whole: bool = False) -> Material:
    """Return pairs with their index; embeds passages and questions, if there is an embedder.

    `whole` keeps nothing apart.
    """
    numbers = together(pairs.questions)
    folds = np.array([-1 if is_kept_apart(number) and not whole else fold(number) for number in numbers])
    index = Index(pairs.passages, embedder)
    vectors = embedder.queries([one.question for one in pairs.questions]) if embedder else None
    return Material(pairs, index, folds, vectors)


def learn_projection(some: Sequence[Material], without: int, name: str) -> Projection:
    """Return the projection learned on all training questions but those of one fold (-1: on all of them).

    Passages without and with a body have one each; where there are none of a kind, that of the other serves.
    """
    learned: dict[bool, tuple[Floats, Floats]] = {}
    for long in (False, True):
        sets = [one for material in some if (one := _contrast(material, without, long)) is not None]
        if sets:
            learned[long] = (
                learn_turn([contrast for contrast, _ in sets]),
                np.mean([mean for _, mean in sets], axis=0),
            )
    both = [learned.get(long) or learned[not long] for long in (False, True)]
    return Projection(name, np.stack([turn for turn, _ in both]), np.stack([mean for _, mean in both]))


def _contrast(material: Material, without: int, long: bool) -> tuple[Contrast, Floats] | None:
    """Return the centred vectors of one kind of passage with their training questions, and the mean; None without any."""
    vectors = material.index.vectors
    kind = np.flatnonzero([bool(passage.text) == long for passage in material.index.passages])
    chosen = np.flatnonzero((material.folds >= 0) & (material.folds != without))
    if material.vectors is None or vectors is None or not len(kind) or not len(chosen):
        return None
    at = {int(place): row for row, place in enumerate(kind)}
    right = [[at[place] for place in places if place in at] for places in material.right_places(chosen)]
    asked = [number for number, places in enumerate(right) if places]
    rows = vectors[kind].astype(np.float32)
    middle = rows.mean(axis=0)
    questions = normalised_rows(material.vectors[chosen[asked]] - middle)
    return Contrast(questions, normalised_rows(rows - middle), [right[number] for number in asked]), middle


def judged(material: Material, index: Index, at: int) -> Judged:
    """Return the candidates for one question."""
    asked = material.pairs.questions[at]
    may = None
    if asked.hidden:
        may = np.array([passage.id != asked.hidden for passage in index.passages])
    found = index.found(asked.question, may)
    right = np.array([owner in asked.right for owner in index.owners_of(found)], dtype=np.bool_)
    return Judged(material, found, right)


def lists(some: Sequence[Judged], scorer: Scorer) -> Lists:
    """Return standardised rows of all questions of which a right passage was found."""
    good = [one for one in some if one.right.any()]
    counts = [len(one.right) for one in good]
    rows = scorer.standardised(np.concatenate([one.found.rows for one in good]))
    starts = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    return Lists(rows, starts, np.concatenate([one.right for one in good]))


def blank(some: Sequence[Judged], names: tuple[str, ...]) -> Scorer:
    """Return a scorer that standardises by these questions and has no weights yet."""
    rows = np.concatenate([one.found.rows for one in some])
    none = np.zeros(0, np.float32)
    return Scorer(names, rows.mean(axis=0), rows.std(axis=0) + 1e-6, none, none, none)


def learn_weights(some: Sequence[Judged], names: tuple[str, ...]) -> Scorer:
    """Return a scorer with weights, still without confidence."""
    empty = blank(some, names)
    weights = learn_order(lists(some, empty), PENALTY).astype(np.float32)
    return Scorer(names, empty.middle, empty.spread, weights, empty.sure, empty.thresholds)


@dataclass(frozen=True, eq=False)
class Ranked:
    """A question's owners in order: rows of the best candidates, shares and which are right."""

    rows: Floats
    shares: Floats
    right: NDArray[np.bool_]


def ranked(one: Judged, scorer: Scorer, answerable: bool = True) -> Ranked:
    """Return the owners in the scorer's order; not `answerable` takes the right ones away first."""
    keep = np.flatnonzero(~one.right) if not answerable else np.arange(len(one.right))
    found = Found(one.found.places[keep], {}, one.found.rows[keep])
    scores = scorer.contributions(found.rows).sum(axis=1)
    owners = grouping.owners(one.material.index.owners_of(found), scores)
    best = [owner.rows[0] for owner in owners]
    return Ranked(found.rows[best], ranker.share(scores[best]), one.right[keep][best])


def learn_sure(some: Sequence[Judged], order: Sequence[Scorer], final: Scorer) -> Scorer:
    """Return `final` with a confidence learned from what each question's out-of-fold scorer in `order` made of it."""
    inputs, right, weight = [], [], []
    for one, scorer in zip(some, order, strict=True):
        for answerable in (True, False):
            seen = ranked(one, scorer, answerable)
            if len(seen.rows):
                inputs.append(ranker.doubts(final.names, seen.shares, seen.rows)[:3])
                right.append(seen.right[:3])
                weight.append(np.full(len(seen.right[:3]), 1.0 if answerable else UNANSWERABLE))
    sure = learn_chance(np.concatenate(inputs), np.concatenate(right), np.concatenate(weight), SURE_PENALTY)
    return _with(final, sure=sure.astype(np.float32))


def _with(scorer: Scorer, sure: Floats, thresholds: Floats | None = None) -> Scorer:
    kept = scorer.thresholds if thresholds is None else thresholds
    return Scorer(scorer.names, scorer.middle, scorer.spread, scorer.weights, sure, kept)


def first_confidences(some: Sequence[Judged], order: Sequence[Scorer], sure: Floats) -> tuple[Any, Any, Any]:
    """Return confidence, rightness and kind (see `Scorer.kinds`) of each question's first owner."""
    confidence, right, kind = [], [], []
    for one, scorer in zip(some, order, strict=True):
        seen = ranked(one, scorer)
        confidence.append(float(_with(scorer, sure).confidence(seen.shares, seen.rows)[0]))
        right.append(bool(seen.right[0]))
        kind.append(int(scorer.kinds(seen.rows)[0]))
    return np.array(confidence), np.array(right), np.array(kind)


def thresholds(confidence: Floats, right: Any, kinds: Any) -> Floats:
    """Return the confidence, for first owners of each kind, from which on 95 of 100 are right.

    All sets count together: where a set holds equal questions that nobody labelled, its errors are not all errors.
    """
    result = [measures.PRECISION] * 3
    for kind in range(3):
        chosen = kinds == kind
        if chosen.any():
            level, reach = measures.threshold(confidence[chosen], right[chosen], MARGIN)
            result[kind] = level if reach * chosen.sum() >= ENOUGH else measures.PRECISION
    return np.array(result, dtype=np.float32)


def figures(some: Sequence[Judged], order: Sequence[Scorer], sure: Floats, limits: Floats) -> dict[str, Any]:
    """Return hits by set, the largest share that could be answered with 95 % precision, and what the limits answer."""
    confidence, right, kinds = first_confidences(some, order, sure)
    names = np.array([one.material.pairs.name for one in some])
    result = {}
    for name in dict.fromkeys(names):
        chosen = np.flatnonzero(names == name).tolist()
        places = [
            int(np.argmax(seen.right)) if seen.right.any() else 999
            for seen in (ranked(some[at], order[at]) for at in chosen)
        ]
        made = measures.of_ranks(np.array(places))
        made["coverage_best"] = measures.threshold(confidence[chosen], right[chosen])[1]
        on = confidence[chosen] >= limits[kinds[chosen]]
        made["answered"] = float(on.mean())
        made["precision"] = float(right[chosen][on].mean()) if on.any() else 0.0
        made["questions"] = len(chosen)
        result[str(name)] = {key: round(value, 4) for key, value in made.items()}
    return result


def train_one(
    some: Sequence[Material], names: tuple[str, ...], projections: Sequence[Projection | None], say: Say
) -> tuple[Scorer, dict[str, Any]]:
    """Return a scorer and its figures; `projections` are those without each fold, then the final one."""
    seen: list[Judged] = []
    folds: list[int] = []
    apart: list[Judged] = []
    for material in some:
        for part in (*range(FOLDS), -1):
            index = material.index.turned(projections[part])
            for at in np.flatnonzero(material.folds == part):
                (apart if part < 0 else seen).append(judged(material, index, int(at)))
                folds += [part] if part >= 0 else []
    say(f"  {len(seen)} questions to train, {len(apart)} kept apart")
    parts = [
        learn_weights([s for s, f in zip(seen, folds, strict=True) if f != part], names)
        for part in range(FOLDS)
    ]
    order = [parts[part] for part in folds]
    final = learn_sure(seen, order, learn_weights(seen, names))
    confidence, right, kinds = first_confidences(seen, order, final.sure)
    limits = thresholds(confidence, right, kinds)
    final = _with(final, final.sure, limits)
    made = {
        "cross_validated": figures(seen, order, final.sure, limits),
        "spread": _spread(seen, order, folds),
        "kept_apart": figures(apart, [final] * len(apart), final.sure, limits),
    }
    return final, made


def _spread(seen: Sequence[Judged], order: Sequence[Scorer], folds: Sequence[int]) -> dict[str, float]:
    """Return the standard deviation of hit1 over the folds by set."""
    hits: dict[str, list[list[float]]] = {}
    for one, scorer, part in zip(seen, order, folds, strict=True):
        hits.setdefault(one.material.pairs.name, [[] for _ in range(FOLDS)])[part].append(
            float(ranked(one, scorer).right[0])
        )
    return {
        name: round(float(np.std([np.mean(part) for part in parts if part])), 4)
        for name, parts in hits.items()
    }


def train(
    pairs: Sequence[Pairs], embedder: Embedder, version: int, say: Say, *, whole: bool = False
) -> ranker.Model:
    """Return a model trained on four fifths of each set, with figures on the folds and on the fifth kept apart.

    `whole` trains on all of it once a recipe stands; the folds alone tell then how good it is.
    """
    say("embedding and indexing")
    some = [prepared(one, embedder, whole=whole) for one in pairs]
    say("learning projections")
    projections = [learn_projection(some, part, embedder.name) for part in (*range(FOLDS), -1)]
    say("learning with meaning")
    meant, with_meaning = train_one(some, features.NAMES_MEANT, projections, say)
    say("learning without")
    bare = [Material(one.pairs, Index(one.pairs.passages), one.folds, None) for one in some]
    worded, without = train_one(bare, features.NAMES_WORDED, [None] * (FOLDS + 1), say)
    taught = [
        question.question
        for one in some
        for question, part in zip(one.pairs.questions, one.folds, strict=True)
        if part >= 0
    ]
    return ranker.Model(
        version,
        time.strftime("%Y-%m-%d", time.gmtime()),
        {"with_meaning": with_meaning, "without": without},
        meant,
        worded,
        projections[-1],
        np.unique(np.array([ranker.fingerprint(one) for one in taught], dtype=np.uint64)),
    )
