"""Bank cards: a coloured card with large figures, and the page that a bank's program shows."""

from __future__ import annotations

import random
from typing import Any

from eunion.sandbox.papers.sheet import BOLD, Sheet
from eunion.sandbox.papers.story import Story

_COLOURS = ((150, 30, 40), (25, 70, 140), (20, 110, 90), (60, 60, 70))
WHITE = (240, 240, 235)


def card(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw the face of a card, white on a colour."""
    sheet = Sheet(856, 540, rng.choice(_COLOURS))
    sheet.put(60, 50, story.bank, size=42, family=BOLD, ink=WHITE)
    sheet.put(640, 60, "借记卡", size=30, ink=WHITE)
    sheet.fill(70, 190, 170, 265, (200, 180, 110))
    sheet.put(60, 320, _in_fours(story.card_number), size=52, family=BOLD, ink=WHITE)
    sheet.put(300, 410, f"VALID THRU {rng.randint(1, 12):02d}/{rng.randint(28, 36)}", size=22, ink=WHITE)
    sheet.put(660, 440, "UnionPay 银联", size=26, ink=WHITE)
    return sheet, {"bank": story.bank, "card_number": story.card_number}


def account_page(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a print of the account's page, with its holder."""
    sheet = Sheet(900, 700)
    sheet.put(450, 50, "账户信息", size=40, centred=True)
    for number, (label, value) in enumerate(
        (
            ("户名", story.name),
            ("卡号", _in_fours(story.card_number)),
            ("开户行", story.bank + "河湾分行古渡支行"),
            ("账户状态", "正常"),
        )
    ):
        sheet.put(80, 160 + number * 95, label, size=30, ink=(120, 120, 120))
        sheet.put(280, 160 + number * 95, value, size=30)
    return sheet, {"bank": story.bank, "card_number": story.card_number, "name": story.name}


LAYOUTS = (card, account_page)


def _in_fours(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
