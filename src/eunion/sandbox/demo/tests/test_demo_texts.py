"""The demo's texts: counts, lengths, and every cited article present in the law it is said to be in."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from eunion.sandbox.demo.texts import (
    LegalBasis,
    citations,
    load_articles,
)

_LAWS = Path(os.environ.get("EUNION_LAWS", Path(__file__).parents[6] / "shared" / "data" / "laws"))


def test_there_are_as_many_articles_of_each_kind_as_promised() -> None:
    kinds = Counter(article.kind for article in load_articles())
    assert kinds == {"news": 12, "policies": 10, "laws": 8, "guides": 10, "notices": 6}


def test_articles_are_long_enough_to_help_and_short_enough_to_read() -> None:
    for article in load_articles():
        assert 250 <= len(re.sub(r"\s", "", article.body)) <= 700, article.slug
        assert article.title
        assert article.category
        assert article.source.startswith("河湾区")
        assert len(article.summary) <= 60


def test_every_cited_article_is_in_the_law() -> None:
    if not _LAWS.is_dir():
        pytest.skip(f"no law texts at {_LAWS}; set EUNION_LAWS to check the citations")
    cited = {basis for article in load_articles() for basis in citations(article.body)}
    assert len(cited) > 20
    assert not sorted(f"{basis.law} {basis.article}" for basis in cited if not _stands_in_law(basis))


def _stands_in_law(basis: LegalBasis) -> bool:
    files = [path for path in _LAWS.glob("*.md") if path.name.startswith(f"{basis.law}(")]
    pattern = re.compile(rf"^{basis.article}\s", re.MULTILINE)
    return any(pattern.search(path.read_text(encoding="utf-8")) for path in files)
