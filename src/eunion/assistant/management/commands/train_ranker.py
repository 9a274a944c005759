"""`./eunion manage train_ranker --data DIR …`: learn the ranker of 雲博士 anew from labelled pairs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from eunion.assistant.engine import embedder, ranker, trainer, training
from eunion.assistant.engine.remembered import Remembered


class Command(BaseCommand):
    """Trains on four fifths of each folder's questions, and of entries where files are named; reports on the rest."""

    help = (
        "Learn the ranker from folders of passages.jsonl and questions.jsonl, and from files of entries. "
        "A fifth of the questions (by hash) is never trained on: `./eunion bench assistant --unseen` measures on it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the folders and where to write."""
        parser.add_argument("--data", nargs="*", type=Path, default=[], metavar="DIR")
        parser.add_argument("--knowledge", nargs="*", type=Path, default=[], metavar="FILE")
        parser.add_argument(
            "--whole", action="store_true", help="train on all questions: nothing is left to measure on"
        )
        parser.add_argument(
            "--out", type=Path, default=None, help="default: the next version in engine/model"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, write the model, print its figures."""
        try:
            pairs = [training.read_folder(folder) for folder in options["data"]]
            if options["knowledge"]:
                pairs.append(training.read_knowledge(options["knowledge"]))
        except training.TrainingError as error:
            raise CommandError(str(error)) from None
        if not pairs:
            raise CommandError("nothing to train on; give --data DIR")
        found, reason = embedder.load()
        if found is None:
            raise CommandError(f"training needs the embedder: {reason}")
        out = options["out"] or _next()
        remembered = Remembered(found, Path(settings.VAR) / "cache" / "embeddings")
        model = trainer.train(
            pairs,
            remembered,
            int(out.stem.rpartition("v")[2] or 1),
            self.stdout.write,
            whole=options["whole"],
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        ranker.save(model, out)
        self.stdout.write(json.dumps(model.figures, indent=1, ensure_ascii=False))
        self.stdout.write(f"thresholds {model.meant.thresholds} {model.worded.thresholds}")
        self.stdout.write(
            f"{out}: {out.stat().st_size // 1024} KB, {len(model.fingerprints)} questions taught"
        )


def _next() -> Path:
    try:
        last = int(ranker.newest().stem.rpartition("v")[2])
    except ranker.ModelError:
        last = 0
    return ranker.FOLDER / f"ranker-v{last + 1}.npz"
