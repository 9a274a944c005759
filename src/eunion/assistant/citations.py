"""The articles that an answer rests on, found by the names in its legal basis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eunion.assistant.models import Article

# A law may be named within the name of another: 《…适用〈工会法〉…》 is often written with the outer marks.
_LAW = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》([^《]*)")
_NUMBER = re.compile(r"第[一二三四五六七八九十百千零〇0-9]+条(?:之[一二三四五六七八九十]+)?")
CITED_MAX = 12


@dataclass(frozen=True)
class Cited:
    """An article that a legal basis names; `article` is None where that law has not been brought in."""

    law: str
    number: str
    article: Article | None


def named(basis: str) -> list[tuple[str, str]]:
    """Return the (law, number) pairs that a text such as 《劳动法》第四十四条、第三十八条 names; no number for a law alone."""
    return [
        (law.strip(), number)
        for law, rest in _LAW.findall(basis[:400])
        for number in (_NUMBER.findall(rest) or [""])
    ]


def cited(basis: str) -> list[Cited]:
    """Return the articles that a text names, at most twelve."""
    names = named(basis)[:CITED_MAX]
    laws = {law for law, _ in names} | {law.removeprefix("中华人民共和国") for law, _ in names}
    rows = Article.objects.filter(document__live=True, document__title__in=laws).select_related("document")
    known = {
        (row.document.title, row.number): row
        for row in rows.filter(number__in={number for _, number in names})
    }
    return [
        Cited(
            law, number, known.get((law, number)) or known.get((law.removeprefix("中华人民共和国"), number))
        )
        for law, number in names
    ]
