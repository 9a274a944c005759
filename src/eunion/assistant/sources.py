"""What 雲博士 may answer from: sources that tell what they hold now. Any room adds its own in its apps.py.

A source is asked often whether it has changed (`version`, one cheap query) and only then for all it holds.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.html import strip_tags

from eunion.assistant import citations
from eunion.assistant.engine import Passage
from eunion.assistant.models import Article, Document, KnowledgeEntry
from eunion.assistant.terms import Source as Reference
from eunion.content.models import ArticlePage, GuidePage
from eunion.registry.models import Union


@dataclass(frozen=True)
class Item:
    """One thing that can answer, named `kind:id`: what is said, its source, and the texts by which it is found.

    `union_path` restricts it to the certified members of a subtree; `passages` are (title, text) pairs.
    """

    name: str
    title: str
    answer: str
    references: tuple[Reference, ...]
    passages: tuple[tuple[str, str], ...]
    topic: str = ""
    union_path: str = ""
    # Names and addresses mean nothing that words don't say: they are found by words alone.
    has_meaning: bool = True

    def as_passages(self) -> list[Passage]:
        """Return the texts for the index, numbered, in the order given."""
        return [
            Passage(f"{self.name}#{number}", title, text, self.name)
            for number, (title, text) in enumerate(self.passages)
        ]


@dataclass(frozen=True)
class Source:
    """A room's part of the knowledge."""

    version: Callable[[], Hashable]
    items: Callable[[], list[Item]]


SOURCES: dict[str, Source] = {}
SAID_OF_AN_ARTICLE = 500
SAID_OF_A_PAGE = 400


def register(name: str, source: Source) -> None:
    """Offer a source; the same name again replaces it."""
    SOURCES[name] = source


def _state(rows: Any, changed: str) -> Hashable:
    found = rows.aggregate(changed=Max(changed), count=Count("pk"))
    return found["changed"], found["count"]


def _entries_version() -> Hashable:
    # Entries begin and cease to be valid at midnight without anyone touching them.
    return _state(KnowledgeEntry.objects.filter(live=True), "last_published_at"), timezone.localdate()


def _entries() -> list[Item]:
    speaking = KnowledgeEntry.objects.speaking(timezone.localdate()).select_related("union")
    return [entry_item(entry) for entry in speaking]


_LAW = re.compile(r"(《(?:[^《》]|《[^《》]*》)+》)([^《]*)")


def by_law(basis: str) -> list[str]:
    """Return a legal basis law by law, each with all its articles; a text that begins otherwise stays whole."""
    if not basis.startswith("《"):
        return [basis] if basis else []
    found: dict[str, list[str]] = {}
    for law, articles in _LAW.findall(basis):
        said = articles.strip(" ，,；;、。")
        found.setdefault(law, []).extend([said] if said and said not in found.get(law, []) else [])
    return [law + "、".join(articles) for law, articles in found.items()]


def entry_item(entry: KnowledgeEntry) -> Item:
    """Return an entry as 雲博士 says it: found by every phrasing, and by its answer."""
    # The same articles, written once with the law's name at each of them and once without, are one source.
    articles = citations.named(entry.source)
    same_articles = bool(articles) and articles == citations.named(entry.legal_basis)
    same = same_articles or entry.source == entry.legal_basis
    dated = entry.source_date if same else None
    laws = by_law(entry.legal_basis)
    # The date that is kept is that of the law named first.
    basis = tuple(Reference(law, _law_url(law), None if number else dated) for number, law in enumerate(laws))
    source = (Reference(entry.source, "", entry.source_date),) if entry.source and not same else ()
    links = tuple(Reference(one["label"], one["url"]) for one in entry.links)
    return Item(
        name=f"entry:{entry.pk}",
        title=entry.question,
        answer=entry.answer,
        references=(*basis, *source, *links),
        passages=entry_passages(entry.question, entry.alternatives, entry.answer),
        topic=entry.topic,
        union_path=entry.union.path if entry.union else "",
    )


def entry_passages(question: str, alternatives: list[str], answer: str) -> tuple[tuple[str, str], ...]:
    """Return the (title, text) pairs by which an entry is found: each phrasing alone, and the question with its answer."""
    return (*((phrasing, "") for phrasing in (question, *alternatives)), (question, answer))


