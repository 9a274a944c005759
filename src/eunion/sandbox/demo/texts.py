"""The demo's articles (texts/*/*.md), read and checked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_CITATION = re.compile(r"《([^》]+)》(第[零一二三四五六七八九十百]+条)")


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article; `kind` is news, policies, laws, guides or notices; `body` is Markdown."""

    kind: str
    slug: str
    title: str
    category: str
    date: datetime.date
    source: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A law by its short name and an article such as 第十条."""

    law: str
    article: str


def load_articles() -> tuple[ArticleRow, ...]:
    """Return all articles, newest first."""
    rows = [_article(path) for path in sorted(_HERE.glob("texts/*/*.md"))]
    return tuple(sorted(rows, key=lambda row: row.date, reverse=True))


def citations(text: str) -> Iterator[LegalBasis]:
    """Yield every law and article that a text names."""
    for law, article in _CITATION.findall(text):
        yield LegalBasis(law, article)


def _article(path: Path) -> ArticleRow:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return ArticleRow(
        kind=path.parent.name,
        slug=path.stem,
        title=fields["title"],
        category=fields["category"],
        date=datetime.date.fromisoformat(fields["date"]),
        source=fields["source"],
        summary=fields["summary"],
        body=body.strip(),
    )
