"""Which engine the staff screens and the weekly jobs speak to: one place to plug another in."""

from __future__ import annotations

from eunion.assistant import wording
from eunion.assistant.clusters import Rows
from eunion.assistant.services.explaining import Explained


def embed(texts: list[str]) -> Rows | None:
    """Return what texts mean as normalised rows; None while there is no embedder."""
    return None


def ask(question: str) -> tuple[str | None, str]:
    """Return the key of the entry thought best (or None) and the state of the reply."""
    from eunion.assistant import retrieval
    from eunion.assistant.models import KnowledgeEntry
    from eunion.assistant.services import answering

    found = retrieval.index().ask(wording.heard(question), limit=1)
    key = KnowledgeEntry.objects.filter(pk=found[0].entry_id).values_list("key", flat=True) if found else []
    return next(iter(key), None), answering.think(question).state


def explain(question: str) -> Explained:
    """Return what would be said to a question, and why."""
    from eunion.assistant.services import explaining

    return explaining.explain(question)
