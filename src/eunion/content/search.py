"""The search index: PostgreSQL full text over words that jieba has cut."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from eunion.content import words
from eunion.content.models import SearchDocument

_PUT = """
INSERT INTO content_searchdocument (kind, key, title, text, url, shown_on, vector)
VALUES (%s, %s, %s, %s, %s, %s, setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')
        || setweight(to_tsvector('simple', %s), 'C'))
ON CONFLICT (kind, key) DO UPDATE SET title = excluded.title, text = excluded.text, url = excluded.url,
    shown_on = excluded.shown_on, vector = excluded.vector
"""
AROUND = 60


@dataclass(frozen=True)
class Found:
    """One result: the excerpt is plain text around the first hit."""

    kind: str
    title: str
    excerpt: str
    url: str
    shown_on: datetime.date | None


def put(
    *,
    kind: str,
    key: str,
    title: str,
    summary: str,
    body: str,
    url: str,
    shown_on: datetime.date | None = None,
) -> None:
    """Add or replace a document; words in the title weigh most, then the summary's."""
    text = f"{summary} {body}".strip()
    cut = [" ".join(words.cut(part)) for part in (title, summary, body)]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [kind, key, title, text, url, shown_on, *cut])


def remove(*, kind: str, key: str) -> None:
    """Take a document out."""
    SearchDocument.objects.filter(kind=kind, key=key).delete()


def find(query: str, *, kinds: list[str] | None = None, limit: int = 20, offset: int = 0) -> list[Found]:
    """Return the best documents that hold every word of the query."""
    looked_for = words.cut_query(query)[:12]
    if not looked_for:
        return []
    wanted: Any = SearchQuery(looked_for[0], config="simple")
    for word in looked_for[1:]:
        wanted &= SearchQuery(word, config="simple")
    documents = SearchDocument.objects.filter(vector=wanted)
    if kinds:
        documents = documents.filter(kind__in=kinds)
    ranked = documents.annotate(rank=SearchRank(F("vector"), wanted)).order_by("-rank", "-shown_on", "-id")
    return [
        Found(one.kind, one.title, _excerpt(one.text, looked_for), one.url, one.shown_on)
        for one in ranked[offset : offset + limit]
    ]


def _excerpt(text: str, looked_for: list[str]) -> str:
    """Return the words around the first hit, or the beginning."""
    lowered = words.normalised(text)
    hits = [place for place in (lowered.find(word) for word in looked_for) if place >= 0]
    start = max(min(hits, default=0) - AROUND // 3, 0)
    return ("…" if start else "") + text[start : start + AROUND * 2].strip()
