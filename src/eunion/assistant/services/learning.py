"""What askers tell about answers: thumbs, and the same question in other words."""

from __future__ import annotations

import datetime

import numpy as np
from django.db.models import Q

from eunion.assistant import clusters
from eunion.assistant.clusters import Embed
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.kernel.errors import Invalid, NotAllowed

REPHRASED_WITHIN = datetime.timedelta(minutes=3)
# How near an entry must be to lend its topic to a question that has none.
TOPIC_PAIRS, TOPIC_MEANING = 0.3, 0.5
_ANSWERED = (Turn.State.ANSWERED, Turn.State.OFFERED)


def rate(turn: Turn, value: int, sender: str) -> None:
    """Keep the asker's thumb: 1 up, -1 down, 0 taken back; the same again is harmless.

    Raises NotAllowed for anyone but the asker, Invalid.
    """
    if value not in (-1, 0, 1):
        raise Invalid
    if not sender or sender != turn.sender:
        raise NotAllowed
    Turn.objects.filter(pk=turn.pk).update(thumb=value)
    turn.thumb = value


def note_rephrasing(turn: Turn, before: Turn | None, embed: Embed | None = None) -> bool:
    """Mark the answer before as not understood where a turn asks the same within three minutes; say whether it did.

    `before` is what the same person asked last in the same place.
    """
    if before is None or not _is_pair(before, turn) or not _asks_again(before, turn, embed):
        return False
    return bool(Turn.objects.filter(pk=before.pk, rephrased=False).update(rephrased=True))


def note_rephrasings(begin: datetime.datetime, end: datetime.datetime, embed: Embed | None = None) -> int:
    """Do the same for all turns of a time; return how many were marked."""
    turns = Turn.objects.filter(asked_at__gte=begin, asked_at__lt=end).exclude(state=Turn.State.SLOWED)
    before: Turn | None = None
    again: list[int] = []
    for turn in turns.order_by("channel", "sender", "group", "id").iterator(chunk_size=500):
        if before is not None and _is_pair(before, turn) and _asks_again(before, turn, embed):
            again.append(before.pk)
        before = turn
    return Turn.objects.filter(pk__in=again, rephrased=False).update(rephrased=True)


def _is_pair(before: Turn, turn: Turn) -> bool:
    same = (before.channel, before.sender, before.group) == (turn.channel, turn.sender, turn.group)
    return same and turn.asked_at - before.asked_at <= REPHRASED_WITHIN and _is_open_to_it(before)


def _is_open_to_it(before: Turn) -> bool:
    """Say whether a turn was answered, and the asker has not said that it helped."""
    is_answer = before.state in _ANSWERED and not before.skill and not before.found.startswith("fixed:")
    return is_answer and not before.rephrased and before.thumb <= 0


def _asks_again(before: Turn, turn: Turn, embed: Embed | None) -> bool:
    """Say whether a turn asks the same: choosing one of the offered questions is an answer, not a rephrasing."""
    if turn.question in before.choices:
        return False
    return clusters.similar(before.question, turn.question, embed)


def topic_guess(question: str, embed: Embed | None = None) -> str:
    """Return the topic of the nearest entry, '' where none is near."""
    return topic_guesses([question], embed)[0] if question else ""


def topic_guesses(questions: list[str], embed: Embed | None = None) -> list[str]:
    """Return the same for many questions at once."""
    known = list(KnowledgeEntry.objects.filter(~Q(topic="")).order_by("id").values_list("question", "topic"))
    if not known or not questions:
        return [""] * len(questions)
    rows, by_meaning = clusters.vectors([*questions, *(question for question, _ in known)], embed)
    least = TOPIC_MEANING if by_meaning else TOPIC_PAIRS
    scores = rows[: len(questions)] @ rows[len(questions) :].T
    best = np.argmax(scores, axis=1)
    return [
        known[place][1] if scores[row, place] >= least else "" for row, place in enumerate(map(int, best))
    ]
