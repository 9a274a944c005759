"""What the staff screens and the weekly jobs ask of 雲博士, in their own plain shapes."""

from __future__ import annotations

from eunion.assistant import retrieval
from eunion.assistant.clusters import Rows
from eunion.assistant.engine import ranker
from eunion.assistant.engine.embedder import EmbedderError
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering
from eunion.assistant.services.explaining import explain
from eunion.assistant.terms import Setting

__all__ = ["ask", "embed", "explain"]
_STAFF = Setting(channel="console")


def embed(texts: list[str]) -> Rows | None:
    """Return what questions mean as normalised rows; None without an embedder, or with one that nothing was learned for.

    How near two vectors are says only then whether two questions ask the same.
    """
    model, learned = retrieval.embedder(), ranker.projection()
    if model is None or learned is None or learned.embedder != model.name:
        return None
    try:
        return learned.questions(model.queries(texts))
    except EmbedderError:
        return None


def ask(question: str) -> tuple[str | None, str]:
    """Return the key of the entry thought best (or None) and the state of the reply."""
    thought = answering.think(question, _STAFF)
    if thought.understood.mood == "off_topic":
        # Declined is not answered.
        return None, Turn.State.PASSED_ON
    # A computed answer says what the entry says: the search tells which one that is.
    asked = thought.understood.questions
    hits = thought.hits or tuple(retrieval.search(asked[0], _STAFF) if asked else ())
    entries = [item.name.partition(":")[2] for item, _ in hits if item.name.startswith("entry:")]
    key = (
        KnowledgeEntry.objects.filter(pk=entries[0]).values_list("key", flat=True).first()
        if entries
        else None
    )
    return key, thought.reply.state
