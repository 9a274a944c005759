"""The knowledge that comes with the product: enough of it, each with its basis, no two alike."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from eunion.assistant import articles, retrieval, shipped_vectors
from eunion.assistant.services import evaluation, imports

ROWS = imports.shipped_rows()
_LAWS = Path(os.environ.get("EUNION_LAWS", Path(__file__).parents[5] / "shared" / "data" / "laws"))
_BASIS = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》([^《；]*)")


def test_there_are_more_than_250_entries_each_with_a_legal_basis_and_its_date() -> None:
    assert len(ROWS) >= 250
    for row in ROWS:
        assert _BASIS.search(row["legal_basis"]), row["key"]
        assert row["source"], row["key"]
        assert row["source_date"], row["key"]


def test_answers_are_long_enough_to_help_and_short_enough_to_read() -> None:
    for row in ROWS:
        assert 60 <= len(row["answer"]) <= 420, row["key"]
        assert len(row["alternatives"]) >= 5, row["key"]


def test_no_two_entries_share_a_key_or_a_phrasing() -> None:
    assert len({row["key"] for row in ROWS}) == len(ROWS)
    said = Counter(
        re.sub(r"\W", "", text) for row in ROWS for text in (row["question"], *row["alternatives"])
    )
    assert not [text for text, count in said.items() if count > 1]


def test_every_cited_article_is_in_the_law_and_of_the_version_named() -> None:
    if not _LAWS.is_dir():
        pytest.skip(f"no law texts at {_LAWS}; set EUNION_LAWS to check the citations")
    laws = {
        read.title: (read.effective_on, {one.number for one in read.articles})
        for path in _LAWS.glob("*.md")
        for read in [articles.cut(name=path.name, content=path.read_bytes())]
    }
    wrong = []
    for row in ROWS:
        for law, numbers in _BASIS.findall(row["legal_basis"]):
            known = laws.get(law, (None, set()))[1]
            wrong += [
                f"{row['key']} {law}{one}" for one in re.findall(r"第[^、]+条", numbers) if one not in known
            ]
    assert not wrong


def test_the_vectors_that_ship_are_those_of_the_texts_that_ship() -> None:
    _, vectors = shipped_vectors.read()
    assert vectors.keys() == shipped_vectors.passages().keys()


def test_the_evaluation_asks_nothing_that_stands_among_the_phrasings() -> None:
    said = {retrieval.bare(text) for row in ROWS for text in (row["question"], *row["alternatives"])}
    cases = [case for path in evaluation.FILES.glob("*.jsonl") for case in evaluation.read(path)]
    keys = {row["key"] for row in ROWS}
    assert len(cases) >= 500
    assert sum(not case.relevant for case in cases) >= len(cases) / 5
    assert not [case.question for case in cases if retrieval.bare(case.question) in said]
    assert all(case.relevant <= keys for case in cases)
