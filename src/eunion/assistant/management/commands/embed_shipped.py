"""`manage embed_shipped`: for developers, after a change to the knowledge that ships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from eunion.assistant import retrieval, shipped_vectors


class Command(BaseCommand):
    """Write knowledge/vectors.npz anew."""

    help = "重新计算随产品提供的知识的语义向量"

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute them; about a minute."""
        model = retrieval.embedder()
        if model is None:
            raise CommandError(retrieval.embedder_state())
        self.stdout.write(f"{shipped_vectors.write(model)} 段")
