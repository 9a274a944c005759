"""Labelled pairs, read and kept apart: which questions train, which test, which stand together in a fold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eunion.assistant.engine.index import Passage
from eunion.assistant.engine.ranker import fingerprint

# One question in five is never trained on.
PARTS = 5
FOLDS = 5


class TrainingError(Exception):
    """The labelled pairs cannot be read; the text says which file and line."""


@dataclass(frozen=True)
class Asked:
    """A question with the owners that answer it; `hidden` is the passage that is this very question, if any."""

    question: str
    right: frozenset[str]
    hidden: str = ""


@dataclass(frozen=True)
class Pairs:
    """Passages with questions about them."""

    name: str
    passages: list[Passage]
    questions: list[Asked]


def lines(path: Path) -> Iterable[dict[str, Any]]:
    """Yield a .jsonl file's objects; raises TrainingError."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError as error:
                        raise TrainingError(f"{path}, line {number}: {error}") from None
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror}") from None


def read_folder(folder: Path) -> Pairs:
    """Return a folder's passages.jsonl and questions.jsonl; raises TrainingError."""
    try:
        passages = [
            Passage(one["id"], one["title"], one.get("text", "")) for one in lines(folder / "passages.jsonl")
        ]
        questions = [
            Asked(one["question"], frozenset(one["relevant"])) for one in lines(folder / "questions.jsonl")
        ]
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{folder}: an object lacks {error}") from None
    if not passages or not questions:
        raise TrainingError(f"{folder}: no passages or no questions")
    return Pairs(folder.name, passages, questions)


def read_knowledge(files: Sequence[Path]) -> Pairs:
    """Return own-written entries as pairs: each alternative phrasing asks for its entry, itself left out."""
    passages, questions = [], []
    for path in files:
        try:
            for entry in json.loads(path.read_text(encoding="utf-8")):
                some, asked = _entry(entry)
                passages += some
                questions += asked
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path}: {error}") from None
    return Pairs("knowledge", passages, questions)


def _entry(entry: dict[str, Any]) -> tuple[list[Passage], list[Asked]]:
    owner = str(entry["id"])
    passages = [
        Passage(f"{owner}:q", entry["question"], "", owner),
        Passage(f"{owner}:a", entry["question"], entry["answer"], owner),
    ]
    questions = []
    for number, phrasing in enumerate(entry.get("alternatives", [])):
        passages.append(Passage(f"{owner}:{number}", phrasing, "", owner))
        questions.append(Asked(phrasing, frozenset([owner]), f"{owner}:{number}"))
    return passages, questions


def together(questions: Sequence[Asked]) -> list[int]:
    """Return a number for each question, the same for all that share a right owner, however indirectly.

    The number comes from the questions' words alone, so that it stays when files are reordered.
    """
    head: dict[str, str] = {}

    def leader(owner: str) -> str:
        while head.setdefault(owner, owner) != owner:
            owner = head[owner]
        return owner

    for one in questions:
        owners = sorted(one.right)
        for owner in owners[1:]:
            head[leader(owner)] = leader(owners[0])
    groups = [leader(min(one.right)) for one in questions]
    lowest: dict[str, int] = {}
    for group, one in zip(groups, questions, strict=True):
        lowest[group] = min(int(fingerprint(one.question)), lowest.get(group, 1 << 64))
    return [lowest[group] for group in groups]


def is_kept_apart(number: int) -> bool:
    """Say whether a group (of `together`) is for testing alone."""
    return number % PARTS == 0


def fold(number: int) -> int:
    """Return the fold of a group, 0 to FOLDS - 1."""
    return (number // PARTS) % FOLDS