def _law_url(basis: str) -> str:
    """Return where the articles of a basis can be read: the page says so where a law has not been imported."""
    from django.urls import reverse
    from django.utils.http import urlencode

    return f"{reverse('assistant_basis')}?{urlencode({'basis': basis})}"


def _documents_version() -> Hashable:
    return _state(Document.objects.filter(live=True), "imported_at")


def _articles() -> list[Item]:
    rows = Article.objects.filter(document__live=True).select_related("document")
    return [article_item(article) for article in rows]


def article_item(article: Article) -> Item:
    """Return an article of a law, found by its number, chapter and words."""
    document = article.document
    name = f"《{document.title}》{article.number}"
    shown = (
        article.text if len(article.text) <= SAID_OF_AN_ARTICLE else article.text[:SAID_OF_AN_ARTICLE] + "…"
    )
    return Item(
        name=f"article:{article.pk}",
        title=name,
        answer=f"{name}：\n{shown}",
        references=(Reference(name, _law_url(name), document.effective_on),),
        passages=((f"{document.title}{article.number}", article.text),),
        topic="法律条文",
    )


def _pages_version() -> Hashable:
    guides = GuidePage.objects.live()
    return _state(guides, "last_published_at"), _state(ArticlePage.objects.live(), "last_published_at")


def _pages() -> list[Item]:
    guides = GuidePage.objects.live().select_related("category")
    policies = ArticlePage.objects.live().select_related("category").order_by("-last_published_at")
    return [guide_item(page) for page in guides] + [page_item(page) for page in policies]


def guide_item(page: GuidePage) -> Item:
    """Return a guide: who, what, how, how long and where, in its own words."""
    parts = [
        ("谁可以办", page.who),
        ("要带什么", page.materials),
        ("怎么办", page.steps),
        ("多久办好", page.time_limit),
        ("在哪里办", page.place),
        ("电话", page.phone),
    ]
    said = "\n".join(f"{label}：{_one_line(text)}" for label, text in parts if text.strip())
    asked = tuple((f"{page.title}{label}", _one_line(text)) for label, text in parts if text.strip())
    return Item(
        name=f"page:{page.pk}",
        title=page.title,
        answer=f"{page.title}\n{said}",
        references=(Reference(page.title, page.get_url() or "", page.shown_date),),
        passages=((f"{page.title}怎么办", page.summary), *asked),
        topic=page.category.name if page.category else "办事指南",
    )


def page_item(page: ArticlePage) -> Item:
    """Return a policy, law or piece of news by its summary."""
    body = _one_line(strip_tags(page.body.render_as_block() if page.body else ""))
    said = page.summary or body[:SAID_OF_A_PAGE]
    label = f"{page.title}（{page.source}）" if page.source else page.title
    return Item(
        name=f"page:{page.pk}",
        title=page.title,
        answer=f"{page.title}：{said}",
        references=(Reference(label, page.get_url() or "", page.shown_date),),
        passages=((page.title, f"{page.summary} {body[:SAID_OF_A_PAGE]}".strip()),),
        topic=page.category.name if page.category else "",
    )


def _one_line(text: str) -> str:
    return "；".join(line.strip() for line in text.splitlines() if line.strip())


def _unions_version() -> Hashable:
    return _state(Union.objects.filter(active=True), "updated_at")


def _unions() -> list[Item]:
    return [union_item(union) for union in Union.objects.filter(active=True)]


def union_item(union: Union) -> Item:
    """Return a union with where and when it can be reached."""
    parts = [("地址", union.address), ("电话", union.phone), ("办公时间", union.opening_hours)]
    said = "\n".join(f"{label}：{text}" for label, text in parts if text)
    dated: datetime.date = timezone.localtime(union.updated_at).date()
    return Item(
        name=f"union:{union.pk}",
        title=union.name,
        answer=f"{union.name}\n{said or '还没有登记地址和电话，可拨打 12351 询问。'}",
        references=(Reference("工会名录", f"/unions/{union.public_id}/", dated),),
        passages=((f"{union.name}在哪里 电话 地址", ""),),
        topic="找工会",
        has_meaning=False,
    )


register("entries", Source(_entries_version, _entries))
register("documents", Source(_documents_version, _articles))
register("pages", Source(_pages_version, _pages))
register("unions", Source(_unions_version, _unions))
