"""Knowledge, the conversations that use it, and what is learned from them."""

from eunion.assistant.models.document import Article, Document
from eunion.assistant.models.entry import EntryApproval, KnowledgeEntry
from eunion.assistant.models.learning import Evaluation, Gap, TrendAlert
from eunion.assistant.models.talk import HandOver, Turn
from eunion.assistant.models.vector import Vector

__all__ = [
    "Article",
    "Document",
    "EntryApproval",
    "Evaluation",
    "Gap",
    "HandOver",
    "KnowledgeEntry",
    "TrendAlert",
    "Turn",
    "Vector",
]
