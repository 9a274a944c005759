"""Made-up papers of a claim, as scans and as telephone photos, each beside the truth that it carries."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eunion.sandbox.papers import bank_card, discharge, id_card, invoice, photo, settlement
from eunion.sandbox.papers.sheet import Sheet
from eunion.sandbox.papers.story import Story, story

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
    """Make one paper; the same arguments give the same bytes. Without `layout` the seed takes them in turn."""
    rng = random.Random(f"{kind} {seed} {photographed}")
    choices = LAYOUTS[kind]
    draw = choices[(seed if layout is None else layout) % len(choices)]
    sheet, truth = draw(story(rng), rng)
    if photographed:
        picture, turn = photo.photograph(sheet.image, rng)
    else:
        picture, turn = photo.scan(sheet.image, rng), 0
    return Paper(kind, draw.__name__, picture, truth, turn)
