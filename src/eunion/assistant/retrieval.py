"""The library of this process: everything that the sources hold now, ready to be asked.

Whether a source has changed is looked up at most once a second and costs one small query each, so every process
follows a change within moments. Only what changed is cut and embedded again.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import random
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray
from procrastinate.exceptions import AlreadyEnqueued

from eunion.assistant import tasks, understanding
from eunion.assistant.engine import Hit, Index, Passage
from eunion.assistant.engine import embedder as engine_embedder
from eunion.assistant.engine.embedder import Embedder, EmbedderError, Vectors
from eunion.assistant.engine.index import embedded
from eunion.assistant.models import Vector
from eunion.assistant.sources import SOURCES, Item
from eunion.assistant.terms import Setting
from eunion.content import words

logger = logging.getLogger(__name__)
FRESH_S = 1.0
# Answer alone from SURE on; from MAYBE on offer three; below pass on to a person.
SURE, MAYBE = 0.62, 0.12
# So many characters are embedded while the asker waits (about a second: an entry or two); more is a job's work.
AT_ONCE = 1200
LOOK_AGAIN_S = 30
REMEMBERED = 2000
# So many passages are embedded, then kept: a few seconds' work.
SLICE = 16


@dataclass(frozen=True)
class Library:
    """What this process answers from."""

    index: Index
    items: dict[str, Item]
    stamp: tuple[Hashable, int]
    # Passages whose meaning is still being computed by a job: found by words and characters until then.
    lacking: frozenset[str] = frozenset()
    restricted: dict[str, str] = field(default_factory=dict)
    phrasings: dict[str, str] = field(default_factory=dict)

    def allowed(self, setting: Setting) -> set[str] | None:
        """Return the names that may be said to this person, or None for all of them."""
        return self._allowed(self._path(setting))

    def search(self, question: str, setting: Setting, limit: int) -> tuple[Hit, ...]:
        """Return the best owners that may be said to this person; the last questions are remembered.

        When something happens, many people ask the same. Raises EmbedderError.
        """
        return self._found(question, limit, self._path(setting))

    def _path(self, setting: Setting) -> str | None:
        """Return whose restricted items may be said: a union's path, "" for nobody's, None where none is restricted."""
        if not self.restricted:
            return None
        return setting.union.path if setting.certified and not setting.in_group and setting.union else ""

    def _allowed(self, path: str | None) -> set[str] | None:
        if path is None:
            return None
        return {
            name
            for name in self.items
            if name not in self.restricted or (path and path.startswith(self.restricted[name]))
        }

    @cached_property
    def _found(self) -> Callable[[str, int, str | None], tuple[Hit, ...]]:
        @lru_cache(maxsize=REMEMBERED)
        def found(question: str, limit: int, path: str | None) -> tuple[Hit, ...]:
            return tuple(self.index.search(question, limit=limit, allowed=self._allowed(path)))

        return found


_lock = threading.Lock()
_kept: Library | None = None
_looked_at = 0.0


class Remembering:
    """An embedder that remembers the last questions: when something happens, many people ask the same."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dimension, self.passages = inner.name, inner.dimension, inner.passages
        self._one = lru_cache(maxsize=REMEMBERED)(lambda text: inner.queries([text])[0])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of questions."""
        rows = [self._one(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)


@cache
def embedder() -> Embedder | None:
    """Return this process's embedder, or None where words and characters go on alone."""
    found, reason = engine_embedder.load(
        settings.EMBEDDER_URL, settings.EMBEDDER_KEY, settings.EMBEDDER_MODEL
    )
    if found is None:
        logger.warning("no embedder, words and characters go on alone: %s", reason)
        return None
    return Remembering(found)


def embedder_state() -> str:
    """Return in words what computes meaning, for the health page."""
    found = embedder()
    if found is not None:
        return found.name
    return engine_embedder.load(settings.EMBEDDER_URL, settings.EMBEDDER_KEY, settings.EMBEDDER_MODEL)[1]


def warm_up() -> None:
    """Read the word lists and the whole library and search it once, as a process does before the first question."""
    understanding.warm_up()
    index = library().index
    index.read_ahead()
    with contextlib.suppress(EmbedderError):
        index.search("年假几天")


def is_getting_ready() -> bool:
    """Say whether this process has yet to read the library, or passages wait for their meaning; reads nothing itself."""
    return _kept is None or bool(_kept.lacking)


def forget() -> None:
    """Drop the library; the next question makes it anew."""
    global _kept, _looked_at
    _kept, _looked_at = None, 0.0


def library() -> Library:
    """Return what may be answered from now.

    Whoever first asks after a change reads what changed; others meanwhile are answered from what was there before.
    """
    global _kept, _looked_at  # noqa: PLW0603
    before = _kept
    if before is not None and time.monotonic() - _looked_at < FRESH_S:
        return before
    if before is None:
        _lock.acquire()
    elif not _lock.acquire(blocking=False):
        return before
    try:
        stamp = _stamp(_kept)
        if _kept is None or _kept.stamp != stamp:
            _kept = _made(_kept, stamp)
        _looked_at = time.monotonic()
        return _kept
    finally:
        _lock.release()


def search(question: str, setting: Setting, limit: int = 3) -> list[tuple[Item, Hit]]:
    """Return the best items for a question that may be said to this person, best first."""
    now = library()
    return [(now.items[hit.owner], hit) for hit in now.search(question, setting, limit)]


