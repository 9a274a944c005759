"""What tells a right passage from a wrong one: a row of numbers for each (question, passage)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eunion.assistant.engine.reading import REFERS, Reading, law, read

Rows = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Target:
    """A passage as the ranker reads it: its title, its body and both in one."""

    title: Reading
    body: Reading

    @classmethod
    def of(cls, title: str, text: str) -> Target:
        """Read a passage."""
        return cls(read(title), read(text))

    def prepare(self) -> None:
        """Work out now what comparing will need."""
        for text in {self.title, self.full}:
            text.prepare()

    @cached_property
    def full(self) -> Reading:
        """Return title and body in one."""
        return Reading(f"{self.title.plain} {self.body.plain}".strip()) if self.body.plain else self.title

    @cached_property
    def words(self) -> set[str]:
        """Return the words of both."""
        return set(self.full.words)

    @cached_property
    def law(self) -> str:
        """Return the law that it is an article of, else ""."""
        return law(self.title.plain)


PAIR = (
    "covered",
    "covered_title",
    "covers",
    "missing_most",
    "besides_most",
    "pairs_covered",
    "pairs_cover",
    "characters_covered",
    "characters_cover",
    "subsequence",
    "subsequence_of_title",
    "run",
    "run_share",
    "tail_same",
    "head_same",
    "meant_covered",
    "numbers_shared",
    "numbers_missing",
    "numbers_besides",
    "negation_differs",
    "negations",
    "asks_shared",
    "asks_differ",
    "opposite",
    "title_length",
    "body_length",
    "length_ratio",
    "refers",
)
# So many characters at either end are looked at.
SAME = 6
STANDING = ("score", "z", "to_best", "to_other", "rank")
# The views that need no embedder, then those of meaning.
WORDED = ("words", "said", "characters")
MEANT = ("plain", "meaning")
CROWDING = ("crowd_nearest", "crowd_fifth", "crowd_mean")
NAMES_WORDED = (*PAIR, *(f"{view}_{one}" for view in WORDED for one in STANDING), "law_words")
NAMES_MEANT = (
    *NAMES_WORDED,
    *(f"{view}_{one}" for view in MEANT for one in STANDING),
    *CROWDING,
    "feedback",
    "feedback_to_best",
    "law_meaning",
)


@dataclass(frozen=True, eq=False)
class Meant:
    """What meaning says of the candidates: (candidates,) each, `crowding` (candidates, 3)."""

    plain: Rows
    scores: Rows
    crowding: Rows
    feedback: Rows


def rows(pairs: Rows, targets: Sequence[Target], worded: Sequence[Rows], meant: Meant | None) -> Rows:
    """Return (candidates, features) in the order of NAMES_MEANT, or of NAMES_WORDED without `meant`.

    `pairs` holds what `compare` says of each candidate, `worded` their scores in each view of WORDED.
    """
    columns = [pairs, *(standing(view) for view in worded), of_law(targets, worded[0])[:, None]]
    if meant is not None:
        columns += [standing(meant.plain), standing(meant.scores), meant.crowding, meant.feedback[:, None]]
        columns += [(meant.feedback - meant.feedback.max())[:, None], of_law(targets, meant.scores)[:, None]]
    return np.hstack(columns).astype(np.float32)


def compare(question: Reading, target: Target) -> list[float]:
    """Return the features PAIR of one question and one passage."""
    # A title alone is a question like the asker's; with a body, the body answers it.
    short = not target.body.plain
    beside = target.full
    return [
        *_words(question, target),
        *_characters(question, beside),
        *_order(question, target.title if short else beside),
        _meant(question, target),
        *_numbers(question, beside),
        *_kind(question, target.title if short else beside),
        len(target.title.bare),
        math.log1p(len(target.body.bare)),
        math.log((len(question.bare) + 1) / (len(target.title.bare if short else target.body.bare) + 1)),
        float(bool(REFERS.search(target.body.plain))) if not short else 0.0,
    ]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _words(question: Reading, target: Target) -> list[float]:
    ours, theirs, title = question.words, target.words, target.title.words
    whole, of_title = question.whole, target.title.whole
    missing = [weight for word, weight in ours.items() if word not in theirs]
    besides = [weight for word, weight in title.items() if word not in ours]
    return [
        1 - _share(sum(missing), whole),
        _share(sum(weight for word, weight in ours.items() if word in title), whole),
        1 - _share(sum(besides), of_title),
        max(missing, default=0.0),
        max(besides, default=0.0),
    ]


def _characters(question: Reading, other: Reading) -> list[float]:
    pairs, singles, theirs = len(question.pairs & other.pairs), question.characters, other.characters
    shared = len(singles & theirs)
    return [
        _share(pairs, len(question.pairs)),
        _share(pairs, len(other.pairs)),
        _share(shared, len(singles)),
        _share(shared, len(theirs)),
    ]


def _order(question: Reading, other: Reading) -> list[float]:
    """Return longest common subsequence and run, as shares, and how many characters begin and end both."""
    ours, theirs = question.bare, other.bare
    common, run = subsequence(question.where, len(ours), theirs), longest_run(ours, theirs)
    return [
        _share(common, len(ours)),
        _share(common, len(theirs)),
        run,
        _share(run, len(ours)),
        _same(ours[: -SAME - 1 : -1], theirs[: -SAME - 1 : -1]),
        _same(ours, theirs),
    ]


def subsequence(where: dict[str, int], length: int, other: str) -> int:
    """Return the length of the longest common subsequence of a text (see `Reading.where`), by bits (Hyyrö 2004)."""
    full = (1 << length) - 1
    row = full
    for character in other:
        if match := where.get(character):
            both = row & match
            row = ((row + both) | (row - both)) & full
    return length - row.bit_count()


def longest_run(one: str, other: str) -> int:
    """Return the length of the longest run of characters that stands in both."""
    best = 0
    for at in range(len(one)):
        while at + best < len(one) and one[at : at + best + 1] in other:
            best += 1
    return best


def _same(one: str, other: str) -> float:
    count = 0
    for ours, theirs in zip(one[:SAME], other, strict=False):
        if ours != theirs:
            break
        count += 1
    return float(count)


def _meant(question: Reading, target: Target) -> float:
    """Return which share of the lay words the passage answers in words of law."""
    found = sum(any(word in target.full.plain for word in theirs) for theirs in question.meant)
    return _share(found, len(question.meant))


def _numbers(question: Reading, other: Reading) -> list[float]:
    ours, theirs = question.numbers, other.numbers
    return [len(ours & theirs), len(ours - theirs), len(theirs - ours)]


def _kind(question: Reading, other: Reading) -> list[float]:
    shared = question.asks & other.asks
    against = sum((at, 1 - side) in other.sides for at, side in question.sides)
    return [
        float(question.negations % 2 != other.negations % 2),
        question.negations - other.negations,
        len(shared),
        float(bool(question.asks and other.asks and not shared)),
        against,
    ]


def standing(view: Rows) -> Rows:
    """Return (candidates, 5) of one view's scores: itself, z-score, distance to the best and the best other, rank."""
    spread, order = float(view.std()) or 1.0, np.argsort(-view, kind="stable")
    rank = np.empty(len(view), np.float32)
    rank[order] = np.arange(len(view))
    other = np.full(len(view), view[order[0]])
    other[order[0]] = view[order[1]] if len(view) > 1 else view[order[0]]
    stack = [view, (view - view.mean()) / spread, view - view.max(), view - other, np.log1p(rank)]
    return np.stack(stack, axis=1).astype(np.float32)


def of_law(targets: Sequence[Target], view: Rows) -> Rows:
    """Return (candidates,): how much of the view's weight lies on other articles of the same law."""
    share = np.exp((view - view.max()) / (float(view.std()) or 1.0) * 2)
    share /= share.sum()
    total: dict[str, float] = {}
    for target, part in zip(targets, share, strict=True):
        total[target.law] = total.get(target.law, 0.0) + float(part)
    return np.array(
        [total[t.law] - p if t.law else 0.0 for t, p in zip(targets, share, strict=True)], dtype=np.float32
    )
