"""Finding the entry that answers: BM25 over jieba's words and over character pairs, fused, with a confidence.

A question matches best against questions, so every phrasing of an entry is a passage of its own; the answer's words
are another with less weight. Confidence is the score relative to the best that the question could reach.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max

from eunion.assistant import wording
from eunion.assistant.models import KnowledgeEntry
from eunion.content import words

K1, B = 1.2, 0.5
WORD_SHARE = 0.55
ANSWER_SHARE = 0.6
# How much a passage loses when the question covers none of the rest of it.
BESIDES = 0.4
# Answer alone from SURE on, if the next entry lies CLOSE behind offer both; from MAYBE on offer; below pass on.
# On the demo's 60 entries questions from outside reach 0.17 at most, new phrasings 0.3 to 0.9.
SURE, CLOSE, MAYBE = 0.38, 0.08, 0.22
# Words that every question has say nothing about what it asks.
_STOP = frozenset(
    "的 了 吗 呢 啊 吧 么 我 你 您 他 是 在 有 和 与 就 也 都 要 会 能 可以 怎么 怎样 如何 什么 多少 哪里 哪儿 一个 这个 那个".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Candidate:
    """An entry with how sure we are that it answers, 0 to 1."""

    entry_id: int
    confidence: float


class Bm25:
    """Okapi BM25 over token lists, small enough to keep in every process."""

    def __init__(self, passages: list[list[str]]) -> None:
        self.lengths = [len(tokens) or 1 for tokens in passages]
        self.mean = sum(self.lengths) / max(len(passages), 1)
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, tokens in enumerate(passages):
            for token, count in Counter(tokens).items():
                self.postings[token].append((place, count))
        self.size = len(passages)
        self.weights = [sum(self.idf(token) for token in set(tokens)) or 1.0 for tokens in passages]

    def idf(self, token: str) -> float:
        """Return how much a token tells; one that no passage has tells most."""
        seen = len(self.postings.get(token, ()))
        return math.log(1 + (self.size - seen + 0.5) / (seen + 0.5))

    def scores(self, query: list[str]) -> dict[int, float]:
        """Return score by passage: the share of the query that it covers, dampened where it says much else besides."""
        found: dict[int, float] = defaultdict(float)
        shared: dict[int, float] = defaultdict(float)
        best = sum(self.idf(token) for token in set(query)) or 1.0
        for token in set(query):
            for place, count in self.postings.get(token, ()):
                norm = K1 * (1 - B + B * self.lengths[place] / self.mean)
                found[place] += self.idf(token) * count * (K1 + 1) / (count + norm) / best
                shared[place] += self.idf(token)
        return {
            place: score * (1 - BESIDES + BESIDES * shared[place] / self.weights[place])
            for place, score in found.items()
        }


def _words(text: str) -> list[str]:
    return [word for word in words.cut(text) if word not in _STOP]


def _pairs(text: str) -> list[str]:
    plain = "".join(words.cut_query(text))
    return [plain[place : place + 2] for place in range(len(plain) - 1)]


class Index:
    """All active entries, ready to be asked."""

    def __init__(self, entries: list[KnowledgeEntry]) -> None:
        self.owners: list[tuple[int, float]] = []
        texts: list[str] = []
        for entry in entries:
            for phrasing in [entry.question, *entry.alternatives]:
                self.owners.append((entry.pk, 1.0))
                texts.append(wording.asked(phrasing))
            self.owners.append((entry.pk, ANSWER_SHARE))
            texts.append(f"{entry.question} {entry.topic} {entry.answer}")
        self.by_words = Bm25([_words(text) for text in texts])
        self.by_pairs = Bm25([_pairs(text) for text in texts])

    def scores(self, text: str) -> tuple[dict[int, float], dict[int, float]]:
        """Return each passage's score by words and by pairs of characters."""
        return self.by_words.scores(_words(text)), self.by_pairs.scores(_pairs(text))

    def ask(self, question: str, limit: int = 3) -> list[Candidate]:
        """Return the best entries, best first."""
        text = wording.asked(question)
        best: dict[int, float] = {}
        by_words, by_pairs = self.scores(text)
        for place in by_words.keys() | by_pairs.keys():
            owner, share = self.owners[place]
            score = WORD_SHARE * by_words.get(place, 0.0) + (1 - WORD_SHARE) * by_pairs.get(place, 0.0)
            best[owner] = max(best.get(owner, 0.0), min(score * share, 1.0))
        ranked = sorted(best.items(), key=lambda pair: -pair[1])[:limit]
        return [Candidate(entry_id, confidence) for entry_id, confidence in ranked]


_lock = threading.Lock()
_kept: tuple[object, Index] | None = None


def index() -> Index:
    """Return this process's index, made anew when any entry has changed; costs one small query a call."""
    global _kept  # noqa: PLW0603
    active = KnowledgeEntry.objects.filter(live=True)
    version = active.aggregate(changed=Max("updated_at"), count=Count("id"))
    stamp = (version["changed"], version["count"])
    with _lock:
        if _kept is None or _kept[0] != stamp:
            _kept = (stamp, Index(list(active)))
        return _kept[1]