def word_for_word(question: str, setting: Setting) -> tuple[tuple[Item, Hit], ...]:
    """Return the item that a question stands in word for word, such as a choice that was offered; else nothing."""
    now = library()
    name = now.phrasings.get(bare(question))
    allowed = now.allowed(setting)
    if name is None or (allowed is not None and name not in allowed):
        return ()
    return ((now.items[name], Hit(name, f"{name}#0", 0.0, 1.0, {"view:exact": 1.0})),)


def bare(text: str) -> str:
    """Return a text's letters and digits in one spelling: how it is compared word for word."""
    return "".join(char for char in words.normalised(text) if char.isalnum())


def _phrasings(items: dict[str, Item]) -> dict[str, str]:
    """Return the item of each phrasing that belongs to one alone."""
    found: dict[str, set[str]] = {}
    for item in items.values():
        for title, text in item.passages:
            if not text:
                found.setdefault(bare(title), set()).add(item.name)
    return {phrasing: next(iter(names)) for phrasing, names in found.items() if len(names) == 1}


def _stamp(before: Library | None) -> tuple[Hashable, int]:
    """Return what differs after any change; passages that wait for their meaning are looked after now and then."""
    looking = before is None or before.lacking
    waiting = int(time.monotonic() / LOOK_AGAIN_S) if looking else before.stamp[1]  # type: ignore[union-attr]
    return tuple((name, source.version()) for name, source in sorted(SOURCES.items())), waiting


def _made(before: Library | None, stamp: tuple[Hashable, int]) -> Library:
    """Return the library of now; of the one before, only what changed or waited for its meaning is read again."""
    items = {item.name: item for source in SOURCES.values() for item in source.items()}
    passages = [passage for item in items.values() for passage in item.as_passages()]
    model = embedder()
    old = {passage.id: passage for passage in before.index.passages} if before else {}
    lacked = before.lacking if before else frozenset()
    added = [passage for passage in passages if passage.id in lacked or old.get(passage.id) != passage]
    without = {
        passage.id for item in items.values() if not item.has_meaning for passage in item.as_passages()
    }
    vectors, lacking = _vectors(added, without, model)
    if before is None:
        index = Index(passages, model, vectors)
    else:
        wanted = {passage.id for passage in passages}
        index = before.index.changed(added, [one for one in old if one not in wanted], vectors)
    restricted = {name: item.union_path for name, item in items.items() if item.union_path}
    return Library(index, items, stamp, lacking, restricted, _phrasings(items))


def _vectors(
    passages: list[Passage], without: set[str], model: Embedder | None
) -> tuple[NDArray[np.float16] | None, frozenset[str]]:
    """Return the passages' vectors, and the ids of those that have none yet (rows of zeros)."""
    if model is None:
        return None, frozenset()
    digests = [digest(passage) for passage in passages]
    rows = _stored(model, digests)
    missing = [at for at, one in enumerate(digests) if one not in rows and passages[at].id not in without]
    if sum(len(passages[at].full) for at in missing) <= AT_ONCE:
        rows |= store([passages[at] for at in missing], model)
    else:
        _ask_for_vectors()
    nothing = np.zeros(model.dimension, np.float16)
    found = [rows.get(one, nothing) for one in digests]
    lacking = frozenset(passages[at].id for at in missing if digests[at] not in rows)
    return (np.stack(found) if found else np.zeros((0, model.dimension), np.float16)), lacking


def _ask_for_vectors() -> None:
    """Defer the job that computes them, unless one waits already."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        tasks.embed_missing.configure(queueing_lock="assistant.embed_missing").defer()


def digest(passage: Passage) -> str:
    """Return what names a passage's vector: a title alone is embedded as the question that it is."""
    kind = "passage" if passage.text else "query"
    return hashlib.sha256(f"{kind}\n{passage.full}".encode()).hexdigest()


def _stored(model: Embedder, digests: Iterable[str]) -> dict[str, NDArray[np.float16]]:
    rows = Vector.objects.filter(embedder=model.name, digest__in=set(digests))
    return {
        one: np.frombuffer(numbers, dtype="<f2") for one, numbers in rows.values_list("digest", "numbers")
    }


def store(passages: list[Passage], model: Embedder) -> dict[str, NDArray[np.float16]]:
    """Embed passages and keep their vectors; return them by digest. An embedder that is away gives none."""
    if not passages:
        return {}
    try:
        vectors = embedded(passages, model)
    except EmbedderError as error:
        logger.warning("passages wait for their meaning: %s", error)
        return {}
    made = {digest(passage): row for passage, row in zip(passages, vectors, strict=True)}
    Vector.objects.bulk_create(
        [
            Vector(embedder=model.name, digest=one, numbers=row.astype("<f2").tobytes())
            for one, row in made.items()
        ],
        ignore_conflicts=True,
    )
    return made


def embed_missing(told: Callable[[int, int], object] = lambda done, whole: None) -> int:
    """Embed what no vector is stored for, slice by slice, each kept when done; return how many there were.

    `told` hears after each slice how many are done, of how many. Safe to repeat, and to run in several processes at
    once: each takes the slices in an order of its own and leaves out what another has done since.
    """
    model = embedder()
    if model is None:
        return 0
    passages = {
        digest(passage): passage
        for source in SOURCES.values()
        for item in source.items()
        if item.has_meaning
        for passage in item.as_passages()
    }
    known = _stored(model, passages)
    missing = [one for one in passages if one not in known]
    starts = list(range(0, len(missing), SLICE))
    random.shuffle(starts)
    for number, start in enumerate(starts, 1):
        some = missing[start : start + SLICE]
        done = _stored(model, some)
        store([passages[one] for one in some if one not in done], model)
        told(min(number * SLICE, len(missing)), len(missing))
    return len(missing)
