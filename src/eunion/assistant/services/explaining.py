"""Why 雲博士 would say what it says: every hit with the parts of its score, as a plain structure for the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from eunion.assistant import engine, retrieval
from eunion.assistant.models import Turn
from eunion.assistant.services import answering
from eunion.assistant.sources import Item
from eunion.assistant.terms import Setting, Understood

SHOWN = 8
_STAFF = Setting(channel="console")
# A view's own score, by its name in the engine.
_VIEWS = {
    "view:words": "词语",
    "view:said": "词语和行话",
    "view:characters": "字符",
    "view:plain": "语义",
    "view:meaning": "语义（学过的）",
    "view:exact": "一字不差",
}
# What the ranker adds, by the beginning of its features' names; the longer beginnings come first.
_ADDED = (
    ("company", "加分：其他问法也像"),
    ("words_", "加分：词语名次"),
    ("said_", "加分：行话名次"),
    ("characters_covered", "加分：字面重合"),
    ("characters_cover", "加分：字面重合"),
    ("characters_", "加分：字符名次"),
    ("plain_", "加分：语义名次"),
    ("meaning_", "加分：语义名次"),
    ("crowd", "加分：周围不拥挤"),
    ("feedback", "加分：与前几名相近"),
    ("law", "加分：同一部法"),
    ("numbers", "加分：数字"),
    ("negation", "加分：肯定否定"),
    ("opposite", "加分：肯定否定"),
    ("asks", "加分：问法"),
)
_ADDS = "加分"
_REST = f"{_ADDS}：用词重合"


@dataclass(frozen=True)
class Part:
    """One part of a score: its name and value; what speaks against a hit is below zero.

    `width` is how long its bar is, 0 to 1, beside the longest of its kind among all hits.
    """

    name: str
    value: float
    width: float = 0.0

    @property
    def less(self) -> bool:
        """Say whether it speaks against the hit."""
        return self.value < 0


@dataclass(frozen=True)
class Hit:
    """A passage that was found. `found` names it (entry:12, article:5); `url` opens it, '' where nothing opens.

    Hits stand in the order of `score`, the sum of what the ranker adds; `confidence` decides what is said.
    """

    found: str
    title: str
    score: float
    confidence: float
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
    """Explain what would be said to a question; writes nothing. Raises NothingAsked."""
    begun = time.perf_counter()
    thought = answering.think(question, _STAFF, most=SHOWN)
    took_ms = (time.perf_counter() - begun) * 1000
    understood, reply = thought.understood, thought.reply
    return Explained(
        question=question,
        understood=_understood(understood),
        state=reply.state,
        reply=reply.text,
        confidence=reply.confidence,
        hits=_scaled([_hit(item, hit) for item, hit in _found(thought)]),
        limits=(("直接回答", retrieval.SURE), ("给出选项", retrieval.MAYBE)),
        sources=tuple(source.label for source in reply.sources),
        choices=reply.choices,
        took_ms=took_ms,
    )


def _found(thought: answering.Thought) -> Sequence[tuple[Item, engine.Hit]]:
    """Return what was found: looked up now where a skill answered, or a phrasing known word for word, without a search."""
    if thought.hits and "view:exact" not in thought.hits[0][1].parts:
        return thought.hits
    asked = thought.understood.questions[0] if thought.understood.questions else thought.understood.text
    return retrieval.search(asked, _STAFF, limit=SHOWN) if asked else ()


def _understood(one: Understood) -> tuple[tuple[str, str], ...]:
    """Return how a message was understood, in pairs for the screen."""
    pairs = [("听到", one.text), ("问题", "；".join(one.questions)), ("情绪", one.mood)]
    pairs += [("改正", f"{wrong} → {right}") for wrong, right in one.corrected]
    pairs += [("金额或数量", f"{amount.said}（{amount.value:g} {amount.unit}）") for amount in one.amounts]
    pairs += [("日期", f"{day.said}（{day.on:%Y-%m-%d}）") for day in one.days]
    if one.follows:
        pairs.append(("接着上一句", "是"))
    return tuple(pair for pair in pairs if pair[1])


def _hit(item: Item, hit: engine.Hit) -> Hit:
    kind, _, number = item.name.partition(":")
    url = (
        reverse("knowledge:edit", args=[number])
        if kind == "entry"
        else next((one.url for one in item.references if one.url), "")
    )
    return Hit(item.name, item.title, hit.score, hit.confidence, _parts(hit), item.answer, url, item.topic)


def _scaled(hits: list[Hit]) -> tuple[Hit, ...]:
    """Return the hits with their bars: a view's beside the same view's, what the ranker adds beside all that it adds."""
    longest: dict[str, float] = {}
    for hit in hits:
        for part in hit.parts:
            kind = _kind(part)
            longest[kind] = max(longest.get(kind, 0.0), abs(part.value))
    return tuple(
        replace(
            hit,
            parts=tuple(
                replace(part, width=abs(part.value) / (longest[_kind(part)] or 1.0)) for part in hit.parts
            ),
        )
        for hit in hits
    )


def _kind(part: Part) -> str:
    return part.name if part.name in _VIEWS.values() else _ADDS


def _parts(hit: engine.Hit) -> tuple[Part, ...]:
    """Return the views' scores, then what the ranker's features add, in groups that add up to the whole score."""
    seen = [Part(_VIEWS[name], value) for name, value in hit.parts.items() if name in _VIEWS]
    added: dict[str, float] = {}
    for name, value in hit.parts.items():
        if name not in _VIEWS:
            label = next((label for start, label in _ADDED if name.startswith(start)), _REST)
            added[label] = added.get(label, 0.0) + value
    return (*seen, *(Part(label, value) for label, value in sorted(added.items(), key=lambda one: -one[1])))
