"""How well the knowledge answers a fixed set of questions, kept so that one sees it rise or fall."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eunion.assistant.errors import BadFile
from eunion.assistant.models import Evaluation, KnowledgeEntry, Turn

FILES = Path(__file__).resolve().parent.parent / "evaluation"
SHOWN = 30
# Question → (the key of the entry thought best, or None; a value of Turn.State).
Ask = Callable[[str], tuple[str | None, str]]


@dataclass(frozen=True)
class Case:
    """A question and the keys of the entries that answer it; none where the knowledge has no answer."""

    question: str
    relevant: frozenset[str]


def read(path: Path) -> list[Case]:
    """Return the cases of a JSONL file. Raises BadFile with the line that is wrong."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            cases.append(Case(str(row["question"]), frozenset(map(str, row["relevant"]))))
        except (ValueError, KeyError, TypeError):
            raise BadFile(f"{path.name} 第 {number} 行不对。") from None
    return cases


def figures(cases: Iterable[Case], ask: Ask) -> dict[str, Any]:
    """Return the shares of right first entries, wrong answers and recognised unanswerables, and what went wrong."""
    right = wrong = recognised = answerable = unanswerable = 0
    faults: list[dict[str, str]] = []
    for case in cases:
        key, state = ask(case.question)
        answered, hit = state == Turn.State.ANSWERED, key in case.relevant
        answerable += bool(case.relevant)
        unanswerable += not case.relevant
        right += hit
        wrong += answered and not hit
        recognised += not case.relevant and not answered
        if (case.relevant and not hit) or (answered and not hit):
            faults.append({"question": case.question, "got": key or "", "state": state})
    return {
        "right_first": _share(right, answerable),
        "wrong_answer": _share(wrong, answerable + unanswerable),
        "unanswerable_recognised": _share(recognised, unanswerable),
        "count": answerable + unanswerable,
        "faults": faults[:SHOWN],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def evaluate(path: Path, ask: Ask) -> Evaluation:
    """Run one file of questions and keep what came out. Raises BadFile."""
    return Evaluation.objects.create(
        name=path.stem[:40],
        figures=figures(read(path), ask),
        entry_count=KnowledgeEntry.objects.filter(live=True).count(),
    )


def evaluate_all(ask: Ask, folder: Path = FILES) -> list[Evaluation]:
    """Run every file of questions that ships with the product."""
    return [evaluate(path, ask) for path in sorted(folder.glob("*.jsonl"))]
