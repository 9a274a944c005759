"""What the parts of 雲博士 hand to one another: what was understood, where it was asked, what is to be said."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from eunion.registry.models import Grid, Member, Union

Mood = Literal[
    "", "greeting", "thanks", "goodbye", "who_are_you", "off_topic", "insult", "self_harm", "violence"
]


@dataclass(frozen=True)
class Amount:
    """A number with its unit as it was said: 三千五 → 3500.0 元, 两年半 → 2.5 年."""

    value: float
    unit: str
    said: str


@dataclass(frozen=True)
class Day:
    """A day or period that was said: 上个月15号, 去年, 前天; `until` equals `on` for a single day."""

    on: datetime.date
    until: datetime.date
    said: str


@dataclass(frozen=True)
class Understood:
    """A message as 雲博士 understands it.

    `text` is the message in one spelling without the call to 雲博士; `questions` are the questions in it, each
    complete by itself (typos mended, a follow-up completed from what was asked before), at most three. `is_cut` says
    that it was too long to be read whole; `said_on` is the day from which 去年 or 到现在 is counted.
    """

    text: str
    questions: tuple[str, ...]
    mood: Mood = ""
    follows: bool = False
    wants_person: bool = False
    corrected: tuple[tuple[str, str], ...] = ()
    amounts: tuple[Amount, ...] = ()
    days: tuple[Day, ...] = ()
    is_cut: bool = False
    said_on: datetime.date = field(default_factory=datetime.date.today)


@dataclass(frozen=True)
class Setting:
    """Where and by whom a question was asked. `place` is (longitude, latitude) in WGS-84 degrees."""

    channel: str
    sender: str = ""
    in_group: bool = False
    member: Member | None = None
    certified: bool = False
    grid: Grid | None = None
    union: Union | None = None
    place: tuple[float, float] | None = None
    today: datetime.date = field(default_factory=datetime.date.today)


@dataclass(frozen=True)
class Source:
    """Where an answer comes from: shown under it; `url` opens it, '' where there is nothing to open."""

    label: str
    url: str = ""
    date: datetime.date | None = None


@dataclass(frozen=True)
class Reply:
    """What to say to one question, and why.

    `state` is a value of Turn.State; `found` names what answered (entry:12, article:5, page:3, skill:sums).
    """

    text: str
    state: str
    found: str = ""
    confidence: float = 0.0
    topic: str = ""
    skill: str = ""
    sources: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()
    urgent: bool = False
    generated: bool = False
