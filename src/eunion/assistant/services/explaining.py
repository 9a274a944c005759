"""Why 雲博士 would say what it says: every hit with the parts of its score, as a plain structure for the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from eunion.assistant import retrieval, wording
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering


@dataclass(frozen=True)
class Part:
    """One part of a score: its name and value, 0 to 1; `weight` is its share in the whole where it has one."""

    name: str
    value: float
    weight: float | None = None


@dataclass(frozen=True)
class Hit:
    """A passage that was found. `found` names it (entry:12, article:5); `url` opens it, '' where nothing opens."""

    found: str
    title: str
    score: float
    parts: tuple[Part, ...] = ()
    text: str = ""
    url: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Explained:
    """A question, what was understood, what would be said, and the hits, best first.

    `understood` holds (what, how it was understood) pairs; `limits` the confidences (label, value) that decide.
    """

    question: str
    understood: tuple[tuple[str, str], ...]
    state: str
    reply: str
    confidence: float
    hits: tuple[Hit, ...]
    limits: tuple[tuple[str, float], ...] = ()
    sources: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    took_ms: float | None = None

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(Turn.State(self.state).label)


Explain = Callable[[str], Explained]


def explain(question: str) -> Explained:
    """Explain a question with the index of words and pairs; writes nothing. Raises NothingAsked."""
    reply = answering.think(question)
    heard = wording.heard(question)
    found = retrieval.index().ask(heard, limit=8)
    entries = KnowledgeEntry.objects.in_bulk([one.entry_id for one in found])
    parts = _parts(heard)
    hits = tuple(
        _hit(entries[one.entry_id], one.confidence, parts.get(one.entry_id, ()))
        for one in found
        if one.entry_id in entries
    )
    return Explained(
        question=question,
        understood=(("听到", heard), ("加上工会用语", wording.asked(question))),
        state=reply.state,
        reply=reply.text,
        confidence=reply.confidence,
        hits=hits,
        limits=(("直接回答", retrieval.SURE), ("给出选项", retrieval.MAYBE)),
        choices=reply.choices,
    )


def _hit(entry: KnowledgeEntry, score: float, parts: tuple[Part, ...]) -> Hit:
    url = reverse("knowledge:edit", args=[entry.pk])
    return Hit(f"entry:{entry.pk}", entry.question, score, parts, entry.answer, url, entry.topic)


def _parts(heard: str) -> dict[int, tuple[Part, ...]]:
    """Return for each entry how its best passage scored by words and by pairs."""
    index, text = retrieval.index(), wording.asked(heard)
    by_words, by_pairs = index.scores(text)
    best: dict[int, tuple[float, tuple[Part, ...]]] = {}
    for place in by_words.keys() | by_pairs.keys():
        owner, share = index.owners[place]
        words, pairs = by_words.get(place, 0.0), by_pairs.get(place, 0.0)
        score = share * (retrieval.WORD_SHARE * words + (1 - retrieval.WORD_SHARE) * pairs)
        if score >= best.get(owner, (0.0, ()))[0]:
            best[owner] = (
                score,
                (
                    Part("词语", words, retrieval.WORD_SHARE),
                    Part("字对", pairs, 1 - retrieval.WORD_SHARE),
                    Part("段落", share),
                ),
            )
    return {owner: parts for owner, (_, parts) in best.items()}
