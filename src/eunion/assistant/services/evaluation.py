"""How well the knowledge answers a fixed set of questions, kept so that one sees it rise or fall."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from eunion.assistant.errors import BadFile
from eunion.assistant.models import Evaluation, KnowledgeEntry, Turn
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User

# The sets that ship, as the screen calls them; another file goes by its own name.
NAMES = {"labour": "劳动权益：职工的问法", "union": "工会业务：职工的问法"}
FILES = Path(__file__).resolve().parent.parent / "evaluation"
SHOWN = 30
TELL_EVERY = 10
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


def figures(
    cases: Iterable[Case], ask: Ask, told: Callable[[int], object] = lambda done: None
) -> dict[str, Any]:
    """Return the shares of right first entries, wrong answers and recognised unanswerables, and what went wrong.

    `told` hears after each question how many were asked.
    """
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
        told(answerable + unanswerable)
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
    """Run one file of questions and keep what came out; its row tells meanwhile how far it is. Raises BadFile."""
    cases, name = read(path), path.stem[:40]
    # What a run that died has left.
    Evaluation.objects.running().filter(name=name).delete()
    kept = Evaluation.objects.create(name=name, figures={"done": 0, "of": len(cases)})

    def tell(done: int) -> None:
        if done % TELL_EVERY == 0:
            Evaluation.objects.filter(pk=kept.pk).update(figures={"done": done, "of": len(cases)})

    kept.figures = figures(cases, ask, tell)
    kept.entry_count = KnowledgeEntry.objects.filter(live=True).count()
    kept.save(update_fields=["figures", "entry_count"])
    return kept


def evaluate_all(ask: Ask, folder: Path = FILES) -> list[Evaluation]:
    """Run every file of questions that ships with the product."""
    return [evaluate(path, ask) for path in sorted(folder.glob("*.jsonl"))]


@transaction.atomic
def start(*, user: User) -> bool:
    """Have a job run all files; return False where one waits or runs already. Raises NotAllowed."""
    from eunion.assistant import tasks

    if not user.has_perm("assistant.add_evaluation"):
        raise NotAllowed
    if is_under_way():
        return False
    try:
        with transaction.atomic():
            tasks.evaluate.defer(timestamp=int(time.time()))
    except AlreadyEnqueued:
        return False
    audit.record(actor=user, action="assistant.evaluate", target=user)
    return True


def is_under_way() -> bool:
    """Say whether a run waits or is at work."""
    jobs = ProcrastinateJob.objects.filter(task_name="assistant.evaluate", status__in=["todo", "doing"])
    return bool(jobs.exists())
