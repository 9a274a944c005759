"""Training and measuring: the model is plain numbers, learns what is right, and is not measured on what it was taught."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from eunion.assistant.engine import learning, measures, ranker, trainer, training

ROOT = Path(__file__).resolve().parents[4]

ENTRIES = [
    {
        "id": "join",
        "question": "怎么加入工会",
        "alternatives": ["入会怎么办理", "想加入工会"],
        "answer": "向基层工会申请。",
    },
    {
        "id": "pay",
        "question": "加班费怎么算",
        "alternatives": ["加班一小时多少钱"],
        "answer": "不低于工资的百分之一百五十。",
    },
]


@pytest.fixture
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_assistant", ROOT / "bench" / "assistant.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    passages = [
        {"id": f"p{at}", "title": text, "text": ""} for at, text in enumerate(["食堂几点开门", "健身房在哪"])
    ]
    questions = [
        {"id": "q0", "question": "食堂什么时候开", "relevant": ["p0"], "topic": ""},
        {"id": "q1", "question": "健身房在什么地方", "relevant": ["p1"], "topic": ""},
    ]
    for name, some in (("passages", passages), ("questions", questions)):
        (tmp_path / f"{name}.jsonl").write_text(
            "\n".join(json.dumps(one, ensure_ascii=False) for one in some)
        )
    return tmp_path


def test_the_model_file_is_small_and_loads_without_pickle() -> None:
    path = ranker.newest()
    assert path.stat().st_size < 2_000_000
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)
    model = ranker.load(path)
    assert len(model.meant.thresholds) == len(model.worded.thresholds) == 3
    assert 0 < model.meant.thresholds.min() <= model.meant.thresholds.max() <= 1
    assert model.figures


def test_a_model_that_is_damaged_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "ranker-v9.npz").write_bytes(b"PK broken")
    with pytest.raises(ranker.ModelError, match="cannot read the ranker ranker-v9"):
        ranker.load(tmp_path / "ranker-v9.npz")


def test_a_saved_model_is_the_one_loaded(tmp_path: Path) -> None:
    model = ranker.model()
    ranker.save(model, tmp_path / "ranker-v1.npz")
    again = ranker.load(tmp_path / "ranker-v1.npz")
    assert again.meant.weights == pytest.approx(model.meant.weights)
    assert (again.fingerprints == model.fingerprints).all()


def test_a_question_is_known_by_its_fingerprint_whatever_its_spelling() -> None:
    assert ranker.fingerprint("怎麼加入工會？") == ranker.fingerprint("怎么 加入工会")
    assert ranker.fingerprint("怎么加入工会") != ranker.fingerprint("怎么退出工会")


def test_a_folder_with_a_question_that_was_taught_is_refused(
    bench: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ranker.model()
    taught = np.array([ranker.fingerprint("食堂什么时候开？")], dtype=np.uint64)
    monkeypatch.setattr(ranker, "model", lambda: ranker.Model(**{**vars(model), "fingerprints": taught}))
    pairs = training.read_folder(folder)
    with pytest.raises(bench.LaunchError, match="1 of 2 questions"):
        bench._measured(pairs, unseen=False)
    assert [one.question for one in bench._measured(pairs, unseen=True)] == ["健身房在什么地方"]


def test_a_folder_of_new_questions_is_measured(bench: ModuleType, folder: Path) -> None:
    figures = bench.main(["--data", str(folder), "--no-embedder", "--passages", "50"])
    assert figures["passages"] == 50
    assert figures["hit1"] == 1.0
    assert {"coverage_p95", "precision_at_threshold", "p99_ms", "bm25_hit1", "tfidf_hit1"} <= figures.keys()


def test_a_missing_folder_is_one_line(bench: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(bench.LaunchError, match="cannot read"):
        bench.main(["--data", str(tmp_path / "nowhere")])


def test_own_knowledge_trains_each_phrasing_without_itself(tmp_path: Path) -> None:
    (tmp_path / "k.json").write_text(json.dumps(ENTRIES, ensure_ascii=False))
    pairs = training.read_knowledge([tmp_path / "k.json"])
    assert [one.question for one in pairs.questions] == ["入会怎么办理", "想加入工会", "加班一小时多少钱"]
    hidden = {passage.id: passage for passage in pairs.passages}[pairs.questions[0].hidden]
    assert hidden.title == "入会怎么办理"
    assert {passage.belongs_to for passage in pairs.passages} == {"join", "pay"}


def test_questions_that_share_an_answer_stand_in_one_fold() -> None:
    some = [
        training.Asked("甲", frozenset({"a", "b"})),
        training.Asked("乙", frozenset({"b", "c"})),
        training.Asked("丙", frozenset({"d"})),
    ]
    first, second, third = training.together(some)
    assert first == second != third


def test_the_order_is_learned_from_lists() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(300, 3))
    right = np.zeros(300, bool)
    for start in range(0, 300, 10):
        right[start + int(np.argmax(rows[start : start + 10, 1]))] = True
    weights = learning.learn_order(learning.Lists(rows, np.arange(0, 300, 10), right), penalty=0.1)
    assert weights[1] > 3 * abs(weights[0])
    assert weights[1] > 3 * abs(weights[2])


def test_the_chance_that_is_learned_is_calibrated() -> None:
    random = np.random.default_rng(0)
    seen = random.normal(size=2000)
    right = random.random(2000) < 1 / (1 + np.exp(-2 * seen))
    rows = np.stack([np.ones(2000), seen], axis=1)
    weights = learning.learn_chance(rows, right, np.ones(2000), 1.0)
    chance = 1 / (1 + np.exp(-rows @ weights))
    sure = chance > 0.8
    assert abs(right[sure].mean() - chance[sure].mean()) < 0.05


def test_a_projection_brings_questions_to_their_passages() -> None:
    random = np.random.default_rng(0)
    passages = random.normal(size=(200, 16)).astype(np.float32)
    noise = np.zeros((200, 16), np.float32)
    noise[:, :8] = random.normal(0, 2, (200, 8))
    questions = passages + noise
    turn = learning.learn_turn([learning.Contrast(questions, passages, [[at] for at in range(200)])])
    hits = [((one @ turn) @ (passages @ turn).T).argmax() for one in questions]
    plain = [(one @ passages.T).argmax() for one in questions]
    assert (np.array(hits) == np.arange(200)).mean() >= (np.array(plain) == np.arange(200)).mean()


def test_a_title_among_near_equals_must_be_surer_than_one_with_room_around_it() -> None:
    confidence = np.concatenate([np.linspace(1, 0, 100)] * 2)
    right = np.array([True] * 90 + [False] * 10 + [True] * 40 + [False] * 60)
    roomy, crowded, body = trainer.thresholds(confidence, right, np.repeat([0, 1], 100))
    assert roomy < crowded and body == pytest.approx(measures.PRECISION)
    assert ranker.model().meant.thresholds[0] < ranker.model().meant.thresholds[1]


def test_the_threshold_is_where_95_of_100_are_right() -> None:
    confidence = np.linspace(1, 0, 100)
    right = np.array([True] * 57 + [False] * 43)
    level, reach = measures.threshold(confidence, right)
    assert reach == pytest.approx(0.6)
    assert right[confidence >= level].mean() >= 0.95


def test_where_few_questions_speak_a_threshold_asks_for_more_than_95_of_100() -> None:
    confidence = np.linspace(1, 0, 20)
    right = np.array([True] * 19 + [False])
    assert measures.threshold(confidence, right) == (0.0, 1.0)
    assert measures.threshold(confidence, right, margin=2)[1] == 0.0


def test_a_title_stands_among_near_equals_by_all_that_was_found_around_it() -> None:
    scorer = ranker.model().meant
    rows = np.zeros((4, len(scorer.names)), dtype=np.float32)
    crowd = scorer.names.index(ranker.CROWD)
    rows[0, crowd] = 0.6
    assert scorer.kinds(rows).tolist() == [0, 0, 0, 0]
    rows[1:, crowd] = 0.5
    assert scorer.kinds(rows).tolist() == [1, 1, 1, 1]
    rows[2, scorer.names.index(ranker.BODY)] = 3.0
    assert scorer.kinds(rows).tolist() == [1, 1, 2, 1]


def test_a_lead_among_near_equals_is_worth_less_than_one_with_room() -> None:
    scorer = ranker.model().meant
    rows = np.zeros((4, len(scorer.names)), dtype=np.float32)
    shares = np.array([0.97, 0.01, 0.01, 0.01], dtype=np.float32)
    roomy = scorer.confidence(shares, rows)[0]
    rows[:, scorer.names.index(ranker.CROWD)] = 0.7
    assert scorer.confidence(shares, rows)[0] < roomy
