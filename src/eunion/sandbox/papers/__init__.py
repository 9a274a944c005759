"""Made-up papers of a claim, as scans and as telephone photos, each beside the truth that it carries."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eunion.sandbox.papers import bank_card, discharge, id_card, invoice, photo, settlement
from eunion.sandbox.papers.sheet import Sheet
from eunion.sandbox.papers.story import HOSPITALS, Story, story

__all__ = ["HOSPITALS", "LAYOUTS", "Paper", "make", "told"]

Layout = Callable[[Story, random.Random], tuple[Sheet, dict[str, Any]]]
LAYOUTS: dict[str, tuple[Layout, ...]] = {
    "id_card": id_card.LAYOUTS,
    "invoice": invoice.LAYOUTS,
    "settlement": settlement.LAYOUTS,
    "discharge": discharge.LAYOUTS,
    "bank_card": bank_card.LAYOUTS,
}


@dataclass(frozen=True)
class Paper:
    """One picture of a paper: dates as dates, money in fen."""

    kind: str
    layout: str
    picture: bytes
    truth: dict[str, Any]
    turn: int


def make(kind: str, seed: int, *, photographed: bool, layout: int | None = None) -> Paper:
    """Make one paper; the same arguments give the same bytes, and papers of one seed tell the same story.

    Without `layout` the seeds take them in turn.
    """
    rng = random.Random(f"{kind} {seed} {photographed}")
    choices = LAYOUTS[kind]
    draw = choices[(seed // 2 if layout is None else layout) % len(choices)]
    sheet, truth = draw(told(seed), rng)
    if photographed:
        picture, turn = photo.photograph(sheet.image, rng)
    else:
        picture, turn = photo.scan(sheet.image, rng), 0
    return Paper(kind, draw.__name__, picture, truth, turn)


def told(seed: int) -> Story:
    """Return the story that the papers of a seed tell."""
    return story(random.Random(seed))
