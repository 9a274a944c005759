"""Bringing laws in while people ask: nobody waits for it, and whoever does it sees how far it is."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from eunion.assistant import retrieval
from eunion.assistant.engine.embedder import Vectors
from eunion.assistant.models import Document, Vector
from eunion.assistant.services import documents
from eunion.assistant.terms import Setting

HERE = Setting(channel="portal")
CLAUSE = "用人单位应当建立高温作业的劳动保护制度，并把防暑降温的措施告诉劳动者。"


def law(number: int, articles: int = 30) -> bytes:
    return "\n\n".join(
        f"第{one}条 第{number}部规定的第{one}项：{CLAUSE * 3}" for one in range(1, articles + 1)
    ).encode()


class Counting:
    """An embedder that counts its passages instead of taking long."""

    name, dimension = "counting", 8

    def __init__(self) -> None:
        self.done = 0

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.eye(8, dtype=np.float32)[[len(text) % 8 for text in texts]]

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.done += len(texts)
        return self.queries(texts)


@pytest.fixture
def embedder(db: None, monkeypatch: pytest.MonkeyPatch) -> Counting:
    found = Counting()
    monkeypatch.setattr(retrieval, "embedder", lambda: found)
    return found


def brought_in(folder: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_laws", str(folder), *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_first_question_after_an_import_does_not_wait_for_its_meaning(embedder: Counting) -> None:
    retrieval.library()
    documents.import_document(name="高温规定.md", content=law(1), user=None)
    time.sleep(retrieval.FRESH_S)
    found = retrieval.search("高温作业 劳动保护制度", HERE)
    assert found and found[0][0].name.startswith("article:")
    assert embedder.done == 0


def test_while_one_reads_what_changed_others_are_answered_from_what_was_there(embedder: Counting) -> None:
    before = retrieval.library()
    documents.import_document(name="高温规定.md", content=law(1), user=None)
    time.sleep(retrieval.FRESH_S)
    with retrieval._lock:
        assert retrieval.library() is before
    assert len(retrieval.library().index) == len(before.index) + 30


def test_laws_are_found_by_their_words_before_any_meaning_is_computed(
    embedder: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Any] = []
    monkeypatch.setattr(
        retrieval, "store", lambda *_: found.append(Document.objects.filter(live=True).count())
    )
    for number in range(3):
        (tmp_path / f"规定{number}.md").write_bytes(law(number))
    brought_in(tmp_path)
    assert set(found) == {3}


def test_whoever_brings_laws_in_sees_how_far_it_is(
    embedder: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eunion.assistant.management.commands.import_laws.TELL_EVERY_S", 0)
    for number in range(2):
        (tmp_path / f"规定{number}.md").write_bytes(law(number))
    said = brought_in(tmp_path)
    assert "[1/2] 导入 《规定0》" in said and "[2/2] 导入 《规定1》" in said
    assert "正在计算语义 16/60 段" in said and "正在计算语义 60/60 段" in said
    assert "新算语义 60 段" in said
    again = brought_in(tmp_path)
    assert "没有变化 2 部" in again and "新算语义 0 段" in again


def test_a_file_that_cannot_be_read_is_named_and_holds_up_no_other(
    embedder: Counting, tmp_path: Path
) -> None:
    (tmp_path / "空.md").write_bytes(b"")
    (tmp_path / "规定.md").write_bytes(law(1))
    with pytest.raises(CommandError, match="1 个文件没有导入"):
        brought_in(tmp_path)
    assert Document.objects.filter(title="规定", live=True).exists()


def test_what_another_process_computed_meanwhile_is_not_computed_again(embedder: Counting) -> None:
    documents.import_document(name="高温规定.md", content=law(1), user=None)

    def the_other_finishes(done: int, whole: int) -> None:
        missing = [one for item in retrieval.SOURCES["documents"].items() for one in item.as_passages()]
        Vector.objects.bulk_create(
            [
                Vector(embedder="counting", digest=retrieval.digest(one), numbers=b"\0" * 16)
                for one in missing
            ],
            ignore_conflicts=True,
        )

    assert retrieval.embed_missing(the_other_finishes) == 30
    assert embedder.done <= retrieval.SLICE


def test_loading_knowledge_says_what_came_of_each_file(db: None, tmp_path: Path) -> None:
    path = tmp_path / "食堂.json"
    path.write_text('[{"question": "食堂几点开门？", "answer": "十一点半。"}]', encoding="utf-8")
    said = []
    for _ in range(2):
        out = io.StringIO()
        call_command("load_knowledge", str(path), stdout=out)
        said.append(out.getvalue())
    assert "食堂.json：新增 1 条，改动 0 条，没变 0 条；新增和改动的待两人审核后启用。" in said[0]
    assert "食堂.json：新增 0 条，改动 0 条，没变 1 条；没有要审核的。" in said[1]
