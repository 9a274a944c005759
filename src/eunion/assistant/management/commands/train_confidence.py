"""`manage train_confidence`: learn from the knowledge that ships how sure to be of an entry."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from eunion.assistant import retrieval, shipped_vectors
from eunion.assistant.engine import Index, grouping, ranker
from eunion.assistant.engine.index import Found

ASKED = 1600
SEED = 7


class Command(BaseCommand):
    """Each phrasing asks for its entry with itself left out, and once more with the whole entry taken away."""

    help = "用随产品提供的知识重新学习“有多大把握”"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many phrasings to ask."""
        parser.add_argument("--asked", type=int, default=ASKED)

    def handle(self, *args: Any, asked: int, **options: Any) -> None:
        """Learn and write the model file; a few minutes."""
        model = retrieval.embedder()
        if model is None:
            raise CommandError(retrieval.embedder_state())
        index = shipped_vectors.index(model)
        places = [at for at, passage in enumerate(index.passages) if not passage.text]
        random.Random(SEED).shuffle(places)  # noqa: S311  the same phrasings each time
        inputs, right, first = [], [], 0
        for at in places[:asked]:
            passage = index.passages[at]
            may = np.ones(len(index), dtype=bool)
            may[at] = False
            found = index.found(passage.title, may)
            with_it, without_it = self._seen(index, found, ""), self._seen(index, found, passage.owner)
            if with_it is None or without_it is None:
                continue
            first += with_it[0] == passage.owner
            inputs += [with_it[1], without_it[1]]
            right += [float(with_it[0] == passage.owner), 0.0]
        figures = {"asked": len(inputs) // 2, "right_first": round(first / (len(inputs) // 2), 3)}
        even = np.ones(len(right), dtype=np.float32)
        learned = grouping.learn(np.stack(inputs), np.array(right, dtype=np.float32), even, figures)
        grouping.save(learned)
        self.stdout.write(f"{grouping.FILE.name}: {figures}")

    def _seen(self, index: Index, found: Found, gone: str) -> tuple[str, Any] | None:
        """Return the best owner's name and what the confidence sees of it, as if one owner were not there."""
        names = index.owners_of(found)
        kept = [at for at, name in enumerate(names) if name != gone]
        if not kept:
            return None
        scorer = ranker.model().scorer(with_meaning=True)
        rows = found.rows[kept]
        scores = scorer.contributions(rows).sum(axis=1)
        owners = grouping.owners([names[at] for at in kept], scores)
        return owners[0].name, grouping.seen(owners, scores, rows, scorer.names, 1)[0]
