"""Understanding a message: spelling, slips, lay words, numbers and days, several questions, what it follows on, its mood.

Pure functions: nothing here reads the database.
"""

from __future__ import annotations

import datetime

from eunion.assistant.terms import Understood
from eunion.assistant.understanding import (
    amounts,
    brief,
    days,
    dialect,
    follow_up,
    mood,
    slips,
    spelling,
    split,
)

__all__ = ["understand", "warm_up"]


def understand(
    text: str, *, before: str = "", vocabulary: frozenset[str] = frozenset(), today: datetime.date
) -> Understood:
    """Return what a message means. `before` is the question asked before in the same talk, itself complete.

    `vocabulary` holds words of the knowledge: they are never taken for slips, the longer ones are mended to.
    """
    whole, called = spelling.without_call(spelling.one_spelling(text))
    plain = spelling.bounded(whole)
    felt = mood.of(whole) if whole else ("greeting" if called else "")
    wants_person = mood.wants_person(whole)
    said, corrected = (
        (plain, ()) if felt or not plain else slips.mended(mood.without_abuse(plain), vocabulary)
    )
    small_talk = felt in ("greeting", "thanks", "goodbye", "who_are_you", "off_topic", "insult")
    asked = () if small_talk else split.questions(said)
    follows = False
    if len(asked) == 1 and before and not felt and not wants_person:
        completed, follows = follow_up.completed(asked[0], brief.in_full(before))
        asked = (completed[: spelling.TEXT_MAX],)
    asked = tuple(dialect.common(brief.in_full(one)) for one in asked)
    return Understood(
        text=plain,
        questions=asked,
        mood=felt,
        follows=follows,
        wants_person=wants_person,
        corrected=corrected,
        amounts=amounts.found(said),
        days=days.found(said, today),
        is_cut=len(whole) > spelling.TEXT_MAX,
        said_on=today,
    )


def warm_up() -> None:
    """Load the word lists, so that the first person does not wait for them."""
    today = datetime.date.today()
    understand("老板拖欠工资怎么办 gongshang", today=today)
    understand("那要几天", before="年休假怎么休", today=today)
    understand("粽子什么时候发", before="年休假怎么休", today=today)
