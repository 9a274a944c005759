"""What the knowledge lacks: a week's questions that were not answered, or badly, brought together by meaning."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from eunion.assistant import clusters, masking, weeks
from eunion.assistant.clusters import Embed
from eunion.assistant.errors import GapClosed
from eunion.assistant.models import Gap, KnowledgeEntry, Turn
from eunion.assistant.services import learning
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

# More questions than this in one week are looked at from the newest on.
TURNS_MAX = 5000
SAMPLE_MAX = 200
_LOCK = 7214
_NOT_A_QUESTION = frozenset({"转人工", "人工", "人工客服", "客服"})


def unanswered(week: datetime.date) -> QuerySet[Turn]:
    """Return a week's questions that were passed on, thumbed down or asked again; never a cry for help."""
    begin, end = weeks.bounds(week)
    badly = Q(state__in=[Turn.State.PASSED_ON, Turn.State.CLOSED]) | Q(thumb__lt=0) | Q(rephrased=True)
    return Turn.objects.filter(badly, asked_at__gte=begin, asked_at__lt=end, urgent=False)


@dataclass(frozen=True)
class _Asked:
    turn: Turn
    text: str


@transaction.atomic
def find_gaps(week: datetime.date, embed: Embed | None = None) -> int:
    """Bring a week's unanswered questions into gaps, most askers first; return how many gaps there are.

    Run again it keeps what staff decided: a cluster takes the gap that most of its questions were in.
    """
    week = weeks.monday(week)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, week.toordinal()])
    asked = _asked(week)
    rows, same = clusters.questions([one.text for one in asked], embed)
    groups = clusters.cluster(rows, same)
    samples = [asked[clusters.most_typical(rows, group)].text for group in groups]
    topics = learning.topic_guesses(samples, embed)
    left = {gap.pk: gap for gap in Gap.objects.select_for_update().filter(week=week)}
    ignored = _ignored_before(week, samples, embed)
    for group, sample, topic, skip in zip(groups, samples, topics, ignored, strict=True):
        turns = [asked[place].turn for place in group]
        gap = left.pop(_gap_of(turns, left), None) or Gap(
            week=week, state=Gap.State.IGNORED if skip else Gap.State.OPEN
        )
        _keep(gap, turns, sample, topic)
    # What staff decided on stays even when its questions were answered since; the rest is over.
    Gap.objects.filter(pk__in=left, state=Gap.State.OPEN).delete()
    return Gap.objects.filter(week=week).count()


def _asked(week: datetime.date) -> list[_Asked]:
    """Return the week's unanswered questions in the order they came, without who asked them."""
    turns = list(unanswered(week).order_by("-id")[:TURNS_MAX])[::-1]
    found = [_Asked(turn, masking.readable(turn.question)) for turn in turns]
    return [one for one in found if len(one.text) > 1 and one.text not in _NOT_A_QUESTION]


def _gap_of(turns: list[Turn], left: dict[int, Gap]) -> int:
    """Return the gap that most of these turns were in before, 0 where none was."""
    before = Counter(turn.gap_id for turn in turns if turn.gap_id in left)
    # A decision outweighs numbers: it must not be lost when two gaps become one.
    decided = [pk for pk in before if pk is not None and left[pk].state != Gap.State.OPEN]
    best = max(decided or before, key=lambda pk: (before[pk], -(pk or 0)), default=0)
    return best or 0


def _keep(gap: Gap, turns: list[Turn], sample: str, topic: str) -> None:
    gap.sample = sample[:SAMPLE_MAX]
    gap.turn_count = len(turns)
    gap.asker_count = len({(turn.channel, turn.sender) for turn in turns})
    said = Counter(turn.topic for turn in turns if turn.topic)
    gap.topic = said.most_common(1)[0][0] if said else topic
    gap.save()
    chosen = [turn.pk for turn in turns]
    Turn.objects.filter(gap=gap).exclude(pk__in=chosen).update(gap=None)
    Turn.objects.filter(pk__in=chosen).exclude(gap=gap).update(gap=gap)


def _ignored_before(week: datetime.date, samples: list[str], embed: Embed | None) -> list[bool]:
    """Say for each question whether staff chose in the eight weeks before to write nothing about it."""
    since = week - datetime.timedelta(weeks=8)
    kept = Gap.objects.filter(state=Gap.State.IGNORED, week__gte=since, week__lt=week)
    before = [gap.sample for gap in kept]
    if not before or not samples:
        return [False] * len(samples)
    rows, same = clusters.questions([*samples, *before], embed)
    return [bool(one) for one in (rows[: len(samples)] @ rows[len(samples) :].T).max(axis=1) >= same]


def to_write(week: datetime.date | None = None) -> QuerySet[Gap]:
    """Return the week's list of entries to write, what most people asked first."""
    return Gap.objects.filter(week=weeks.monday(week), state=Gap.State.OPEN)


@transaction.atomic
def close_gap(*, gap: Gap, user: User, entry: KnowledgeEntry | None = None) -> None:
    """Mark a gap as written (with its entry) or, without one, as not to be written. Raises NotAllowed, GapClosed."""
    if not user.has_perm("assistant.change_gap"):
        raise NotAllowed
    locked = Gap.objects.select_for_update().get(pk=gap.pk)
    if locked.state == Gap.State.WRITTEN or (locked.state == Gap.State.IGNORED and entry is None):
        raise GapClosed
    locked.state = Gap.State.WRITTEN if entry else Gap.State.IGNORED
    locked.entry = entry
    locked.save(update_fields=["state", "entry"])
    audit.record(actor=user, action=f"assistant.gap_{locked.state}", target=locked)


@transaction.atomic
def reopen_gap(*, gap: Gap, user: User) -> None:
    """Put a gap back on the list of those to write. Raises NotAllowed."""
    if not user.has_perm("assistant.change_gap"):
        raise NotAllowed
    locked = Gap.objects.select_for_update().get(pk=gap.pk)
    locked.state, locked.entry = Gap.State.OPEN, None
    locked.save(update_fields=["state", "entry"])
    audit.record(actor=user, action="assistant.gap_open", target=locked)


def phrasings(gap: Gap, *, user: User, most: int = 8) -> list[str]:
    """Return how the gap's questions in the person's scope were put, each once and without who asked."""
    turns = Turn.objects.visible_to(scope_of(user)).filter(gap=gap).order_by("id")[:200]
    asked = (masking.readable(turn.question)[:120] for turn in turns)
    return [one for one in dict.fromkeys(asked) if one and one != gap.sample][:most]
